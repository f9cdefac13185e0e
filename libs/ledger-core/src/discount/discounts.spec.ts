import type { DiscountRule } from '@propledger/contracts';
import fc from 'fast-check';
import { formatMoney, sum } from '../money';
import { discountsOf, neededFor, valueOf, type DiscountedCharge, type OpenGrant } from './discounts';

const rule = (over: Partial<DiscountRule>): DiscountRule => ({
  ...{ rule: 'Y1', name: '优惠', items: ['物业费'], from: '2026-01-01', to: null },
  ...over,
});
const charge = (over: Partial<DiscountedCharge> = {}): DiscountedCharge => ({
  ...{ charge: 7, resource: 'R1', customer: 'K1', item: '物业费', from: '2026-03-01', to: '2026-03-31' },
  ...{ net: 1000_00n, left: 1000_00n, groups: [], given: [] },
  ...over,
});
const grant = (over: Partial<OpenGrant['body']> = {}, left: bigint | null = null): OpenGrant => ({
  grant: 5,
  left,
  body: {
    ...{ rule: 'Y9', receiptNo: 'SJ1', receipt: 4, customer: 'K1', resource: 'R1', items: ['物业费'] },
    ...{ from: '2026-03-01', to: '2027-02-28', worth: '12000.00', needed: '11400.00' },
    ...over,
  },
});
const given = (...args: Parameters<typeof discountsOf>) =>
  discountsOf(...args).map(({ rule: code, amount }) => [code, formatMoney(amount)]);

