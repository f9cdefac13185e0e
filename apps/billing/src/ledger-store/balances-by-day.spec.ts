import type { Tx } from '@propledger/event-log';
import { balanceKey, bookIn, emptyState, type BalanceMove } from '@propledger/ledger-core';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { replayed } from '../spec-support/replayed';
import { chargeBy, smallProject } from '../spec-support/small-project';
import { nothingAsked } from './asked';
import { loadBalanceMoves } from './load-balance-moves';

const BOOK = 'YT01';

describe('what moved balances of prepayments', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown): Promise<Answer> => billing.call('POST', `/projects/${BOOK}${path}`, body);
  const done = async (path: string, body: unknown): Promise<number> => {
    const { status, body: answer } = await post(path, body);
    expect([path, status, answer]).toEqual([path, 201, answer]);
    return Number(answer['position']);
  };
  const receive = (receiptNo: string, date: string, amount: string, over: object = {}): Promise<number> =>
    done('/receipts', { receiptNo, date, customer: 'K1', tenders: [{ method: '现金', amount }], ...over });
  const refused = (since: string): object => ({
    status: 422,
    body: { type: 'urn:propledger:problem:date-before-entry', detail: `effectiveOn: ${since}` },
  });
  const why = { reason: '-' };
  const back = { customer: 'K1', method: '现金', ...why };

  it('tell from which day on money was there to be applied by name, and to be paid back', async () => {
    await receive('SJ1', '2026-03-20', '100.00');
    const charge = await done('/charges', chargeBy('R1', 'K1', '80.00'));
    const charges = [{ charge, amount: '80.00' }];
    const applied = { customer: 'K1', charges };
    expect(await post('/prepayments/applications', { ...applied, date: '2026-03-05' })).toMatchObject(
      refused('2026-03-20'),
    );
    expect(await post('/prepayments/refunds', { ...back, amount: '90.00', date: '2026-03-05' })).toMatchObject(
      refused('2026-03-20'),
    );
    const application = await done('/prepayments/applications', { ...applied, date: '2026-03-20' });
    await done(`/prepayments/applications/${application}/release`, { date: '2026-03-25', ...why });
    expect(await post('/prepayments/refunds', { ...back, amount: '20.01', date: '2026-03-24' })).toMatchObject(
      refused('2026-03-25'),
    );
    expect(await post(`/charges/${charge}/reversal`, { date: '2026-03-03', ...why })).toMatchObject(
      refused('2026-03-25'),
    );
    const paid = await done('/prepayments/refunds', { ...back, amount: '20.00', date: '2026-03-24' });
    await done(`/prepayments/refunds/${paid}/reversal`, { date: '2026-03-26', ...why });
    await done(`/charges/${charge}/reversal`, { date: '2026-03-25', ...why });
  });

  it('are found of every kind of event, also of receipts that were moved, and after a day alone', async () => {
    const charge = await done('/charges', chargeBy('R1', 'K1', '30.00'));
    await receive('SJ2', '2026-03-21', '50.00', { resource: 'R1' });
    await done('/receipts/SJ2/releases', { date: '2026-03-22', ...why });
    await done('/prepayments/applications', {
      ...{ customer: 'K1', resource: 'R1', date: '2026-03-23' },
      charges: [{ charge, amount: '10.00' }],
    });
    await done('/receipts/SJ2/move', { customer: 'K2', date: '2026-03-27', ...why });
    await receive('SJ3', '2026-03-21', '7.00', { customer: 'K2' });
    await done('/receipts/SJ3/move', { customer: 'K1', date: '2026-03-24', ...why });
    const repaid = await done('/receipts/SJ3/refunds', { amount: '2.00', date: '2026-03-25', method: '现金', ...why });
    await done(`/receipts/SJ3/refunds/${repaid}/reversal`, { date: '2026-03-26', ...why });
    await done('/receipts/SJ3/move', { customer: 'K2', date: '2026-03-27', ...why });
    await receive('SJ4', '2026-03-28', '9.00', { customer: 'K2' });
    expect((await post('/receipts/SJ4/reversal', { date: '2026-03-29', ...why })).status).toBe(201);
    await billing.runBills(BOOK, '2026-03', '2026-03-30');

    const { balanceMoves } = replayed(BOOK, await billing.verifiedEvents(BOOK));
    expect([...balanceMoves.keys()].sort()).toEqual(['K1', 'K2', balanceKey('K1', 'R1')].sort());
    for (const after of ['2020-01-01', '2026-03-23', '2026-03-27'])
      for (const [customer, tie] of [['K1', null] as const, ['K1', 'R1'] as const, ['K2', null] as const]) {
        const key = balanceKey(customer, tie);
        const all = [...(balanceMoves.get(key)?.values() ?? [])];
        expect(await movesOf(customer, tie, after)).toEqual(all.filter(({ on }) => on > after));
      }
  });

  const movesOf = async (customer: string, tie: string | null, after: string): Promise<BalanceMove[]> => {
    const rows = async (sql: string, values: unknown[]): Promise<unknown> =>
      (await billing.pool.query<Record<string, unknown>>(sql, values)).rows;
    const state = emptyState();
    const asked = {
      ...nothingAsked(),
      balanceMoves: [[BOOK, customer, tie, after] as [string, string, string | null, string]],
    };
    await loadBalanceMoves({ rows } as unknown as Tx, state, asked);
    const found = [...(bookIn(state, BOOK).balanceMoves.get(balanceKey(customer, tie))?.values() ?? [])];
    return found.sort((one, other) => one.position - other.position);
  };
});
