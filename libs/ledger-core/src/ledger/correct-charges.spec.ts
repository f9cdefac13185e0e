import { TWO } from '../../testing/approvals';
import {
  closing,
  limits,
  monthly,
  newCharge,
  opened,
  prepaid,
  receipt,
  reduction,
  releasing,
  undoing,
} from '../../testing/commands';
import { given } from '../../testing/given';
import { explain } from '../explain/explain';
import type { ChargeDifference, CorrectCharges, LedgerCommand, NewCharge } from './commands';
import { netOf, openOf } from './state';

const MARCH = { from: '2026-03-01', to: '2026-03-31' };
/** 3.10 × 100 m² a month: the whole of March is 310.00. */
const part = (from: string, to: string, price: string, amount: bigint, over: Partial<NewCharge> = {}): NewCharge => {
  const days = Number(to.slice(8)) - Number(from.slice(8)) + 1;
  const term = { from, to, days, daysOfMonth: 31, price, area: '100' };
  const basis = { method: '面积单价', rounding: '分', terms: [term], exactBefore: '0/1' } as const;
  return newCharge({ from, to, dueOn: '2026-03-10', amount, standard: 'WY', binding: 'B1', basis, ...over });
};
const raised = monthly('2026-03', part('2026-03-01', '2026-03-31', '3.1', 310_00n));

const difference = (over: Partial<ChargeDifference> = {}): ChargeDifference => ({
  binding: 'B1',
  days: MARCH,
  customer: 'K1',
  standing: [{ charge: 2, amount: 310_00n }],
  computed: [part('2026-03-01', '2026-03-31', '2.8', 280_00n)],
  ...over,
});
const correction = (differences: readonly ChargeDifference[], over: Partial<CorrectCharges> = {}): CorrectCharges => ({
  type: 'CorrectCharges',
  differences,
  cause: { fact: 'price', of: 'WY', reasonDigest: 'digest' },
  date: '2026-04-15',
  posting: 'first-open',
  computedFrom: { standards: [], bindings: [] },
  shared: [],
  ...over,
});

