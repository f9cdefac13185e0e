import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { deposits } from './deposits';

describe('deposits', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('deposits');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });
  const ask = async ({ project, events }: LedgerBook, asOf: string, known?: number): Promise<string[]> => {
    await projection.ledger(events);
    return (await projection.ask(deposits, { asOf }, [project], known)).map(([, ...cells]) => cells.join(' '));
  };

  it('has the headers of the acceptance files', () => {
    expect(deposits.columns.map(({ header }) => header).join()).toBe(
      '项目编码,收据号,资源编码,客户编码,押金类型,收取日期,收取金额,已退金额,余额',
    );
  });

  it('shows every deposit received by the day, with its refunds by the day, by receipt number', async () => {
    const book = new LedgerBook('D1');
    book.receiveDeposit({
      on: '2025-06-01',
      period: '2026-02',
      receiptNo: 'YJ2',
      resource: 'R2',
      customer: 'K2',
      kind: '租赁押金',
      fen: 3000_00,
    });
    book.receiveDeposit({ on: '2024-05-20', period: '2026-02', receiptNo: 'YJ1', fen: 2000_00 });
    book.refundDeposit('YJ2', { on: '2026-03-31', fen: 1000_00 });
    book.refundDeposit('YJ2', { on: '2026-04-30', fen: 2000_00 });
    expect(await ask(book, '2024-05-19')).toEqual([]);
    expect(await ask(book, '2024-05-20')).toEqual(['YJ1 R1 K1 装修押金 2024-05-20 2000.00 0.00 2000.00']);
    expect((await ask(book, '2026-03-31'))[1]).toBe('YJ2 R2 K2 租赁押金 2025-06-01 3000.00 1000.00 2000.00');
    expect((await ask(book, '2026-04-30'))[1]).toBe('YJ2 R2 K2 租赁押金 2025-06-01 3000.00 3000.00 0.00');
    expect((await ask(book, '2026-04-30', 4))[1]).toBe('YJ2 R2 K2 租赁押金 2025-06-01 3000.00 1000.00 2000.00');
  });

  it('gives a reversed refund back, forgets a reversed deposit, and keeps apart the next one of its number', async () => {
    const book = new LedgerBook('D2');
    const first = book.receiveDeposit({ on: '2026-03-01', receiptNo: 'YJ1', fen: 100_00 });
    const refund = book.refundDeposit('YJ1', { on: '2026-03-10', fen: 40_00 });
    book.reverse(refund, { on: '2026-03-12' });
    book.reverse(first, { on: '2026-03-20' });
    book.receiveDeposit({ on: '2026-03-15', receiptNo: 'YJ1', customer: 'K9', fen: 70_00 });
    book.refundDeposit('YJ1', { on: '2026-03-25', fen: 10_00 });
    expect(await ask(book, '2026-03-10')).toEqual(['YJ1 R1 K1 装修押金 2026-03-01 100.00 40.00 60.00']);
    expect(await ask(book, '2026-03-14')).toEqual(['YJ1 R1 K1 装修押金 2026-03-01 100.00 0.00 100.00']);
    expect(await ask(book, '2026-03-19')).toHaveLength(2);
    expect(await ask(book, '2026-03-31')).toEqual(['YJ1 R1 K9 装修押金 2026-03-15 70.00 10.00 60.00']);
  });
});
