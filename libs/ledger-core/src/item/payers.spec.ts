import type { Day, Developer, ItemPayer, Relation } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays, daysIn } from '../day';
import {
  payersByRule,
  withLets,
  type Holding,
  type LetInForce,
  type OccupancyInForce,
  type PayerInputs,
  type PayerRule,
} from './payers';

const MARCH = { from: '2026-03-01', to: '2026-03-31' };
const lives = (
  customer: string,
  relation: Relation,
  from: Day = '2020-01-01',
  to: Day | null = null,
  payer = false,
): OccupancyInForce => ({ customer, relation, from, to, payer });
const rule = (payer: ItemPayer, unsoldToDeveloper = false): PayerRule => ({
  payer,
  unsoldToDeveloper,
  spacesWithRooms: false,
});
const inputs = (of: PayerRule, over: Partial<PayerInputs> = {}): PayerInputs => ({
  occupancies: [],
  lets: [],
  rooms: [],
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
    // One after the other, each but the last some days long.
    const spells = fc.uniqueArray(day, { maxLength: 3 }).map((starts) =>
      [...starts].sort().map((from, nth, all) => {
        const next = all[nth + 1];
        return { from, to: next === undefined ? null : addDays(next, -1) };
      }),
    );
    fc.assert(
      fc.property(
        fc.array(occupancy, { maxLength: 4 }),
        changing,
        named,
        fc.option(day),
        spells,
        spells,
        (occupancies, rules, developers, handedOverOn, lets, ties) => {
          const ruleOn = (on: Day): PayerRule => {
            const last = rules
              .filter(({ from }) => from <= on)
              .sort((a, b) => (a.from < b.from ? -1 : 1))
              .at(-1);
            return {
              ...rule(last?.payer ?? '付费人', last?.unsold ?? false),
              spacesWithRooms: last?.payer === '业主',
            };
          };
          const ruleChanges = rules.map(({ from }) => from);
          const room = { occupancies: occupancies.slice(0, 2), lets: [], handedOverOn };
          const of: PayerInputs = {
            ...{ occupancies: occupancies.slice(1), ruleOn, ruleChanges, developers, handedOverOn },
            lets: lets.map((one, nth) => ({ ...one, customer: `L${nth}` })),
            rooms: ties.map((tie) => ({ ...tie, ...room })),
          };
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

  describe('of a parking space', () => {
    const withRooms = (payer: ItemPayer, unsold = false): PayerRule => ({
      ...rule(payer, unsold),
      spacesWithRooms: true,
    });
    const holding = (...occupancies: OccupancyInForce[]): Holding => ({ occupancies, lets: [], handedOverOn: null });
    const room = holding(owner, tenant);
    const own = lives('C1', '业主', '2020-01-01', null, true);
    const tied = (from: Day, to: Day | null, of: Holding = room) => ({ from, to, ...of });

    it('is who pays its room of the day, as the item says, where spaces go with rooms', () => {
      const space = { rooms: [tied('2026-03-06', '2026-03-25')] };
      expect(who(inputs(withRooms('租户'), space))).toEqual([
        ['Y1', '06', '10'],
        ['Z1', '11', '20'],
        ['Y1', '21', '25'],
      ]);
      expect(who(inputs(withRooms('付费人'), space))).toEqual([['Z1', '11', '20']]);
      expect(who(inputs(rule('租户'), space))).toEqual([]);
    });

    it('moves to the payer of another room within a month, and is its holder’s where it has no room, or the room nobody', () => {
      const other = holding(lives('Y9', '业主'));
      const rooms = [
        tied('2020-01-01', '2026-03-09'),
        tied('2026-03-10', '2026-03-15', other),
        tied('2026-03-16', '2026-03-20', holding()),
      ];
      expect(who(inputs(withRooms('业主'), { rooms, occupancies: [own] }))).toEqual([
        ['Y1', '01', '09'],
        ['Y9', '10', '15'],
        ['C1', '16', '31'],
      ]);
    });

    const lets: LetInForce[] = [
      { customer: 'M1', from: '2026-03-05', to: '2026-03-12', price: '280' },
      { customer: 'M1', from: '2026-03-13', to: '2026-03-20', price: '300' },
    ];

    it('is who has it by the month, whatever the item says; his days end, and it falls to nobody who has no part in it', () => {
      const expected = [
        { customer: 'M1', from: '2026-03-05', to: '2026-03-12', price: '280' },
        { customer: 'M1', from: '2026-03-13', to: '2026-03-20', price: '300' },
      ];
      for (const payer of ['付费人', '业主', '租户', '开发商'] as const)
        expect(payersByRule(inputs(withRooms(payer), { lets }), MARCH)).toEqual(expected);
      expect(withLets([], lets)).toEqual(expected);
    });

    it('is its room’s payer, else the 付费人, before and after that', () => {
      const rooms = [tied('2020-01-01', null)];
      expect(who(inputs(withRooms('业主'), { lets, rooms, occupancies: [own] }))).toEqual([
        ['Y1', '01', '04'],
        ['M1', '05', '12'],
        ['M1', '13', '20'],
        ['Y1', '21', '31'],
      ]);
      const payer = { customer: 'C1', from: '2020-01-01', to: null };
      expect(withLets([payer], lets)).toEqual([
        { ...payer, to: '2026-03-04' },
        ...lets,
        { ...payer, from: '2026-03-21' },
      ]);
    });

    it('goes with a room that is let by the month, or not sold yet', () => {
      const letRoom: Holding = { ...room, lets: [{ customer: 'M2', from: '2020-01-01', to: null, price: '5' }] };
      const found = payersByRule(inputs(withRooms('业主'), { rooms: [tied('2020-01-01', null, letRoom)] }), MARCH);
      expect(found).toEqual([{ ...MARCH, customer: 'M2' }]);
      const unsold = { rooms: [tied('2026-03-11', null, holding())], developers, occupancies: [own] };
      expect(who(inputs(withRooms('业主', true), unsold))).toEqual([
        ['C1', '01', '10'],
        ['D2', '11', '25'],
        ['C1', '26', '31'],
      ]);
    });
  });
});
