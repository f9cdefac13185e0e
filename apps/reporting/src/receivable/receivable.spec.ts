import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { receivable } from './receivable';

describe('receivable', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('receivable');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  let books = 0;
  const newBook = (): LedgerBook => new LedgerBook(`P${++books}`);
  const rowsOf = async ({ project, events }: LedgerBook, period: string, known?: number): Promise<string[]> => {
    await projection.ledger(events);
    const rows = await projection.ask(receivable, { period }, [project], known);
    return rows.map(([, ...cells]) => cells.map((cell) => cell ?? '').join(' '));
  };

  it('has the headers of the acceptance files', () => {
    expect(receivable.columns.map(({ header }) => header).join()).toBe(
      '项目编码,收费项目,期初欠费,本期应收,收本期,收往期,预交冲抵本期,预交冲抵往期,核销,期末欠费,收缴率,清欠率',
    );
  });

  it('tells this period from earlier ones, by the charge and by the posting', async () => {
    const book = newBook();
    const old = book.raise({ on: '2026-02-28', fen: 100_00 });
    const now = book.raise({ on: '2026-03-01', fen: 300_00 });
    book.take({
      on: '2026-03-05',
      receiptNo: 'S1',
      tenders: { 现金: 150_00 },
      settle: [
        { charge: old, fen: 60_00 },
        { charge: now, fen: 90_00 },
      ],
    });
    book.bringInPrepayment({ on: '2026-02-28', fen: 50_00 });
    book.apply({
      on: '2026-03-31',
      to: [
        { charge: old, fen: 10_00 },
        { charge: now, fen: 35_00 },
      ],
    });
    book.writeOff(old, { on: '2026-03-31', fen: 5_00 });
    expect(await rowsOf(book, '2026-03')).toEqual([
      '物业费 100.00 300.00 90.00 60.00 35.00 10.00 5.00 200.00 41.67 70.00',
    ]);
    // What was money on charges of the period has become money on earlier ones; nothing moved in April.
    expect(await rowsOf(book, '2026-04')).toEqual(['物业费 200.00 0.00 0.00 0.00 0.00 0.00 0.00 200.00  0.00']);
    expect(await rowsOf(book, '2026-02')).toEqual(['物业费 0.00 100.00 0.00 0.00 0.00 0.00 0.00 100.00 0.00 ']);
    expect(await rowsOf(book, '2026-01')).toEqual([]);
  });

  it('counts reversals and releases negative in their own period, in the column of the charge', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', fen: 100_00 });
    const receipt = book.take({
      on: '2026-03-05',
      receiptNo: 'S1',
      tenders: { 现金: 40_00 },
      settle: [{ charge, fen: 40_00 }],
    });
    book.bringInPrepayment({ on: '2026-02-28', fen: 20_00 });
    const applied = book.apply({ on: '2026-03-31', to: [{ charge, fen: 20_00 }] });
    const written = book.writeOff(charge, { on: '2026-03-31', fen: 30_00 });
    book.reverse(receipt, { on: '2026-04-02' });
    book.release(applied, { on: '2026-04-02', of: [{ charge, fen: 15_00 }] });
    book.reverse(written, { on: '2026-04-03' });
    expect(await rowsOf(book, '2026-03')).toEqual(['物业费 0.00 100.00 40.00 0.00 20.00 0.00 30.00 10.00 60.00 ']);
    expect(await rowsOf(book, '2026-04')).toEqual(['物业费 10.00 0.00 0.00 -40.00 0.00 -15.00 -30.00 95.00  -550.00']);
  });

  it('takes a reversed charge away from what was charged, in the period of the reversal', async () => {
    const book = newBook();
    const march = book.raise({ on: '2026-03-01', fen: 100_00 });
    book.raise({ on: '2026-03-01', fen: 1_00 });
    book.reverse(march, { on: '2026-04-10' });
    expect(await rowsOf(book, '2026-03')).toEqual(['物业费 0.00 101.00 0.00 0.00 0.00 0.00 0.00 101.00 0.00 ']);
    expect(await rowsOf(book, '2026-04')).toEqual(['物业费 101.00 -100.00 0.00 0.00 0.00 0.00 0.00 1.00 0.00 0.00']);
  });

  it('has no row for an item whose charges were all undone, once nothing moves any more', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', item: '垃圾费', fen: 8_00 });
    book.reverse(charge, { on: '2026-04-01' });
    expect(await rowsOf(book, '2026-03')).toHaveLength(1);
    expect(await rowsOf(book, '2026-04')).toHaveLength(1);
    expect(await rowsOf(book, '2026-05')).toEqual([]);
  });

  it('keeps the row of an item that is paid', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', item: '垃圾费', fen: 8_00 });
    book.take({ on: '2026-03-01', receiptNo: 'S1', tenders: { 现金: 8_00 }, settle: [{ charge, fen: 8_00 }] });
    expect(await rowsOf(book, '2026-09')).toEqual(['垃圾费 0.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00  ']);
  });

  it('goes by the period of a posting, not by its date', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', fen: 100_00 });
    book.take({
      on: '2026-03-20',
      period: '2026-04',
      receiptNo: 'S1',
      tenders: { 现金: 40_00 },
      settle: [{ charge, fen: 40_00 }],
    });
    expect(await rowsOf(book, '2026-03')).toEqual(['物业费 0.00 100.00 0.00 0.00 0.00 0.00 0.00 100.00 0.00 ']);
    expect(await rowsOf(book, '2026-04')).toEqual(['物业费 100.00 0.00 0.00 40.00 0.00 0.00 0.00 60.00  40.00']);
  });

  it('counts money on a charge of a later period as current, so that the row still adds up', async () => {
    const book = newBook();
    const april = book.raise({ on: '2026-03-31', period: '2026-04', fen: 100_00 });
    book.take({ on: '2026-03-31', receiptNo: 'S1', tenders: { 现金: 30_00 }, settle: [{ charge: april, fen: 30_00 }] });
    expect(await rowsOf(book, '2026-03')).toEqual(['物业费 0.00 0.00 30.00 0.00 0.00 0.00 0.00 -30.00  ']);
    expect(await rowsOf(book, '2026-04')).toEqual(['物业费 -30.00 100.00 0.00 0.00 0.00 0.00 0.00 70.00 0.00 0.00']);
  });

  it('answers as known at a position', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', fen: 100_00 });
    book.take({ on: '2026-03-02', receiptNo: 'S1', tenders: { 现金: 40_00 }, settle: [{ charge, fen: 40_00 }] });
    expect(await rowsOf(book, '2026-03', charge)).toEqual(['物业费 0.00 100.00 0.00 0.00 0.00 0.00 0.00 100.00 0.00 ']);
  });

  it('sorts items by code point and projects first', async () => {
    const [one, other] = [new LedgerBook('b'), new LedgerBook('Z')];
    one.raise({ on: '2026-03-01', item: '车位费', fen: 1_00 });
    other.raise({ on: '2026-03-01', item: '物业费', fen: 1_00 });
    other.raise({ on: '2026-03-01', item: 'a', fen: 1_00 });
    await projection.ledger(one.events);
    await projection.ledger(other.events);
    const rows = await projection.ask(receivable, { period: '2026-03' }, ['b', 'Z']);
    expect(rows.map(([project, item]) => `${project} ${item}`)).toEqual(['Z a', 'Z 物业费', 'b 车位费']);
  });
});
