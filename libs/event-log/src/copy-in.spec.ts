import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { copyIn, copyLine } from './copy-in';

let database: FreshDatabase;
let client: Client;
beforeAll(async () => {
  database = await freshDatabase('copy');
  client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query('create table entry (id bigint primary key, text text, fen bigint, hash bytea, is_open boolean)');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const INTO = 'entry (id, text, fen, hash, is_open)';
const rows = async (): Promise<unknown[]> => (await client.query<object>('select * from entry order by id')).rows;

it('brings every value in as it was', async () => {
  const texts = ['', '\\', '\\N', '{"a":"\\"\\n"}', 'tab\tnew\nline\rback\\slash', '物业费'];
  const lines = texts.map((text, id) => copyLine([id, text, 10n ** 17n, '\\x00ff', id % 2 === 0]));
  await copyIn(client, INTO, [Buffer.from(lines.slice(0, 2).join('')), Buffer.from(lines.slice(2).join(''))]);
  await copyIn(client, INTO, [Buffer.from(copyLine([99, null, null, null, null]))]);
  expect(await rows()).toEqual([
    ...texts.map((text, id) => ({
      ...{ id: String(id), text, fen: '100000000000000000', hash: Buffer.from([0, 255]), is_open: id % 2 === 0 },
    })),
    { id: '99', text: null, fen: null, hash: null, is_open: null },
  ]);
});

it('adds nothing when the database refuses a row, and the connection goes on', async () => {
  const before = await rows();
  const large = Buffer.from(
    Array.from({ length: 20_000 }, (_, i) => copyLine([1000 + i, 'x'.repeat(50), 1, null, true])).join(''),
  );
  const twice = Buffer.from(copyLine([1000, null, 0, null, true]));
  await expect(copyIn(client, INTO, [large, twice, large])).rejects.toMatchObject({ code: '23505' });
  await expect(copyIn(client, 'nowhere (id)', [large, large])).rejects.toMatchObject({ code: '42P01' });
  expect(await rows()).toEqual(before);
});

it('adds nothing when the rows cannot be made', async () => {
  const before = await rows();
  const failing = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(copyLine([2000, null, 0, null, true]));
    await Promise.resolve();
    throw new Error('no more rows');
  };
  await expect(copyIn(client, INTO, failing())).rejects.toThrow('no more rows');
  expect(await rows()).toEqual(before);
});

it('says when the connection is lost', async () => {
  const lost = new Client({ connectionString: database.ownerUrl });
  lost.on('error', () => undefined);
  await lost.connect();
  const { rows: pids } = await lost.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cut = async function* (): AsyncGenerator<Buffer> {
    for (let id = 3000; ; id += 1) {
      yield Buffer.from(copyLine([id, 'x'.repeat(10_000), 0, null, true]));
      if (id === 3010) await client.query('select pg_terminate_backend($1)', [pids[0]?.pid]);
    }
  };
  await expect(copyIn(lost, INTO, cut())).rejects.toThrow();
});