describe('a charge that is too high', () => {
  it('is lowered by the difference, in the open period and with its cause', () => {
    const history = given(opened, raised, closing('2026-03'));
    expect(history.events(correction([difference()], { date: '2026-03-20' }))).toMatchObject([
      {
        type: 'charge.corrected',
        effectiveDate: '2026-03-20',
        accountingPeriod: '2026-04',
        body: {
          ...{ charge: 2, amount: '30.00', tax: '0.00', cause: { fact: 'price', of: 'WY', reasonDigest: 'digest' } },
          difference: { standing: [{ charge: 2, amount: '310.00' }], before: '310.00', after: '280.00' },
          lines: [
            { account: 'receivable', amount: '-30.00', charge: 2 },
            { account: 'income', amount: '30.00' },
          ],
        },
      },
    ]);
    const { charges } = given(opened, raised, correction([difference()])).book();
    expect(charges.get(2)).toMatchObject({ amount: 310_00n, corrected: 30_00n });
    expect(charges.get(2) && openOf(charges.get(2) as never)).toBe(280_00n);
  });

  it('gives back what was paid of the difference, first from prepayments, then from receipts', () => {
    const history = given(...[opened, raised, receipt(300_00n), prepaid(10_00n)], {
      type: 'ApplyPrepayments',
      customer: 'K1',
      period: '2026-03',
      date: '2026-03-06',
    });
    const events = history.events(correction([difference()]));
    expect(events).toMatchObject([
      { type: 'prepayment.released', body: { releases: [{ charge: 2, amount: '10.00' }] } },
      { type: 'allocation.released', body: { receiptNo: 'SJ1', releases: [{ charge: 2, amount: '20.00' }] } },
      { type: 'charge.corrected', body: { charge: 2, amount: '30.00' } },
    ]);
    const done = given(...[opened, raised, receipt(310_00n), correction([difference()])]).book();
    expect([...done.balances.values()]).toMatchObject([{ customer: 'K1', balance: 30_00n }]);
    expect(done.receipts.get('SJ1')).toMatchObject({ prepaid: 30_00n, settlements: [{ charge: 2, amount: 280_00n }] });
  });

  it('needs nothing given back where enough is open', () => {
    expect(given(opened, raised, receipt(280_00n)).events(correction([difference()]))).toHaveLength(1);
  });

  it('is refused while what settles it is no money that could be given back', () => {
    const history = given(opened, raised, reduction(2, 300_00n));
    expect(history.refusal(correction([difference()]))).toEqual({ code: 'charge-is-settled', charge: 2 });
  });

  it('is not lowered before it, or what is done with its receipt, took effect', () => {
    const own = { posting: 'own' } as const;
    expect(given(opened, raised).refusal(correction([difference()], { ...own, date: '2026-02-28' }))).toMatchObject({
      code: 'before-first-period',
    });
    const history = given(opened, raised, receipt(310_00n, { date: '2026-04-20' }));
    expect(history.refusal(correction([difference()], own))).toEqual({
      code: 'date-before-entry',
      effectiveOn: '2026-04-20',
    });
  });

  it('is reversed for what is left of it, and a credit while its charge stands', () => {
    const history = given(opened, raised, correction([difference()]));
    expect(history.events(undoing(2, { date: '2026-04-30' }))).toMatchObject([
      { body: { of: 'charge.raised', lines: [{ amount: '-280.00' }, { amount: '280.00' }] } },
    ]);
    expect(history.events(undoing(3, { date: '2026-04-30' }))).toMatchObject([
      { body: { of: 'charge.corrected', lines: [{ amount: '30.00' }, { amount: '-30.00' }] } },
    ]);
    expect(
      given(opened, raised, correction([difference()]), undoing(2, { date: '2026-04-30' })).refusal(
        undoing(3, { date: '2026-04-30' }),
      ),
    ).toMatchObject({ code: 'already-reversed' });
  });

  it('with tax is lowered with its part of the tax, and in the end with all of it', () => {
    const taxed: CorrectCharges['differences'][number]['computed'] = [];
    const manual: LedgerCommand = {
      ...{ type: 'RaiseCharges', origin: 'manual', date: '2026-03-01', posting: 'own', taxRate: '0.06' },
      ...{ forOthers: false, charges: [part('2026-03-01', '2026-03-31', '1', 100_00n)] },
    };
    const third = part('2026-03-01', '2026-03-31', '1', 66_67n);
    const first = difference({ standing: [{ charge: 2, amount: 100_00n }], computed: [third] });
    const then = difference({ standing: [{ charge: 2, amount: 66_67n }], computed: taxed });
    const history = given(opened, manual, correction([first]));
    // 5.66 of 100.00; of the 66.67 that are left 3.77.
    expect(history.log.at(-1)?.body).toMatchObject({ amount: '33.33', tax: '1.89' });
    expect(history.events(correction([then]))).toMatchObject([{ body: { amount: '66.67', tax: '3.77' } }]);
  });
});

describe('a charge that is too low', () => {
  const higher = difference({ computed: [part('2026-03-01', '2026-03-31', '3.5', 350_00n)] });

  it('gets another beside it for the difference, due when it is booked', () => {
    expect(given(opened, raised).events(correction([higher]))).toMatchObject([
      {
        type: 'charge.raised',
        accountingPeriod: '2026-04',
        body: {
          ...{ origin: 'correction', customer: 'K1', ...MARCH, dueOn: '2026-04-15', amount: '40.00', binding: 'B1' },
          ...{ standard: 'WY', cause: { fact: 'price' } },
          basis: { method: '面积单价', difference: { before: '310.00', after: '350.00' } },
          lines: [{ account: 'receivable', charge: 3 }, { account: 'income' }],
        },
      },
    ]);
  });

  it('and its correction are lowered again, the latest first', () => {
    const again = difference({
      standing: [
        { charge: 2, amount: 310_00n },
        { charge: 3, amount: 40_00n },
      ],
    });
    const history = given(opened, raised, correction([higher]), correction([again]));
    expect(history.log.slice(3)).toMatchObject([
      { type: 'charge.corrected', body: { charge: 3, amount: '40.00' } },
      { type: 'charge.corrected', body: { charge: 2, amount: '30.00' } },
    ]);
    expect([...history.book().charges.values()].map(netOf)).toEqual([280_00n, 0n]);
  });

  it('explains both computations', () => {
    const [event] = given(opened, raised).events(correction([higher]));
    if (event?.type !== 'charge.raised') throw new Error('not raised');
    expect(explain(event.body.basis)).toMatchObject({
      amount: '40.00',
      zh: [
        '更正后应为:',
        '2026-03-01 – 2026-03-31 整月: 3.5 元 × 100 ㎡ = 350.00 元',
        '350.00 元四舍五入到分: 350.00 元',
        '应收共 350.00 元',
        '已计应收 2: 310.00 元',
        '减去已计 310.00 元',
        '补差 40.00 元',
      ],
    });
  });
});

