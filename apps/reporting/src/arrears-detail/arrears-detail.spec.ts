import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { arrearsDetail } from './arrears-detail';

describe('arrears in detail', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('arrears');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  let books = 0;
  const newBook = (): LedgerBook => new LedgerBook(`P${++books}`);
  const ask = ({ project }: LedgerBook, asOf: string, known?: number): ReturnType<Projection['ask']> =>
    projection.ask(arrearsDetail, { asOf }, [project], known);
  /** Amounts and days of each row. */
  const figures = async (book: LedgerBook, asOf: string, known?: number): Promise<string[]> => {
    await projection.ledger(book.events);
    return (await ask(book, asOf, known)).map((cells) => cells.slice(7).join(' '));
  };

  it('has the headers of the acceptance files', () => {
    expect(arrearsDetail.columns.map(({ header }) => header).join()).toBe(
      '项目编码,资源编码,客户编码,收费项目,费用开始日期,费用结束日期,应收日期,应收金额,已收金额,核销金额,欠费金额,逾期天数',
    );
  });

  it('shows what is due and open, with all that was effective by the day', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', to: '2026-03-31', dueOn: '2026-03-10', fen: 100_00 });
    book.take({ on: '2026-03-12', receiptNo: 'S1', tenders: { 现金: 30_00 }, settle: [{ charge, fen: 30_00 }] });
    book.bringInPrepayment({ on: '2026-02-28', fen: 20_00 });
    const applied = book.apply({ on: '2026-03-31', to: [{ charge, fen: 20_00 }] });
    book.writeOff(charge, { on: '2026-04-01', fen: 5_00 });
    book.release(applied, { on: '2026-04-02', of: [{ charge, fen: 20_00 }] });
    expect(await figures(book, '2026-03-09')).toEqual([]);
    expect(await ask(book, '2026-03-10')).toEqual([
      [
        book.project,
        'R1',
        'K1',
        '物业费',
        '2026-03-01',
        '2026-03-31',
        '2026-03-10',
        '100.00',
        '0.00',
        '0.00',
        '100.00',
        0,
      ],
    ]);
    expect(await figures(book, '2026-03-12')).toEqual(['100.00 30.00 0.00 70.00 2']);
    expect(await figures(book, '2026-03-31')).toEqual(['100.00 50.00 0.00 50.00 21']);
    expect(await figures(book, '2026-04-01')).toEqual(['100.00 50.00 5.00 45.00 22']);
    expect(await figures(book, '2026-04-02')).toEqual(['100.00 30.00 5.00 65.00 23']);
  });

  it('leaves out what is settled, and shows it again for the days before it was, or as known before', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', dueOn: '2026-03-10', fen: 100_00 });
    const receipt = book.take({
      on: '2026-03-20',
      receiptNo: 'S1',
      tenders: { 现金: 100_00 },
      settle: [{ charge, fen: 100_00 }],
    });
    expect(await figures(book, '2026-03-20')).toEqual([]);
    expect(await figures(book, '2026-03-19')).toEqual(['100.00 0.00 0.00 100.00 9']);
    expect(await figures(book, '2026-03-20', charge)).toEqual(['100.00 0.00 0.00 100.00 10']);
    book.reverse(receipt, { on: '2026-04-01' });
    expect(await figures(book, '2026-03-31')).toEqual([]);
    expect(await figures(book, '2026-04-01')).toEqual(['100.00 0.00 0.00 100.00 22']);
  });

  it('keeps what is posted late on its own date, whatever its period', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', dueOn: '2026-03-10', fen: 100_00 });
    book.take({
      on: '2026-03-20',
      period: '2026-05',
      receiptNo: 'S1',
      tenders: { 现金: 60_00 },
      settle: [{ charge, fen: 60_00 }],
    });
    expect(await figures(book, '2026-03-20')).toEqual(['100.00 60.00 0.00 40.00 10']);
  });

  it('does not know a charge before it takes effect, and forgets one that is reversed', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-15', dueOn: '2026-03-10', fen: 100_00 });
    book.reverse(charge, { on: '2026-04-01' });
    expect(await figures(book, '2026-03-14')).toEqual([]);
    expect(await figures(book, '2026-03-15')).toEqual(['100.00 0.00 0.00 100.00 5']);
    expect(await figures(book, '2026-04-01')).toEqual([]);
  });

  it('shows what is settled twice for some days as negative, so that the total still ties out', async () => {
    const book = newBook();
    const charge = book.raise({ on: '2026-03-01', dueOn: '2026-03-10', fen: 100_00 });
    const settle = [{ charge, fen: 100_00 }];
    const first = book.take({ on: '2026-03-12', receiptNo: 'S1', tenders: { 现金: 100_00 }, settle });
    book.reverse(first, { on: '2026-03-31' });
    book.take({ on: '2026-03-20', receiptNo: 'S2', tenders: { 现金: 100_00 }, settle });
    expect(await figures(book, '2026-03-19')).toEqual([]);
    expect(await figures(book, '2026-03-20')).toEqual(['100.00 200.00 0.00 -100.00 10']);
    expect(await figures(book, '2026-03-31')).toEqual([]);
  });

  it('sorts by code point, then service days, then priority, then the order raised', async () => {
    const book = newBook();
    const raise = (
      resource: string,
      customer: string,
      item: string,
      from: string,
      to: string,
      priority: number,
      fen: number,
    ): number => book.raise({ on: '2026-03-01', resource, customer, item, from, to, priority, fen });
    raise('b', 'K', 'i', '2026-03-01', '2026-03-31', 1, 9);
    raise('B', 'k', 'i', '2026-03-01', '2026-03-31', 1, 8);
    raise('B', 'K', '垃', '2026-03-01', '2026-03-31', 1, 7);
    raise('B', 'K', 'i', '2026-03-02', '2026-03-31', 1, 6);
    raise('B', 'K', 'i', '2026-03-01', '2026-03-31', 2, 4);
    raise('B', 'K', 'i', '2026-03-01', '2026-03-31', 2, 5);
    raise('B', 'K', 'i', '2026-03-01', '2026-03-31', 1, 3);
    raise('B', 'K', 'i', '2026-03-01', '2026-03-30', 9, 2);
    raise('A-10', 'K', 'i', '2026-03-01', '2026-03-31', 1, 1);
    await projection.ledger(book.events);
    const rows = await ask(book, '2026-03-31');
    expect(rows.map((cells) => cells[10])).toEqual([
      '0.01',
      '0.02',
      '0.03',
      '0.04',
      '0.05',
      '0.06',
      '0.07',
      '0.08',
      '0.09',
    ]);
  });
});