describe('discounts by rule', () => {
  it('are a part of a charge, for its days in the rule’s', () => {
    const half = rule({ percentOff: '5', from: '2026-03-17', to: '2026-04-10' });
    // 15 of 31 days of 50.00.
    expect(discountsOf([charge()], [half], [])).toEqual([
      {
        ...{ charge: 7, rule: 'Y1', grant: null, amount: 24_19n },
        basis: { of: '1000.00', percentOff: '5', days: 15, allDays: 31, before: '0.00' },
      },
    ]);
    expect(given([charge({ to: '2026-03-16' })], [half], [])).toEqual([]);
    expect(given([charge()], [rule({ percentOff: '5' })], [])).toEqual([['Y1', '50.00']]);
  });

  it('are an amount of each charge with a day in the rule’s, never more than the charge', () => {
    const off = rule({ amountOff: '30.00', to: '2026-03-01' });
    expect(given([charge()], [off], [])).toEqual([['Y1', '30.00']]);
    expect(given([charge({ net: 12_00n, left: 12_00n })], [off], [])).toEqual([['Y1', '12.00']]);
  });

  it('are of their items and of their group alone', () => {
    const staff = rule({ percentOff: '20', group: '员工' });
    expect(given([charge()], [staff], [])).toEqual([]);
    expect(given([charge({ groups: ['老业主', '员工'] })], [staff], [])).toEqual([['Y1', '200.00']]);
    expect(given([charge({ groups: ['员工'], item: '垃圾费' })], [staff], [])).toEqual([]);
  });

  it('are the best of those that fit, and beside it each that stacks', () => {
    const rules = [
      rule({ rule: 'A', percentOff: '5' }),
      rule({ rule: 'B', percentOff: '8' }),
      rule({ rule: 'C', amountOff: '10.00', stacks: true }),
      rule({ rule: 'D', percentOff: '1', stacks: true }),
    ];
    expect(given([charge()], rules, [])).toEqual([
      ['B', '80.00'],
      ['C', '10.00'],
      ['D', '10.00'],
    ]);
    expect(given([charge({ net: 10_00n, left: 10_00n })], [rules[1]!, rules[2]!], [])).toEqual([
      ['B', '0.80'],
      ['C', '9.20'],
    ]);
  });

  it('are what exceeds those that stand: a better rule adds the difference, a worse one takes nothing back', () => {
    const five = { rule: 'A', grant: null, amount: 50_00n };
    const better = [rule({ rule: 'A', percentOff: '5' }), rule({ rule: 'B', percentOff: '8' })];
    expect(given([charge({ left: 950_00n, given: [five] })], better, [])).toEqual([['B', '30.00']]);
    expect(given([charge({ left: 950_00n, given: [five] })], [rule({ rule: 'A', percentOff: '4' })], [])).toEqual([]);
    expect(given([charge({ left: 20_00n })], better, [])).toEqual([['B', '20.00']]);
  });

  it('of who prepays are of the months that a receipt prepaid, or of those that are a gift', () => {
    const prepays = rule({ prepaidMonths: 12, percentOff: '5' });
    expect(given([charge()], [prepays], [])).toEqual([]);
    expect(given([charge()], [prepays], [grant({ percentOff: '5' })])).toEqual([['Y9', '50.00']]);
    const gift = grant({ percentOff: '100', from: '2027-03-01', to: '2027-03-31' });
    expect(given([charge()], [], [gift])).toEqual([]);
    expect(given([charge({ from: '2027-03-01', to: '2027-03-31' })], [], [gift])).toEqual([['Y9', '1000.00']]);
    for (const other of [{ customer: 'K2' }, { resource: 'R2' }, { item: '垃圾费' }])
      expect(given([charge(other)], [], [grant({ percentOff: '5' })])).toEqual([]);
  });

  it('of an amount are given from charge to charge until it is used up', () => {
    const months = [charge({ charge: 7 }), charge({ charge: 8 }), charge({ charge: 9 })];
    const amount = grant({ amountOff: '1500.00' }, 1500_00n);
    expect(discountsOf(months, [], [amount]).map((of) => [of.charge, of.amount])).toEqual([
      [7, 1000_00n],
      [8, 500_00n],
    ]);
  });

  it.each<[Partial<DiscountRule>, bigint]>([
    [{ percentOff: '5' }, 11_400_00n],
    [{ amountOff: '600.00' }, 11_400_00n],
    [{ giftMonths: 1 }, 12_000_00n],
    [{ amountOff: '20000.00' }, 0n],
  ])('for prepaying need %j of 12,000.00: %s', (benefit, needed) => {
    expect(neededFor(benefit, 12_000_00n)).toBe(needed);
  });

  const anyRule = fc
    .record({
      rule: fc.constantFrom('A', 'B', 'C', 'D'),
      percent: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: null }),
      off: fc.bigInt({ min: 1n, max: 3_000n }),
      first: fc.integer({ min: 1, max: 31 }),
      days: fc.integer({ min: 0, max: 40 }),
      stacks: fc.boolean(),
    })
    .map(({ rule: code, percent, off, first, stacks }) =>
      rule({
        rule: code,
        ...(percent === null ? { amountOff: formatMoney(off) } : { percentOff: (percent / 100).toFixed(2) }),
        from: `2026-03-${first.toString().padStart(2, '0')}`,
        ...(stacks ? { stacks: true as const } : {}),
      }),
    );
  const anyCharge = fc
    .record({ net: fc.bigInt({ min: 1n, max: 5_000n }), lost: fc.bigInt({ min: 0n, max: 5_000n }) })
    .map(({ net, lost }) => ({ net, left: lost > net ? 0n : net - lost }));
  const rules = fc.uniqueArray(anyRule, { selector: ({ rule: code }) => code, maxLength: 4 });

  it('whatever the rules: at least the best, never more than the charge, whole once given, in whichever order they are listed', () => {
    fc.assert(
      fc.property(
        fc.array(anyCharge, { minLength: 1, maxLength: 3 }),
        rules,
        fc.bigInt({ min: 1n, max: 4_000n }),
        (amounts, of, off) => {
          const charges = amounts.map((amount, at) => charge({ charge: at, ...amount }));
          const amountOff = grant({ amountOff: formatMoney(off) }, off);
          const discounts = discountsOf(charges, of, [amountOff]);
          expect(discountsOf(charges, [...of].reverse(), [amountOff])).toEqual(discounts);
          const partsOf = (at: number) => discounts.filter((discount) => discount.charge === at);
          const fromGrant = sum(discounts.filter((one) => one.grant === 5).map(({ amount }) => amount));
          expect(fromGrant).toBeLessThanOrEqual(off);
          for (const { charge: at, left, net } of charges) {
            const all = sum(partsOf(at).map(({ amount }) => amount));
            expect(all).toBeLessThanOrEqual(left);
            for (const { amount, basis } of partsOf(at)) {
              expect(amount > 0n && amount <= valueOf(basis)).toBe(true);
              expect(basis).toMatchObject({ of: formatMoney(net), before: '0.00' });
            }
            if (left < net) continue;
            const each = of.map((one) =>
              sum(discountsOf([charge({ net, left })], [one], []).map(({ amount }) => amount)),
            );
            for (const value of each) expect(all).toBeGreaterThanOrEqual(value);
          }
          const after = charges.map((one) => ({
            ...one,
            left: one.left - sum(partsOf(one.charge).map(({ amount }) => amount)),
            given: partsOf(one.charge),
          }));
          expect(discountsOf(after, of, [{ ...amountOff, left: off - fromGrant }])).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
