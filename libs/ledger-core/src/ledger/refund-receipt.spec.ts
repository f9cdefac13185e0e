import {
  application,
  arrears,
  monthly,
  opened,
  payingBack,
  prepaidBack,
  receipt,
  releasing,
  reversal,
  undoing,
} from '../../testing/commands';
import { given, type Given } from '../../testing/given';

const standing = (history: Given) => {
  const taken = history.book().receipts.get('SJ1');
  return [taken?.settlements.map(({ amount }) => amount), taken?.prepaid, taken?.refunded];
};

describe('the refund of a receipt', () => {
  const taken = [
    opened,
    arrears({ amount: 60_00n }, { amount: 30_00n, item: '垃圾费', dueOn: '2026-02-11' }),
    receipt(100_00n, { resource: 'R1' }),
  ] as const;

  it('is paid from what it prepaid, while that is enough', () => {
    expect(given(...taken).when(payingBack(10_00n))).toEqual({
      accepted: true,
      events: [
        {
          type: 'receipt.refunded',
          effectiveDate: '2026-03-28',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            receiptNo: 'SJ1',
            receipt: 4,
            customer: 'K1',
            tie: 'R1',
            amount: '10.00',
            method: '银行转账',
            lines: [
              { account: 'unapplied', amount: '10.00', customer: 'K1', tie: 'R1' },
              { account: 'channel-clearing', amount: '-10.00', channel: '银行转账' },
            ],
          },
        },
      ],
    });
  });

  it('gives back what it settled last first, only as much as is missing', () => {
    expect(given(...taken).events(payingBack(45_00n))).toMatchObject([
      {
        type: 'allocation.released',
        body: {
          releases: [
            { charge: 3, amount: '30.00' },
            { charge: 2, amount: '5.00' },
          ],
        },
      },
      { type: 'receipt.refunded', body: { amount: '45.00' } },
    ]);
    expect(standing(given(...taken, payingBack(45_00n)))).toEqual([[55_00n, 0n], 0n, 45_00n]);
  });

  it('gives back its own settlements before applications of the balance, and these at last', () => {
    const spent = [
      ...taken,
      monthly('2026-03', { amount: 10_00n, from: '2026-03-01', item: '水费' }),
      application('2026-03', '2026-03-20'),
    ] as const;
    expect(
      given(...spent)
        .events(payingBack(90_00n))
        .map(({ type }) => type),
    ).toEqual(['allocation.released', 'receipt.refunded']);
    expect(given(...spent).events(payingBack(95_00n))).toMatchObject([
      { type: 'prepayment.released', body: { releases: [{ application: 6, amount: '5.00' }] } },
      { type: 'allocation.released' },
      { type: 'receipt.refunded' },
    ]);
    expect(standing(given(...spent, payingBack(100_00n)))).toEqual([[0n, 0n], 0n, 100_00n]);
  });

  it.each([
    ['more than is left of it', payingBack(60_01n), { code: 'exceeds-receipt', receiptNo: 'SJ1', left: '60.00' }],
    ['nothing', payingBack(0n), { code: 'amount-not-positive' }],
    [
      'a day before the last refund',
      payingBack(1n, { date: '2026-03-27' }),
      { code: 'date-before-entry', effectiveOn: '2026-03-28' },
    ],
  ])('refuses %s', (_, command, rejection) => {
    expect(given(...taken, payingBack(40_00n)).refusal(command)).toEqual(rejection);
  });

  it('is refused when the money was paid back as a prepayment', () => {
    const history = given(opened, receipt(100_00n), prepaidBack(30_00n));
    expect(history.refusal(payingBack(71_00n))).toEqual({ code: 'prepayment-is-refunded', left: '70.00' });
    expect(history.refusal(reversal())).toEqual({ code: 'prepayment-is-refunded', left: '70.00' });
  });

  it('does not release an application before the day on which it was applied', () => {
    // 100 prepaid on 03-05, 80 of it applied on 03-20: paying 100 back takes 80 of that application.
    const history = given(opened, receipt(100_00n), arrears({ amount: 80_00n }), application());
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-03-20' };
    expect(history.refusal(payingBack(100_00n, { date: '2026-03-19' }))).toEqual(rejection);
    expect(history.refusal(payingBack(20_01n, { date: '2026-03-19' }))).toEqual(rejection);
    expect(history.when(payingBack(20_00n, { date: '2026-03-20' })).accepted).toBe(true);
    expect(history.when(payingBack(100_00n, { date: '2026-03-20' })).accepted).toBe(true);
  });

  it('keeps the receipt from being reversed, until it is reversed itself: then its money is a prepayment', () => {
    const refunded = [...taken, payingBack(45_00n)] as const;
    expect(given(...refunded).refusal(reversal())).toEqual({ code: 'receipt-is-refunded', receiptNo: 'SJ1' });
    const undone = given(...refunded, undoing(6));
    expect(standing(undone)).toEqual([[55_00n, 0n], 45_00n, 0n]);
    expect(undone.events(reversal()).map(({ type }) => type)).toEqual(['receipt.reversed']);
    expect(standing(given(...refunded, undoing(6), undoing(5)))).toEqual(standing(given(...taken)));
  });

  it('leaves a charge that was given back before to who settled it since', () => {
    const history = given(opened, arrears({ amount: 60_00n }), receipt(60_00n), releasing(), application());
    expect(history.events(payingBack(60_00n))).toMatchObject([
      { type: 'prepayment.released', body: { releases: [{ application: 5, amount: '60.00' }] } },
      { type: 'receipt.refunded' },
    ]);
  });
});
