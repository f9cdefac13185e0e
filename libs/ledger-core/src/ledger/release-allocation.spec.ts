import {
  allocation,
  application,
  arrears,
  opened,
  receipt,
  releasing,
  reversal,
  undoing,
  prepaidBack,
} from '../../testing/commands';
import { given, type Given } from '../../testing/given';

/** What the receipt SJ1 settles, prepaid and refunded; what is open of each charge; what is in the balance. */
const standing = (history: Given) => {
  const { receipts, charges, balances } = history.book();
  const taken = receipts.get('SJ1');
  return {
    settles: taken?.settlements.map(({ amount }) => amount),
    prepaid: taken?.prepaid,
    cash: [...charges.values()].map(({ cash }) => cash),
    applied: [...charges.values()].map(({ applied }) => applied),
    balance: [...balances.values()].reduce((sum, { balance }) => sum + balance, 0n),
  };
};

describe('giving back what a receipt settled', () => {
  const settled = [
    opened,
    arrears({ amount: 60_00n }, { amount: 30_00n, item: '垃圾费', dueOn: '2026-02-11' }),
    receipt(100_00n),
  ] as const;

  it('opens the charge and makes its money a prepayment; the receipt stays', () => {
    const history = given(...settled);
    expect(history.when(releasing({ parts: [{ charge: 2, amount: 25_00n }] }))).toEqual({
      accepted: true,
      events: [
        {
          type: 'allocation.released',
          effectiveDate: '2026-03-25',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            receiptNo: 'SJ1',
            receipt: 4,
            customer: 'K1',
            tie: null,
            releases: [{ charge: 2, amount: '25.00' }],
            lines: [
              { account: 'unapplied', amount: '-25.00', customer: 'K1', tie: null },
              { account: 'receivable', amount: '25.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
            ],
          },
        },
      ],
    });
    expect(standing(given(...settled, releasing({ parts: [{ charge: 2, amount: 25_00n }] })))).toEqual({
      settles: [35_00n, 30_00n],
      prepaid: 35_00n,
      cash: [35_00n, 30_00n],
      applied: [0n, 0n],
      balance: 35_00n,
    });
  });

  it('gives back everything when no charge is named, and nothing the second time', () => {
    const history = given(...settled, releasing());
    expect(standing(history)).toMatchObject({ settles: [0n, 0n], prepaid: 100_00n, balance: 100_00n });
    expect(history.events(releasing())).toEqual([]);
  });

  it('lets the money settle other charges, and a reversal then gives back exactly what still stands', () => {
    const history = given(
      ...settled,
      releasing({ parts: [{ charge: 2, amount: 60_00n }] }),
      allocation([{ charge: 2, amount: 20_00n }]),
    );
    // 100 = 30 settled, 20 applied, 50 in the balance.
    expect(standing(history)).toMatchObject({ settles: [0n, 30_00n], applied: [20_00n, 0n], balance: 50_00n });
    expect(history.events(reversal())).toMatchObject([
      { type: 'prepayment.released', body: { releases: [{ application: 6, index: 0, charge: 2, amount: '20.00' }] } },
      {
        type: 'receipt.reversed',
        body: {
          lines: [
            { account: 'channel-clearing', amount: '-100.00' },
            { account: 'unapplied', amount: '100.00' },
            { account: 'unapplied', amount: '-30.00' },
            { account: 'receivable', amount: '30.00', charge: 3 },
          ],
        },
      },
    ]);
    const reversed = given(
      ...settled,
      releasing({ parts: [{ charge: 2, amount: 60_00n }] }),
      allocation([{ charge: 2, amount: 20_00n }]),
      reversal(),
    );
    expect(standing(reversed)).toMatchObject({ cash: [0n, 0n], applied: [0n, 0n], balance: 0n });
  });

  it.each([
    ['a number that was never taken', { receiptNo: 'SJ9' }, { code: 'unknown-receipt', receiptNo: 'SJ9' }],
    ['nothing of a charge', { parts: [{ charge: 2, amount: 0n }] }, { code: 'amount-not-positive' }],
    ['a day before the receipt', { date: '2026-03-04' }, { code: 'date-before-entry', effectiveOn: '2026-03-05' }],
    [
      'more than it settles, over several parts',
      {
        parts: [
          { charge: 2, amount: 60_00n },
          { charge: 2, amount: 1n },
        ],
      },
      { code: 'exceeds-settled', charge: 2, settled: '60.00' },
    ],
    [
      'a charge that it does not settle',
      { parts: [{ charge: 9, amount: 1n }] },
      { code: 'exceeds-settled', charge: 9, settled: '0.00' },
    ],
  ])('refuses %s', (_, change, rejection) => {
    expect(given(...settled).refusal(releasing(change))).toEqual(rejection);
  });

  it('lets nothing be done with the receipt before the day on which it was last handled', () => {
    const history = given(...settled, releasing({ date: '2026-03-25' }));
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-03-25' };
    expect(history.refusal(reversal({ date: '2026-03-24' }))).toEqual(rejection);
    expect(history.refusal(releasing({ date: '2026-03-24' }))).toEqual(rejection);
  });

  it('is reversed: the receipt settles as before', () => {
    const released = [...settled, releasing({ parts: [{ charge: 2, amount: 25_00n }] })] as const;
    expect(standing(given(...released, undoing(5)))).toEqual(standing(given(...settled)));
    expect(given(...released, undoing(5)).refusal(undoing(5))).toEqual({
      code: 'already-reversed',
      position: 5,
      reversedBy: 6,
    });
  });

  it('is not reversed when its charge is settled, its money spent or refunded, or its receipt reversed', () => {
    const released = [opened, arrears({ amount: 60_00n }), receipt(60_00n), releasing()] as const;
    expect(given(...released, application()).refusal(undoing(4))).toEqual({
      code: 'exceeds-open',
      charge: 2,
      open: '0.00',
    });
    expect(given(...released, prepaidBack(1_00n)).refusal(undoing(4))).toEqual({
      code: 'prepayment-is-spent',
      left: '59.00',
    });
    expect(given(...released, reversal()).refusal(undoing(4))).toEqual({
      code: 'already-reversed',
      position: 3,
      reversedBy: 5,
    });
  });
});
