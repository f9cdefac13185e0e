import { freshDatabase } from '@propledger/testkit';
import { Stand } from '../onboarding.fixture';

describe('templates', () => {
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

  it('are listed, each downloads, and uploaded as it is brings nothing', async () => {
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

  it('are for who is signed in; another name has none', async () => {
    expect((await fetch(`${stand.url}/templates`)).status).toBe(401);
    expect((await download('templates/x')).status).toBe(404);
  });
});
