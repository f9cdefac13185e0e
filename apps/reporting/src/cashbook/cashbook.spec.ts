import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { cashbook } from './cashbook';

describe('cashbook', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('cashbook');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  it('has the headers of the acceptance files', () => {
    expect(cashbook.columns.map(({ header }) => header).join()).toBe('项目编码,收款日期,收款方式,笔数,金额');
  });

  it('adds up tenders by their own date and method, in the period of their posting', async () => {
    const book = new LedgerBook('C1');
    const take = (on: string, tenders: Record<string, number>, period?: string): number =>
      book.take({ on, receiptNo: `S${book.events.length}`, tenders, ...(period === undefined ? {} : { period }) });
    take('2026-03-02', { 现金: 10_00, 微信: 5_00 });
    const reversed = take('2026-03-02', { 微信: 7_50 });
    take('2026-03-01', { 支付宝: 1_00 });
    const undone = take('2026-03-03', { 现金: 9_00 });
    take('2026-03-30', { 现金: 3_00 }, '2026-04');
    book.reverse(reversed, { on: '2026-03-31' });
    book.reverse(undone, { on: '2026-03-03' });
    book.receiveDeposit({ on: '2026-03-01', receiptNo: 'Y1', fen: 99_00 });
    const paidBack = book.refundPrepayment({ on: '2026-04-08', fen: 2_00, method: '现金' });
    book.refundReceipt(2, { on: '2026-04-08', fen: 1_00, method: '现金' });
    book.reverse(paidBack, { on: '2026-04-09' });
    await projection.ledger(book.events);
    const ask = async (period: string, known?: number): Promise<string[]> =>
      (await projection.ask(cashbook, { period }, ['C1'], known)).map(([, ...cells]) => cells.join(' '));
    expect(await ask('2026-03')).toEqual([
      '2026-03-01 支付宝 1 1.00',
      '2026-03-02 微信 2 12.50',
      '2026-03-02 现金 1 10.00',
      '2026-03-03 现金 0 0.00',
      '2026-03-31 微信 -1 -7.50',
    ]);
    expect(await ask('2026-04')).toEqual([
      '2026-03-30 现金 1 3.00',
      '2026-04-08 现金 -2 -3.00',
      '2026-04-09 现金 1 2.00',
    ]);
    expect(await ask('2026-03', reversed)).toEqual(['2026-03-02 微信 2 12.50', '2026-03-02 现金 1 10.00']);
  });
});