describe('a correction', () => {
  it('of the payer credits the one and charges the other, for their days', () => {
    const first = part('2026-03-01', '2026-03-15', '3.1', 150_00n);
    const second = part('2026-03-16', '2026-03-31', '3.1', 160_00n, { customer: 'K2' });
    const change = correction([
      difference({ computed: [first] }),
      difference({ customer: 'K2', standing: [], computed: [second] }),
    ]);
    const history = given(opened, raised, receipt(310_00n), change);
    expect(history.log.slice(3)).toMatchObject([
      { type: 'allocation.released', body: { customer: 'K1', releases: [{ charge: 2, amount: '160.00' }] } },
      { type: 'charge.corrected', body: { charge: 2, amount: '160.00' } },
      { type: 'charge.raised', body: { customer: 'K2', from: '2026-03-16', to: '2026-03-31', amount: '160.00' } },
    ]);
  });

  it('is refused when something else stands than was compared, and finds that out twice', () => {
    const history = given(opened, raised, correction([difference()]));
    expect(history.refusal(correction([difference()]))).toEqual({
      code: 'inputs-changed',
      standard: null,
      binding: 'B1',
    });
    expect(given(opened, raised).refusal(correction([difference({ standing: [] })]))).toMatchObject({
      code: 'inputs-changed',
    });
    expect(given(opened, raised).refusal(correction([difference(), difference()]))).toMatchObject({
      code: 'inputs-changed',
    });
    const since = { standards: [['WY', 9]] as const, bindings: [] };
    expect(given(opened, raised).refusal(correction([difference()], { computedFrom: since }))).toEqual({
      code: 'inputs-changed',
      standard: 'WY',
      binding: null,
    });
  });

  it('without differences books nothing, and stays out of a closed period', () => {
    expect(given(opened, raised).events(correction([]))).toEqual([]);
    expect(
      given(opened, raised, closing('2026-03')).refusal(
        correction([difference()], { date: '2026-03-31', posting: 'own' }),
      ),
    ).toMatchObject({ code: 'period-closed' });
  });

  it('above the limit takes two people: 红冲 and 补差 are added up', () => {
    const both = correction([
      difference(),
      difference({
        customer: 'K2',
        standing: [],
        computed: [part(MARCH.from, MARCH.to, '0.3', 30_00n, { customer: 'K2' })],
      }),
    ]);
    const history = given(opened, raised, limits({ correction: 59_99n }));
    expect(history.refusal(both)).toEqual({
      code: 'approval-required',
      kind: 'correction',
      amount: '60.00',
      limit: '59.99',
    });
    expect(history.when(both, TWO)).toMatchObject({
      events: [{ body: { approval: TWO } }, { body: { approval: TWO } }],
    });
    expect(given(opened, raised, limits({ correction: 60_00n })).when(both).accepted).toBe(true);
  });

  it('lets a receipt be released that was released before', () => {
    const history = given(opened, raised, receipt(310_00n), releasing({ parts: [{ charge: 2, amount: 10_00n }] }));
    expect(history.events(correction([difference()]))).toMatchObject([
      { body: { releases: [{ amount: '20.00' }] } },
      { type: 'charge.corrected' },
    ]);
  });
});
