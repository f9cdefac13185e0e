import { freshDatabase } from '@propledger/testkit';
import type { ImportView } from '../archive/import-view';
import { Stand, workbookOf } from '../onboarding.fixture';

describe('following an import', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    await stand.start();
  });
  afterAll(() => stand.end());

  const follow = async (id: string): Promise<Response> =>
    fetch(`${stand.url}/imports/${id}/progress`, {
      headers: { authorization: `Bearer ${await stand.others.token('zhang')}` },
    });
  const eventsOf = (text: string): { id: number; data: ImportView }[] =>
    text
      .trim()
      .split('\n\n')
      .map((block) => {
        const [id, data] = block.split('\n');
        return {
          id: Number(id?.replace('id: ', '')),
          data: JSON.parse(data?.replace('data: ', '') ?? '') as ImportView,
        };
      });

  it('streams its progress to the end', async () => {
    stand.others.before = () => new Promise((resolve) => setTimeout(resolve, 120));
    const { body } = await stand.upload(await workbookOf([{ project: 'F1', rooms: 1_500 }]));
    const answer = await follow(body.import);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    const events = eventsOf(await answer.text());
    stand.others.before = () => undefined;
    expect(events.length).toBeGreaterThan(2);
    expect(events.at(-1)?.data).toMatchObject({ import: body.import, state: 'posted', percent: 100, rows: 1_503 });
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    const percents = events.map(({ data }) => data.percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(events.at(-1)?.data.rowsPerSecond).toBeGreaterThan(0);
  });

  it('answers when it has ended, when it is asked to wait for that', async () => {
    const { body } = await stand.upload(await workbookOf([{ project: 'F5', rooms: 500 }]));
    expect((await stand.call(`imports/${body.import}?wait=25000`)).body).toMatchObject({
      state: 'posted',
      percent: 100,
    });
    expect((await stand.call(`imports/${body.import}?wait=25001`)).status).toBe(400);
  });

  it('answers at once for what has ended', async () => {
    const { body } = await stand.upload(Buffer.from('x'));
    await stand.settled(body.import);
    expect(eventsOf(await (await follow(body.import)).text())).toMatchObject([{ data: { state: 'refused' } }]);
    expect((await follow('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  it('lets the service stop while somebody watches', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    stand.others.before = () => released;
    const { body } = await stand.upload(await workbookOf([{ project: 'F2' }]));
    const watched = (await follow(body.import)).text().catch(() => 'cut off');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const closing = stand.close();
    expect(await watched).not.toContain('posted');
    release();
    stand.others.before = () => undefined;
    await closing;
    await stand.start();
    expect(await stand.settled(body.import)).toMatchObject({ state: 'abandoned' });
  });

  it('lists imports page by page, the latest first', async () => {
    for (let at = 0; at < 3; at++) await stand.settled((await stand.upload(Buffer.from(`x${at}`))).body.import);
    const all = (await stand.call<{ items: ImportView[]; nextCursor: string | null }>('imports')).body;
    expect(all.nextCursor).toBeNull();
    const paged: ImportView[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: { items: ImportView[]; nextCursor: string | null } } = await stand.call(
        `imports?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(all.items);
    const createdAt = all.items.map((item) => item.createdAt);
    expect(createdAt).toEqual([...createdAt].sort().reverse());
    expect(await stand.call('imports?cursor=x')).toMatchObject({ status: 400 });
    expect(await stand.call('imports?limit=501')).toMatchObject({ status: 400 });
    expect(await stand.call('imports?more=1')).toMatchObject({ status: 400 });
  });

  it('waits for what an after token names, and answers 503 for what never comes', async () => {
    const known = Buffer.from(JSON.stringify({ registry: { '~group': 1 } })).toString('base64url');
    expect(await stand.call(`imports?after=${known}`)).toMatchObject({ status: 200 });
    const other = Buffer.from(JSON.stringify({ ledger: { P: 5 } })).toString('base64url');
    expect(await stand.call(`imports?after=${other}`)).toMatchObject({ status: 200 });
  });
});
