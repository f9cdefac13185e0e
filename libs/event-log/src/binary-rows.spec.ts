import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import fc from 'fast-check';
import { Client } from 'pg';
import { BinaryFields, BinaryRows, type FieldType, type FieldValue } from './binary-rows';
import { copyIn } from './copy-in';

const TYPES = ['text', 'jsonb', 'int', 'bigint', 'boolean', 'date', 'timestamptz', 'uuid', 'bytea'] as const;
const INTO = `every (id, ${TYPES.map((type) => `"${type}"`).join(', ')})`;

let database: FreshDatabase;
let client: Client;
beforeAll(async () => {
  database = await freshDatabase('binary');
  client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(`create table every (id int, ${TYPES.map((type) => `"${type}" ${type}`).join(', ')})`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What PostgreSQL's texts have no form for. */
const isText = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);
const text = fc.string({ unit: 'binary', maxLength: 200 }).filter(isText);
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => Buffer.from(all).toString('hex'));
const row = fc.record<Record<(typeof TYPES)[number], FieldValue>>({
  text: fc.option(text),
  jsonb: fc.option(fc.dictionary(text, text, { maxKeys: 3 }).map((value) => JSON.stringify(value))),
  int: fc.option(fc.integer()),
  bigint: fc.option(
    fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((whole) => whole.toString()),
    ),
  ),
  boolean: fc.option(fc.boolean()),
  date: fc.option(day.map((at) => at.slice(0, 10))),
  timestamptz: fc.option(
    fc.tuple(day, fc.integer({ min: 0, max: 999 })).map(([at, micros]) => {
      return `${at.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
    }),
  ),
  uuid: fc.option(fc.uuid()),
  bytea: fc.option(fc.integer({ min: 0, max: 100 }).chain(hex)),
});

/** As PostgreSQL reads the same values as parameters. */
const SAME = `select * from every e
  where not exists (
    select from jsonb_to_recordset($1) as x(id int, ${TYPES.map((type) => `"${type}" ${type === 'bytea' ? 'text' : type}`).join(', ')})
     where x.id = e.id and ${TYPES.map((type) =>
       type === 'bytea'
         ? `decode(x.bytea, 'hex') is not distinct from e.bytea`
         : `x."${type}" is not distinct from e."${type}"`,
     ).join(' and ')})`;

it('brings every value in as PostgreSQL reads it from text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (all) => {
      await client.query('truncate every');
      const rows = new BinaryRows(1 + TYPES.length);
      for (const [id, of] of all.entries()) {
        rows.begin();
        rows.int(id);
        for (const type of TYPES) rows.add(type, of[type]);
      }
      await copyIn(client, INTO, [rows.end()], 'binary');
      const told = all.map((of, id) => ({
        ...of,
        id,
        jsonb: of.jsonb === null ? null : (JSON.parse(String(of.jsonb)) as object),
      }));
      const { rows: other } = await client.query<object>(SAME, [JSON.stringify(told)]);
      expect(other).toEqual([]);
      expect((await client.query('select * from every')).rowCount).toBe(all.length);
    }),
    { numRuns: 60 },
  );
});

it('takes fields that were written before, and texts that are encoded already', async () => {
  await client.query('truncate every');
  const common = new BinaryFields();
  for (const type of TYPES.slice(1)) common.add(type, null);
  const rows = new BinaryRows(1 + TYPES.length);
  const long = '物业费 '.repeat(100_000);
  for (const id of [1, 2]) {
    rows.begin();
    rows.int(id);
    rows.utf8(Buffer.from(long));
    rows.addAll(common);
  }
  await copyIn(client, INTO, [rows.end()], 'binary');
  const { rows: found } = await client.query<{ id: number; text: string; uuid: FieldType | null }>(
    'select * from every',
  );
  expect(found.map(({ id, text: read, uuid }) => ({ id, same: read === long, uuid }))).toEqual([
    { id: 1, same: true, uuid: null },
    { id: 2, same: true, uuid: null },
  ]);
});
