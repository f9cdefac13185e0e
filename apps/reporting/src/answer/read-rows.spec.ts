import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { arrearsDetail } from '../arrears-detail/arrears-detail';
import { parametersOf } from '../report';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { readAll, type Statement } from './read-rows';
import { statementSheet } from './sheet';
import { streamOf } from './stream';
import { xlsxOf } from './xlsx';

describe('reading the rows of an answer', () => {
  let database: FreshDatabase;
  let projection: Projection;
  const moment = { asOf: '2026-12-31', period: null };
  const statement: Statement = {
    sql: arrearsDetail.sql(moment),
    parameters: parametersOf({ books: [{ book: 'P', ledger: 1e9, registry: 1e9 }], moment }),
    cells: (row) => arrearsDetail.cells(row as Parameters<typeof arrearsDetail.cells>[0]),
  };
  const workbookOf = (of: Statement): AsyncGenerator<Uint8Array, void> =>
    xlsxOf('欠费明细', 'title', statementSheet(projection, arrearsDetail.columns, of));
  beforeAll(async () => {
    database = await freshDatabase('rows');
    projection = await openProjection(database);
    const book = new LedgerBook('P');
    for (let i = 0; i < 9_000; i++) book.raise({ on: '2026-03-01', resource: `R${10_000 + i}`, fen: 1_00 });
    await projection.ledger(book.events);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });
  const busy = (): number => projection.pool.totalCount - projection.pool.idleCount;

  it('reads some thousand rows at a time, in order, and gives the connection back', async () => {
    const sizes: number[] = [];
    const resources: unknown[] = [];
    for await (const rows of readAll(projection.pool, statement)) {
      sizes.push(rows.length);
      resources.push(...rows.map(([, resource]) => resource));
    }
    expect(sizes.length).toBeGreaterThan(3);
    expect(resources).toHaveLength(9_000);
    expect(resources).toEqual([...resources].sort());
    expect(busy()).toBe(0);
  });

  it('gives the connection back when the reader stops, of a workbook too', async () => {
    for await (const _rows of readAll(projection.pool, statement)) break;
    expect(busy()).toBe(0);
    const stream = await streamOf(workbookOf(statement));
    expect(busy()).toBe(1);
    await new Promise((resolve) => stream.once('close', resolve).destroy());
    expect(busy()).toBe(0);
  });

  it('gives the connection back when the statement fails', async () => {
    const broken: Statement = {
      ...statement,
      sql: 'select $1::text[], $2::bigint[], $3::bigint[], $4::text, 1 / 0',
    };
    await expect(readAll(projection.pool, broken).next()).rejects.toThrow('division by zero');
    await expect(streamOf(workbookOf(broken))).rejects.toThrow('division');
    expect(busy()).toBe(0);
  });

  it('outlives a connection that breaks while the reader is slow', async () => {
    const rows = readAll(projection.pool, statement);
    await rows.next();
    await projection.tx.rows(
      'select pg_terminate_backend(pid) from pg_stat_activity where state = $1 and pid <> pg_backend_pid()',
      ['idle in transaction'],
    );
    await expect(rows.next()).rejects.toThrow();
    expect(busy()).toBe(0);
    expect(await projection.tx.rows('select 1 as one')).toEqual([{ one: 1 }]);
  });
});
