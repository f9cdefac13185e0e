import {
  application,
  arrears,
  monthly,
  moving,
  opened,
  payingBack,
  prepaidBack,
  receipt,
  reversal,
  undoing,
} from '../../testing/commands';
import { given, type Given } from '../../testing/given';

const cash = (history: Given) => [...history.book().charges.values()].map((charge) => charge.cash);
const balances = (history: Given) =>
  [...history.book().balances.values()].map(({ customer, tie, balance }) => [customer, tie, balance]);

describe('moving a receipt to another customer', () => {
  const taken = [
    opened,
    arrears({ amount: 60_00n }, { amount: 70_00n, customer: 'K2', resource: 'R2' }),
    receipt(100_00n),
  ] as const;

  it('gives back what it settled, and settles what the other owes; the rest is his prepayment', () => {
    expect(given(...taken).events(moving('K2'))).toMatchObject([
      { type: 'allocation.released', body: { customer: 'K1', releases: [{ charge: 2, amount: '60.00' }] } },
      {
        type: 'receipt.moved',
        effectiveDate: '2026-03-25',
        body: {
          receiptNo: 'SJ1',
          receipt: 4,
          former: { customer: 'K1', tie: null },
          customer: 'K2',
          amount: '100.00',
          settlements: [{ charge: 3, amount: '70.00' }],
          prepaid: '30.00',
          lines: [
            { account: 'unapplied', amount: '100.00', customer: 'K1', tie: null },
            { account: 'unapplied', amount: '-100.00', customer: 'K2', tie: null },
            { account: 'unapplied', amount: '70.00', customer: 'K2', tie: null },
            { account: 'receivable', amount: '-70.00', customer: 'K2', charge: 3 },
          ],
        },
      },
    ]);
    const moved = given(...taken, moving('K2'));
    expect([cash(moved), balances(moved)]).toEqual([
      [0n, 70_00n],
      [
        ['K1', null, 0n],
        ['K2', null, 30_00n],
      ],
    ]);
  });

  it('releases what was applied from its money, and keeps to the resource and item that are named', () => {
    const spent = [...taken, monthly('2026-03', { amount: 40_00n, item: '水费' }), application()] as const;
    expect(given(...spent).events(moving('K2', { resource: 'R2', item: '水费' }))).toMatchObject([
      { type: 'prepayment.released', body: { releases: [{ application: 6, amount: '40.00' }] } },
      { type: 'allocation.released' },
      { type: 'receipt.moved', body: { settlements: [], prepaid: '100.00', resource: 'R2' } },
    ]);
  });

  it('is undone by moving it back, and a reversal takes it from whose it is', () => {
    const back = given(...taken, moving('K2'), moving('K1'));
    expect(cash(back)).toEqual(cash(given(...taken)));
    const reversed = given(...taken, moving('K2'), reversal());
    expect(cash(reversed)).toEqual([0n, 0n]);
    expect(balances(reversed).map(([, , left]) => left)).toEqual([0n, 0n]);
  });

  it('moves what was not refunded; the refund stays, and what was released before it is not settled again', () => {
    const history = given(...taken, payingBack(50_00n, { date: '2026-03-20' }), moving('K2'));
    expect(history.log.at(-1)).toMatchObject({ body: { amount: '50.00', settlements: [{ amount: '50.00' }] } });
    expect(history.refusal(undoing(5))).toEqual({ code: 'receipt-is-moved', receiptNo: 'SJ1' });
    expect(history.refusal(undoing(6))).toEqual({ code: 'receipt-is-moved', receiptNo: 'SJ1' });
  });

  it.each([
    ['to whose it is', [], 'K1', { code: 'same-customer', customer: 'K1' }],
    [
      'of which nothing is left',
      [payingBack(100_00n, { date: '2026-03-20' })],
      'K2',
      { code: 'receipt-is-refunded', receiptNo: 'SJ1' },
    ],
    ['whose money was paid back', [prepaidBack(1_00n)], 'K2', { code: 'prepayment-is-refunded', left: '39.00' }],
  ] as const)('refuses one %s', (_, before, customer, rejection) => {
    expect(given(...taken, ...before).refusal(moving(customer))).toEqual(rejection);
  });
});
