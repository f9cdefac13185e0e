import { freshDatabase } from '@propledger/testkit';
import { Stand, workbookOf } from '../onboarding.fixture';

describe('workbooks to fill in', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    await stand.start();
  });
  afterAll(() => stand.end());

  const download = async (path: string): Promise<{ status: number; type: string | null; bytes: Buffer }> => {
    const answer = await fetch(`${stand.url}/${path}`, {
      headers: { authorization: `Bearer ${await stand.others.token('zhang')}` },
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      bytes: Buffer.from(await answer.arrayBuffer()),
    };
  };

  it('are templates: listed, each downloads, and uploaded as it is brings nothing', async () => {
    const { body } = await stand.call<{ items: { name: string; sheets: string[] }[] }>('templates');
    expect(body.items.map(({ name }) => name)).toEqual(expect.arrayContaining(['all', 'readings', '抄表']));
    for (const { name } of body.items) {
      const { status, type, bytes } = await download(`templates/${encodeURIComponent(name)}`);
      expect([status, type]).toEqual([200, expect.stringContaining('spreadsheetml')]);
      if (name !== 'all') continue;
      const begun = await stand.upload(bytes);
      expect(await stand.settled(begun.body.import)).toMatchObject({ state: 'posted', faultCount: 0, warningCount: 0 });
    }
  });

  it('are for who is signed in; there is none of another name', async () => {
    expect((await fetch(`${stand.url}/templates`)).status).toBe(401);
    expect((await download('templates/x')).status).toBe(404);
  });

  it('come back with what is wrong in red: to who uploaded them, when cells were at fault', async () => {
    const begun = await stand.upload(await workbookOf([{ project: 'C1', nature: '石头' }]), {
      query: '?fileName=a.xlsx',
    });
    const refused = await stand.settled(begun.body.import);
    expect(refused).toMatchObject({ state: 'refused', faultCount: 1 });
    const { status, bytes } = await download(`imports/${refused.import}/errors.xlsx`);
    expect(status).toBe(200);
    const again = await stand.settled((await stand.upload(bytes)).body.import);
    expect(again).toMatchObject({ state: 'refused', faultCount: 1, warningCount: 0, rows: refused.rows });

    stand.others.operator('wang', 'administrator', { group: true });
    expect(await stand.call(`imports/${refused.import}/errors.xlsx`, { operator: 'wang' })).toMatchObject({
      status: 403,
    });
    const posted = await stand.settled((await stand.upload(await workbookOf([{ project: 'C2' }]))).body.import);
    expect(await stand.call(`imports/${posted.import}/errors.xlsx`)).toMatchObject({
      status: 404,
      body: { type: 'urn:propledger:problem:no-error-workbook' },
    });
  });
});
