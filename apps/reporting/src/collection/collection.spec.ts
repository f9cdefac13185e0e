import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { collection } from './collection';

describe('collection by project', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('collection');
    projection = await openProjection(database);
    const book = new LedgerBook('P1');
    const old = book.raise({ on: '2026-02-28', dueOn: '2026-01-10', fen: 100_00 });
    const now = book.raise({ on: '2026-03-01', dueOn: '2026-03-10', fen: 200_00 });
    book.raise({ on: '2026-03-01', dueOn: '2026-04-10', fen: 50_00 });
    book.take({
      on: '2026-03-05',
      receiptNo: 'S1',
      tenders: { 现金: 90_00 },
      settle: [
        { charge: old, fen: 40_00 },
        { charge: now, fen: 50_00 },
      ],
    });
    book.bringInPrepayment({ on: '2026-02-28', fen: 30_00 });
    book.apply({ on: '2026-03-31', to: [{ charge: now, fen: 30_00 }] });
    book.writeOff(old, { on: '2026-03-31', fen: 10_00 });
    book.take({ on: '2026-04-05', receiptNo: 'S2', tenders: { 现金: 20_00 }, settle: [{ charge: now, fen: 20_00 }] });
    await projection.ledger(book.events);
    await projection.ledger(new LedgerBook('P2').events);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });
  const ask = async (moment: { asOf: string } | { period: string }): Promise<string[]> =>
    (await projection.ask(collection, moment, ['P2', 'P1'])).map((cells) => cells.map((cell) => cell ?? '').join(' '));

  it('has the headers that the table shows', () => {
    expect(collection.columns.map(({ header }) => header).join()).toBe(
      '项目,应收,实收(现金),预交冲抵,核销,欠费,收缴率',
    );
  });

  it('adds up all that is due by a day, a row for every project', async () => {
    expect(await ask({ asOf: '2026-03-31' })).toEqual([
      'P1 300.00 90.00 30.00 10.00 170.00 40.00',
      'P2 0.00 0.00 0.00 0.00 0.00 ',
    ]);
    expect(await ask({ asOf: '2026-04-10' })).toEqual([
      'P1 350.00 110.00 30.00 10.00 200.00 40.00',
      'P2 0.00 0.00 0.00 0.00 0.00 ',
    ]);
  });

  it('adds up the charges of a period, with what was posted on them by its end', async () => {
    expect((await ask({ period: '2026-03' }))[0]).toBe('P1 250.00 50.00 30.00 0.00 170.00 32.00');
    expect((await ask({ period: '2026-02' }))[0]).toBe('P1 100.00 0.00 0.00 0.00 100.00 0.00');
    expect((await ask({ period: '2026-04' }))[0]).toBe('P1 0.00 0.00 0.00 0.00 0.00 ');
  });
});
