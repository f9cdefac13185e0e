import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { prepayments } from './prepayments';

describe('prepayment balances', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('prepayments');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  it('has the headers of the acceptance files', () => {
    expect(prepayments.columns.map(({ header }) => header).join()).toBe('项目编码,客户编码,资源编码,余额');
  });

  it('shows one balance a customer and tie, the untied one first, without zeros', async () => {
    const book = new LedgerBook('V1');
    const charge = book.raise({ on: '2026-03-01', fen: 100_00 });
    book.bringInPrepayment({ on: '2026-02-28', customer: 'K2', tie: 'R1', fen: 50_00 });
    book.bringInPrepayment({ on: '2026-02-28', customer: 'K2', fen: 20_00 });
    book.bringInPrepayment({ on: '2026-02-28', customer: 'K1', fen: 20_00 });
    const receipt = book.take({
      on: '2026-03-05',
      receiptNo: 'S1',
      customer: 'K2',
      resource: 'R1',
      tenders: { 现金: 10_00 },
    });
    const applied = book.apply({ on: '2026-03-31', customer: 'K2', tie: 'R1', to: [{ charge, fen: 60_00 }] });
    book.release(applied, { on: '2026-04-02', customer: 'K2', tie: 'R1', of: [{ charge, fen: 10_00 }] });
    book.reverse(receipt, { on: '2026-04-02' });
    await projection.ledger(book.events);
    const ask = async (asOf: string, known?: number): Promise<string[]> =>
      (await projection.ask(prepayments, { asOf }, ['V1'], known)).map(([, ...cells]) =>
        cells.map((cell) => cell ?? '').join(' '),
      );
    expect(await ask('2026-02-28')).toEqual(['K1  20.00', 'K2  20.00', 'K2 R1 50.00']);
    expect(await ask('2026-03-05')).toEqual(['K1  20.00', 'K2  20.00', 'K2 R1 60.00']);
    expect(await ask('2026-03-05', receipt - 1)).toEqual(['K1  20.00', 'K2  20.00', 'K2 R1 50.00']);
    expect(await ask('2026-03-31')).toEqual(['K1  20.00', 'K2  20.00']);
    expect(await ask('2026-04-02')).toEqual(['K1  20.00', 'K2  20.00']);
    expect(await ask('2026-04-02', applied)).toEqual(['K1  20.00', 'K2  20.00']);
    expect(await ask('2026-04-02', applied + 1)).toEqual(['K1  20.00', 'K2  20.00', 'K2 R1 10.00']);
  });
});
