import type { Day, Developer, ItemPayer, Relation } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays, daysIn } from '../day';
import { payersByRule, type OccupancyInForce, type PayerInputs, type PayerRule } from './payers';

const MARCH = { from: '2026-03-01', to: '2026-03-31' };
const lives = (
  customer: string,
  relation: Relation,
  from: Day = '2020-01-01',
  to: Day | null = null,
  payer = false,
): OccupancyInForce => ({ customer, relation, from, to, payer });
const rule = (payer: ItemPayer, unsoldToDeveloper = false): PayerRule => ({ payer, unsoldToDeveloper });
const inputs = (of: PayerRule, over: Partial<PayerInputs> = {}): PayerInputs => ({
  occupancies: [],
  ruleOn: () => of,
  ruleChanges: [],
  developers: [],
  handedOverOn: null,
  ...over,
});
const who = (of: PayerInputs) =>
  payersByRule(of, MARCH).map(({ customer, from, to }) => [customer, from.slice(8), to?.slice(8)]);

describe('who pays an item', () => {
  const owner = lives('Y1', '业主');
  const tenant = lives('Z1', '租户', '2026-03-11', '2026-03-20', true);

  it.each<[ItemPayer, unknown[]]>([
    ['付费人', [['Z1', '11', '20']]],
    ['业主', [['Y1', '01', '31']]],
    [
      '租户',
      [
        ['Y1', '01', '10'],
        ['Z1', '11', '20'],
        ['Y1', '21', '31'],
      ],
    ],
    ['开发商', []],
  ])('as %s', (payer, expected) => {
    expect(who(inputs(rule(payer), { occupancies: [tenant, owner] }))).toEqual(expected);
  });

  it('of several with the relation the 付费人, else who has been there longest', () => {
    const second = lives('A1', '业主', '2021-01-01');
    expect(who(inputs(rule('业主'), { occupancies: [second, owner] }))).toEqual([['Y1', '01', '31']]);
    const paying = { ...second, payer: true };
    expect(who(inputs(rule('业主'), { occupancies: [owner, paying] }))).toEqual([['A1', '01', '31']]);
  });

  const developers: Developer[] = [
    { customer: 'D1', from: '2020-01-01' },
    { customer: 'D2', from: '2026-03-06' },
    { customer: null, from: '2026-03-26' },
  ];

  it('is the developer where nothing is sold yet, if the item says so, as long as there is one', () => {
    const sold = lives('Y1', '业主', '2026-03-16', '2026-03-20');
    const some = { occupancies: [sold], developers };
    expect(who(inputs(rule('业主'), some))).toEqual([['Y1', '16', '20']]);
    expect(who(inputs(rule('业主', true), some))).toEqual([
      ['D1', '01', '05'],
      ['D2', '06', '15'],
      ['Y1', '16', '20'],
      ['D2', '21', '25'],
    ]);
    expect(who(inputs(rule('开发商'), some))).toEqual([
      ['D1', '01', '05'],
      ['D2', '06', '25'],
    ]);
  });

  it('is the developer before the handover, too, whoever owns it by then', () => {
    const handed = { occupancies: [owner], developers, handedOverOn: '2026-03-11' };
    expect(who(inputs(rule('业主', true), handed))).toEqual([
      ['D1', '01', '05'],
      ['D2', '06', '10'],
      ['Y1', '11', '31'],
    ]);
    expect(who(inputs(rule('业主'), handed))).toEqual([['Y1', '01', '31']]);
    expect(who(inputs(rule('业主', true), { ...handed, developers: [] }))).toEqual([['Y1', '01', '31']]);
  });

  it('on each day is who it is on that day alone', () => {
    const day = fc.integer({ min: -20, max: 40 }).map((days) => addDays(MARCH.from, days));
    const relation = fc.constantFrom<Relation>('业主', '租户', '开发商');
    const occupancy = fc
      .record({
        customer: fc.constantFrom('A', 'B', 'C'),
        relation,
        from: day,
        to: fc.option(day),
        payer: fc.boolean(),
      })
      .map((one) => ({ ...one, to: one.to === null || one.to >= one.from ? one.to : one.from }));
    const changing = fc.array(
      fc.record({
        from: day,
        payer: fc.constantFrom<ItemPayer>('付费人', '业主', '租户', '开发商'),
        unsold: fc.boolean(),
      }),
      { maxLength: 3 },
    );
    const named = fc.array(fc.record({ from: day, customer: fc.option(fc.constantFrom('D1', 'D2')) }), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(
        fc.array(occupancy, { maxLength: 4 }),
        changing,
        named,
        fc.option(day),
        (occupancies, rules, developers, handedOverOn) => {
          const ruleOn = (on: Day): PayerRule => {
            const last = rules
              .filter(({ from }) => from <= on)
              .sort((a, b) => (a.from < b.from ? -1 : 1))
              .at(-1);
            return rule(last?.payer ?? '付费人', last?.unsold ?? false);
          };
          const of = { occupancies, ruleOn, ruleChanges: rules.map(({ from }) => from), developers, handedOverOn };
          const whole = payersByRule(of, MARCH);
          const days = Array.from({ length: daysIn(MARCH) }, (_, count) => addDays(MARCH.from, count));
          for (const on of days) {
            const alone = payersByRule(of, { from: on, to: on })[0]?.customer;
            const there = whole.filter(({ from, to }) => from <= on && (to === null || on <= to));
            if (there.length > 1 || there[0]?.customer !== alone) return false;
          }
          return whole.every(
            (one, at) => whole[at - 1]?.customer !== one.customer || addDays(whole[at - 1]?.to ?? '', 1) < one.from,
          );
        },
      ),
    );
  });
});
