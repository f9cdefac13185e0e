import { freshDatabase } from '@propledger/testkit';
import { Stand, workbookOf } from '../onboarding.fixture';

describe('an import whose service is killed', () => {
  let stand: Stand;
  beforeEach(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    await stand.spawn();
  });
  afterEach(() => stand.end());

  /** Resolves when a step is asked for; the step is never answered to the process that dies. */
  const stuckAt = (topic: string, step: string): Promise<void> =>
    new Promise((resolve) => {
      stand.others.before = async (atTopic, atStep) => {
        if (atTopic !== topic || atStep !== step) return;
        resolve();
        await new Promise((later) => setTimeout(later, 1_000));
      };
    });

  it('before the decision has taken nothing, and the same command begins it anew', async () => {
    const reached = stuckAt('ledger', 'check');
    const file = await workbookOf([{ project: 'P1' }]);
    const { body } = await stand.upload(file, { key: 'k' });
    await reached;
    await stand.kill();
    stand.others.before = () => undefined;
    await stand.start();
    expect(await stand.settled(body.import)).toMatchObject({ state: 'abandoned', reason: { code: 'restarted' } });
    for (const topic of ['registry', 'customers', 'ledger'] as const)
      expect(stand.others.stateOf(topic, body.import)).toBe('dropped');

    const again = await stand.upload(file, { key: 'k' });
    expect(again.body.import).not.toBe(body.import);
    expect(await stand.settled(again.body.import)).toMatchObject({ state: 'posted' });
    expect(stand.others.applied('registry', again.body.import)).toBe(2);
  });

  it('while it waits for its turn is abandoned, too', async () => {
    const reached = stuckAt('registry', 'check');
    const files = await Promise.all(['P1', 'P2', 'P3'].map((project) => workbookOf([{ project }])));
    const ids: string[] = [];
    for (const file of files) ids.push((await stand.upload(file)).body.import);
    await reached;
    await stand.kill();
    stand.others.before = () => undefined;
    await stand.start();
    for (const id of ids) expect(await stand.settled(id)).toMatchObject({ state: 'abandoned' });
    expect(stand.others.held).toEqual([]);
  });

  it('after the decision is finished by the next one', async () => {
    const reached = stuckAt('customers', 'apply');
    const { body } = await stand.upload(await workbookOf([{ project: 'P1' }]));
    await reached;
    await stand.kill();
    stand.others.before = () => undefined;
    await stand.start();
    expect(await stand.settled(body.import)).toMatchObject({ state: 'posted', percent: 100 });
    for (const topic of ['registry', 'customers', 'ledger'] as const)
      expect(stand.others.stateOf(topic, body.import)).toBe('applied');
    expect(stand.others.held).toEqual([]);
  });

  it('in an undo is undone after its decision, and stays posted before it', async () => {
    const posted = async (project: string): Promise<string> => {
      const { body } = await stand.upload(await workbookOf([{ project }]));
      await stand.settled(body.import);
      return body.import;
    };
    const [first, second] = [await posted('P1'), await posted('P2')];
    const asked = stuckAt('registry', 'hold-undo');
    const asking = stand.call(`imports/${first}/undo`, { method: 'POST' }).catch(() => null);
    await asked;
    await stand.kill();
    await asking;
    stand.others.before = () => undefined;
    await stand.start();
    expect(await stand.settled(first, 'posted')).toMatchObject({ state: 'posted' });
    expect(stand.others.stateOf('ledger', first)).toBe('applied');

    const undoing = stuckAt('customers', 'undo');
    expect(await stand.call(`imports/${second}/undo`, { method: 'POST' })).toMatchObject({ status: 202 });
    await undoing;
    await stand.close();
    stand.others.before = () => undefined;
    await stand.start();
    expect(await stand.settled(second, 'undone')).toMatchObject({ state: 'undone' });
    expect(stand.others.stateOf('registry', second)).toBe('undone');
  });

  it('goes on when the service is only asked to stop, which does not wait for others', async () => {
    await stand.kill();
    await stand.start();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      stand.others.before = (topic, step) => {
        if (topic !== 'ledger' || step !== 'apply') return;
        resolve();
        return released;
      };
    });
    const { body } = await stand.upload(await workbookOf([{ project: 'P1' }]));
    await reached;
    await stand.close();
    release();
    stand.others.before = () => undefined;
    await stand.start();
    expect(await stand.settled(body.import)).toMatchObject({ state: 'posted' });
  });
});
