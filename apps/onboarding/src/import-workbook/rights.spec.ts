import { freshDatabase } from '@propledger/testkit';
import type { ImportView } from '../archive/import-view';
import { Stand, workbookOf } from '../onboarding.fixture';

describe('who may import what', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    const { others } = stand;
    others.project('P1', '山东');
    others.project('P2', '江苏');
    others.operator('li', 'project-manager', { project: 'P1' });
    others.operator('wang', 'project-manager', { region: '山东' });
    others.operator('zhao', 'cashier', { group: true });
    others.operator('qian', 'auditor', { project: 'P1' });
    await stand.start();
  });
  afterAll(() => stand.end());

  const importBy = async (
    operator: string,
    ...projects: { project: string; region?: string }[]
  ): Promise<ImportView> => {
    const { body } = await stand.upload(await workbookOf(projects), { operator });
    for (;;) {
      const { body: now } = await stand.call(`imports/${body.import}`, { operator });
      if (['posted', 'refused'].includes(now.state)) return now;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it('is whoever may set up every project that it names', async () => {
    expect(await importBy('li', { project: 'P1' })).toMatchObject({ state: 'posted' });
    expect(await importBy('li', { project: 'P1' }, { project: 'P2', region: '江苏' })).toMatchObject({
      state: 'refused',
      reason: { code: 'forbidden', message: expect.stringContaining('P2') as string },
    });
    expect(stand.others.held).toEqual([]);
  });

  it('is, for a new project, whoever may do so in its region', async () => {
    expect(await importBy('wang', { project: 'N1', region: '山东' })).toMatchObject({ state: 'posted' });
    expect(await importBy('wang', { project: 'N2', region: '江苏' })).toMatchObject({
      state: 'refused',
      reason: { code: 'forbidden' },
    });
    expect(await importBy('li', { project: 'N3', region: '山东' })).toMatchObject({
      state: 'refused',
      reason: { code: 'forbidden' },
    });
  });

  it('is judged by what the registry knows at that moment', async () => {
    stand.others.project('P3', '山东');
    stand.others.operator('sun', 'project-manager', { project: 'P3' });
    expect(await importBy('sun', { project: 'P3' })).toMatchObject({ state: 'posted' });
  });

  it('does not show an owner’s faults to somebody without the right', async () => {
    stand.others.faults.registry = [{ sheet: '物业资源', row: 3, column: '资源编码', code: 'duplicate' }];
    const refused = await importBy('li', { project: 'P2', region: '江苏' });
    expect(refused).toMatchObject({ reason: { code: 'forbidden' }, faultCount: 0 });
    delete stand.others.faults.registry;
  });

  it('is nobody without the permission, and no other service', async () => {
    expect((await stand.upload(await workbookOf([{ project: 'P1' }]), { operator: 'zhao' })).status).toBe(403);
    expect((await stand.upload(await workbookOf([{ project: 'P1' }]), { operator: 'nobody' })).status).toBe(401);
    expect((await fetch(`${stand.url}/imports`)).status).toBe(401);
  });

  it('is seen by its uploader, and by who may view all its projects', async () => {
    const ofP1 = await importBy('li', { project: 'P1' });
    const ofBoth = await importBy('zhang', { project: 'P1' }, { project: 'P2', region: '江苏' });
    const seenBy = async (operator: string): Promise<string[]> =>
      (await stand.call<{ items: ImportView[] }>('imports?limit=500', { operator })).body.items.map(
        (one) => one.import,
      );
    expect(await seenBy('qian')).toContain(ofP1.import);
    expect(await seenBy('qian')).not.toContain(ofBoth.import);
    expect(await seenBy('zhao')).toEqual(expect.arrayContaining([ofP1.import, ofBoth.import]));
    expect((await stand.call(`imports/${ofBoth.import}`, { operator: 'qian' })).status).toBe(403);
    expect((await stand.call(`imports/${ofBoth.import}/faults`, { operator: 'qian' })).status).toBe(403);
    expect((await stand.call(`imports/${ofBoth.import}/progress`, { operator: 'qian' })).status).toBe(403);
    expect((await stand.call(`imports/${ofBoth.import}/undo`, { method: 'POST', operator: 'li' })).status).toBe(403);
    expect((await stand.call(`imports/${ofP1.import}`, { operator: 'qian' })).status).toBe(200);
  });
});
