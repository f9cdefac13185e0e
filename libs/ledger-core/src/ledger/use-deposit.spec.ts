import { arrears, depositApplied, forfeiture, opened, openingDeposit, refund, undoing } from '../../testing/commands';
import { given } from '../../testing/given';
import { heldOf } from './state';

describe('a deposit', () => {
  const held = [
    opened,
    openingDeposit(100_00n),
    arrears({ amount: 60_00n }, { amount: 9_00n, customer: 'K2' }),
  ] as const;

  it('settles charges of its customer', () => {
    expect(given(...held).events(depositApplied([{ charge: 3, amount: 45_00n }]))).toEqual([
      {
        type: 'deposit.applied',
        effectiveDate: '2026-03-25',
        accountingPeriod: '2026-03',
        reversesPosition: null,
        body: {
          receiptNo: 'YJ1',
          deposit: 2,
          amount: '45.00',
          applications: [{ charge: 3, amount: '45.00' }],
          lines: [
            { account: 'deposit-held', amount: '45.00', customer: 'K1', resource: 'R1', deposit: 'YJ1' },
            { account: 'receivable', amount: '-45.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 3 },
          ],
        },
      },
    ]);
    const book = given(...held, depositApplied([{ charge: 3, amount: 45_00n }])).book();
    expect([book.charges.get(3)?.applied, [...book.deposits.values()].map(heldOf)]).toEqual([45_00n, [55_00n]]);
  });

  it('is forfeited: income of its own kind', () => {
    const history = given(...held, forfeiture(30_00n));
    expect(history.log.at(-1)).toMatchObject({
      type: 'deposit.forfeited',
      body: {
        reasonDigest: 'digest',
        lines: [
          { account: 'deposit-held', amount: '30.00', deposit: 'YJ1' },
          { account: 'forfeited-deposits', amount: '-30.00', customer: 'K1', resource: 'R1' },
        ],
      },
    });
  });

  it('never gives more than is held, whatever for', () => {
    const history = given(
      ...held,
      refund(20_00n),
      depositApplied([{ charge: 3, amount: 30_00n }], { date: '2026-03-31' }),
      forfeiture(40_00n),
    );
    const rejection = { code: 'exceeds-deposit', receiptNo: 'YJ1', held: '10.00' };
    expect(history.refusal(refund(10_01n))).toEqual(rejection);
    expect(history.refusal(forfeiture(10_01n))).toEqual(rejection);
    expect(history.refusal(depositApplied([{ charge: 3, amount: 10_01n }]))).toEqual(rejection);
    expect(history.refusal(undoing(2))).toEqual({ code: 'deposit-is-refunded', receiptNo: 'YJ1' });
  });

  it('has both reversed', () => {
    const history = given(
      ...held,
      depositApplied([{ charge: 3, amount: 60_00n }]),
      forfeiture(40_00n),
      undoing(5),
      undoing(6),
    );
    const book = history.book();
    expect([book.charges.get(3)?.applied, [...book.deposits.values()].map(heldOf)]).toEqual([0n, [100_00n]]);
    expect(history.when(undoing(2)).accepted).toBe(true);
  });

  it.each([
    [
      'a deposit that is not there',
      depositApplied([], { receiptNo: 'YJ9' }),
      { code: 'unknown-deposit', receiptNo: 'YJ9' },
    ],
    ['no charge', depositApplied([]), { code: 'amount-not-positive' }],
    ['another customer’s charge', depositApplied([{ charge: 4, amount: 1n }]), { code: 'unknown-charge' }],
    [
      'more than is open',
      depositApplied([{ charge: 3, amount: 60_01n }]),
      { code: 'exceeds-open', charge: 3, open: '60.00' },
    ],
    ['nothing', forfeiture(0n), { code: 'amount-not-positive' }],
    [
      'a day before it was received',
      forfeiture(1n, { date: '2024-05-19' }),
      { code: 'date-before-entry', effectiveOn: '2024-05-20' },
    ],
  ])('refuses %s', (_, command, rejection) => {
    expect(given(...held).refusal(command)).toEqual(rejection);
  });
});
