import { freshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { CHARGE } from '../ledger-store/tables';
import { RunningBilling } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

const CHARGES_OF_YEARS = 20_000;

/** The only charge so far, paid, again and again in Januaries of twenty years. */
const YEARS = (() => {
  const instead: Readonly<Record<string, string>> = {
    position: '1000 + nth',
    resource: `'H' || nth % 1000`,
    customer: `'K' || nth % 1000`,
    from_on: `2006 + nth % 20 || '-01-01'`,
    to_on: `2006 + nth % 20 || '-01-31'`,
    period: `2006 + nth % 20 || '-01'`,
    binding: `'H' || nth`,
    cash_fen: 'amount_fen',
  };
  const names = ['book', ...CHARGE.columns.map(({ name }) => name)];
  return `insert into charge (${names.join(', ')})
    select ${names.map((name) => instead[name] ?? name).join(', ')} from charge cross join generate_series(1, $1) nth`;
})();

describe('a month after years of them', () => {
  let billing: RunningBilling;
  let admin: Client;
  beforeAll(async () => {
    const database = await freshDatabase('billing');
    billing = await RunningBilling.start(database);
    await smallProject(billing);
    await post('/standards', STANDARD);
    await post('/bindings', { resource: 'R1', standard: 'WY', from: '2026-01-01' });
    await billing.runBills('YT01', '2026-03');
    await billing.pool.query(YEARS, [CHARGES_OF_YEARS]);
    await billing.pool.query(`update book_head set position = 100000 where book = 'YT01'`);
    admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('vacuum (analyze) charge');
  });
  afterAll(async () => {
    await admin.end();
    await billing.close();
  });

  const post = (path: string, body?: unknown) => billing.call('POST', `/projects/YT01${path}`, body);
  /** Charges that billing has read since the database was made; connections tell when they are closed. */
  const chargesRead = async (): Promise<number> => {
    await billing.restart();
    const { rows } = await admin.query<{ read: string }>(
      `select seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables where relname = 'charge'`,
    );
    return Number(rows[0]?.read);
  };
  const readBy = async (work: () => Promise<void>): Promise<number> => {
    const before = await chargesRead();
    await work();
    return (await chargesRead()) - before;
  };
  const raised = { raised: { count: 1, amount: '85.00' } };

  it('is billed, drafted and listed without reading what was charged in the years', async () => {
    const ofRun = await readBy(async () => {
      expect(await billing.runBills('YT01', '2026-04')).toMatchObject({ state: 'done', result: raised });
    });
    const ofDraft = await readBy(async () => {
      const asked = await post('/bill-runs', { period: '2026-05', date: '2026-05-01', draft: true });
      expect(await billing.endOf('YT01', String(asked.body['run']))).toMatchObject({ state: 'drafted' });
    });
    const ofList = await readBy(async () => {
      const { body } = await billing.call('GET', '/projects/YT01/charges?period=2026-04');
      expect(body['items']).toMatchObject([{ amount: '85.00' }]);
    });
    expect({ ofRun: ofRun < 100, ofDraft: ofDraft < 100, ofList: ofList < 100 }).toEqual({
      ofRun: true,
      ofDraft: true,
      ofList: true,
    });
  });
});
