import {
  allocation,
  application,
  arrears,
  opened,
  prepaid,
  prepaidBack,
  receipt,
  undoing,
  withdrawal,
} from '../../testing/commands';
import { given, type Given } from '../../testing/given';

const balance = (history: Given) => [...history.book().balances.values()].map((left) => left.balance);
const applied = (history: Given) => [...history.book().charges.values()].map((charge) => charge.applied);

describe('a prepayment', () => {
  const open = [
    opened,
    prepaid(50_00n),
    arrears({ amount: 60_00n }, { amount: 30_00n, resource: 'R2' }, { amount: 9_00n, customer: 'K2' }),
  ] as const;

  it('settles the charges that are named, whatever their order', () => {
    const history = given(
      ...open,
      allocation([
        { charge: 4, amount: 30_00n },
        { charge: 3, amount: 5_00n },
      ]),
    );
    expect([applied(history), balance(history)]).toEqual([[5_00n, 30_00n, 0n], [15_00n]]);
    expect(history.log.at(-1)).toMatchObject({
      type: 'prepayment.applied',
      body: {
        applications: [
          { charge: 4, amount: '30.00', tie: null },
          { charge: 3, amount: '5.00', tie: null },
        ],
      },
    });
  });

  it.each([
    ['nothing', [], {}, { code: 'amount-not-positive' }],
    ['a charge that is not there', [{ charge: 9, amount: 1n }], {}, { code: 'unknown-charge' }],
    ['a charge of another customer', [{ charge: 5, amount: 1n }], {}, { code: 'unknown-charge' }],
    [
      'a charge of another resource than the money is tied to',
      [{ charge: 4, amount: 1n }],
      { tie: 'R1' },
      { code: 'prepayment-is-tied', resource: 'R1' },
    ],
    [
      'more than is open, over several parts',
      [
        { charge: 4, amount: 30_00n },
        { charge: 4, amount: 1n },
      ],
      {},
      { code: 'exceeds-open', charge: 4, open: '30.00' },
    ],
    ['more than is prepaid', [{ charge: 3, amount: 50_01n }], {}, { code: 'exceeds-prepayment', left: '50.00' }],
  ])('is refused for %s', (_, parts, change, rejection) => {
    expect(given(...open).refusal(allocation(parts, change))).toEqual(rejection);
  });

  it('takes back what it settled, in part or all of it, but not before the day on which it did', () => {
    const settled = [...open, allocation([{ charge: 3, amount: 50_00n }])] as const;
    expect(given(...settled).events(withdrawal(6, { parts: [{ charge: 3, amount: 20_00n }] }))).toMatchObject([
      {
        type: 'prepayment.released',
        body: { releases: [{ application: 6, index: 0, charge: 3, amount: '20.00', tie: null }] },
      },
    ]);
    const whole = given(...settled, withdrawal(6));
    expect([applied(whole), balance(whole)]).toEqual([[0n, 0n, 0n], [50_00n]]);
    expect(whole.events(withdrawal(6))).toEqual([]);
    const history = given(...settled);
    expect(history.refusal(withdrawal(6, { date: '2026-03-25' }))).toEqual({
      code: 'date-before-entry',
      effectiveOn: '2026-03-26',
    });
    expect(history.refusal(withdrawal(3))).toEqual({ code: 'unknown-entry', position: 3 });
    expect(history.refusal(withdrawal(6, { parts: [{ charge: 3, amount: 50_01n }] }))).toEqual({
      code: 'exceeds-settled',
      charge: 3,
      settled: '50.00',
    });
  });

  it('takes back a part of what both balances settled of one charge: first what came first', () => {
    const history = given(
      opened,
      prepaid(10_00n, { tie: 'R1' }),
      prepaid(50_00n),
      arrears({ amount: 40_00n }),
      application(),
    );
    expect(history.events(withdrawal(5, { parts: [{ charge: 4, amount: 15_00n }] }))).toMatchObject([
      {
        body: {
          releases: [
            { index: 0, amount: '10.00', tie: 'R1' },
            { index: 1, amount: '5.00', tie: null },
          ],
        },
      },
    ]);
  });

  it('settles and is paid back from what was there on every day since', () => {
    // 50 brought in, 100 received on 03-20: on 03-19 there are 50, and 40 when 10 of them are applied on 03-15.
    const history = given(...open, receipt(100_00n, { date: '2026-03-20', item: '水费' }));
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-03-20' };
    const parts = (amount: bigint) => [{ charge: 3, amount }];
    expect(history.refusal(allocation(parts(50_01n), { date: '2026-03-19' }))).toEqual(rejection);
    expect(history.refusal(prepaidBack(50_01n, { date: '2026-03-19' }))).toEqual(rejection);
    expect(history.when(allocation(parts(50_01n), { date: '2026-03-20' })).accepted).toBe(true);
    expect(history.when(prepaidBack(150_00n, { date: '2026-03-20' })).accepted).toBe(true);
    const spent = given(
      ...open,
      receipt(100_00n, { date: '2026-03-20', item: '水费' }),
      allocation(parts(10_00n), { date: '2026-03-15' }),
    );
    for (const date of ['2026-03-01', '2026-03-14', '2026-03-19'])
      expect(spent.refusal(prepaidBack(40_01n, { date }))).toEqual(rejection);
    expect(spent.when(prepaidBack(40_00n, { date: '2026-03-01' })).accepted).toBe(true);
  });

  it('was not there between its application and its release', () => {
    // 50 applied on 03-10 and released on 03-27.
    const history = given(...open, allocation([{ charge: 3, amount: 50_00n }], { date: '2026-03-10' }), withdrawal(6));
    expect(history.refusal(prepaidBack(1n, { date: '2026-03-26' }))).toEqual({
      code: 'date-before-entry',
      effectiveOn: '2026-03-27',
    });
    expect(history.when(prepaidBack(50_00n, { date: '2026-03-27' })).accepted).toBe(true);
  });

  it('is paid back, never more than there is', () => {
    const history = given(...open, prepaidBack(20_00n));
    expect(balance(history)).toEqual([30_00n]);
    expect(history.refusal(prepaidBack(30_01n))).toEqual({ code: 'exceeds-prepayment', left: '30.00' });
    expect(history.refusal(prepaidBack(1n, { tie: 'R1' }))).toEqual({ code: 'exceeds-prepayment', left: '0.00' });
    expect(history.log.at(-1)).toMatchObject({
      type: 'prepayment.refunded',
      effectiveDate: '2026-03-28',
      body: {
        lines: [
          { account: 'unapplied', amount: '20.00', customer: 'K1', tie: null },
          { account: 'channel-clearing', amount: '-20.00', channel: '银行转账' },
        ],
      },
    });
    expect(balance(given(...open, prepaidBack(20_00n), undoing(6)))).toEqual([50_00n]);
  });
});
