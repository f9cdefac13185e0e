import { decodeAfter } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { Stand, workbookOf } from '../onboarding.fixture';

describe('undoing an import', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    await stand.start();
  });
  afterAll(() => stand.end());

  const posted = async (project: string): Promise<string> => {
    const { body } = await stand.upload(await workbookOf([{ project }]));
    await stand.settled(body.import);
    stand.others.calls.length = 0;
    return body.import;
  };
  const undo = (id: string, key?: string): ReturnType<Stand['call']> =>
    stand.call(`imports/${id}/undo`, { method: 'POST', ...(key ? { headers: { 'idempotency-key': key } } : {}) });

  it('asks every owner, then undoes from the last to the first', async () => {
    const id = await posted('U1');
    expect(await undo(id, 'u-1')).toMatchObject({ status: 202 });
    const done = await stand.settled(id, 'undone');
    expect(decodeAfter(done.after ?? '')).toEqual({ registry: { U1: 20 }, customers: { U1: 20 }, ledger: { U1: 20 } });
    expect(stand.others.calls).toEqual([
      'ledger hold-undo',
      'customers hold-undo',
      'registry hold-undo',
      'ledger undo',
      'customers undo',
      'registry undo',
    ]);
    expect(stand.others.applied('registry', id)).toBe(0);

    expect(await undo(id, 'u-1')).toMatchObject({ status: 202, body: { state: 'undone' } });
    expect(await undo(id, 'u-2')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:import-not-posted' },
    });
    expect(await undo(await posted('U2'), 'u-1')).toMatchObject({ status: 422 });
  });

  it('leaves everything as it is when something was built on it, and says what', async () => {
    const id = await posted('U3');
    stand.others.blockers.customers = [{ book: 'U3', position: 11, type: 'occupancy.registered' }];
    const answer = await stand.call<{ type: string; blockers: object[] }>(`imports/${id}/undo`, { method: 'POST' });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        type: 'urn:propledger:problem:import-built-upon',
        blockers: [{ topic: 'customers', book: 'U3', position: 11, type: 'occupancy.registered' }],
      },
    });
    expect((await stand.call(`imports/${id}`)).body.state).toBe('posted');
    expect(stand.others.stateOf('ledger', id)).toBe('applied');
    delete stand.others.blockers.customers;
    expect(await undo(id)).toMatchObject({ status: 202 });
    await stand.settled(id, 'undone');
  });

  it('asks the services that have none of its rows, too, what they have recorded about its projects since', async () => {
    const { body } = await stand.upload(await workbookOf([{ project: 'U6' }], ['项目', '物业资源']));
    const id = body.import;
    await stand.settled(id);
    const old = { type: 'binding.made', source: 'api', recordedAt: '2026-01-01T00:00:00.000000Z' };
    const bound = { ...old, recordedAt: new Date(Date.now() + 1000).toISOString() };
    stand.others.recorded.ledger = { U6: [...Array.from({ length: 250 }, () => old), bound] };
    expect(await undo(id)).toMatchObject({
      status: 409,
      body: { blockers: [{ topic: 'ledger', book: 'U6', position: 251, type: 'binding.made' }] },
    });
    stand.others.recorded.ledger = { U6: [old] };
    expect(await undo(id)).toMatchObject({ status: 202 });
    await stand.settled(id, 'undone');

    const next = (await stand.upload(await workbookOf([{ project: 'U6' }], ['物业资源']))).body.import;
    await stand.settled(next);
    stand.others.recorded.ledger = { U6: [{ ...bound, source: `import:${id}` }] };
    expect(await undo(next)).toMatchObject({ status: 202 });
    await stand.settled(next, 'undone');
  });

  it('lets go and answers 503 when an owner is away', async () => {
    const id = await posted('U4');
    stand.others.before = (topic, step) => (topic === 'registry' && step === 'hold-undo' ? 503 : undefined);
    expect(await undo(id)).toMatchObject({ status: 503 });
    stand.others.before = () => undefined;
    expect((await stand.call(`imports/${id}`)).body.state).toBe('posted');
    expect(stand.others.stateOf('ledger', id)).toBe('applied');
  });

  it('is carried out once, however many ask at once', async () => {
    const id = await posted('U5');
    const answers = await Promise.all(Array.from({ length: 5 }, () => undo(id)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    await stand.settled(id, 'undone');
    expect(stand.others.calls.filter((call) => call === 'ledger undo')).toHaveLength(1);
  });

  it('is for posted imports', async () => {
    const { body } = await stand.upload(Buffer.from('no workbook'));
    await stand.settled(body.import);
    expect(await undo(body.import)).toMatchObject({ status: 409 });
    expect(await undo('00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
    expect(await undo('x')).toMatchObject({ status: 400 });
    expect(await undo(body.import, ' ')).toMatchObject({ status: 400 });
  });
});
