import type { Pool, Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { lastDay } from '../day';
import { parseMoney, sum } from '../money';
import { recompute } from '../tariff/recompute';
import { poolCharges, type Candidate, type PoolCharges } from './pool-charges';
import { poolUse, type MeterOfPool } from './pool-use';

const standard: Standard = {
  ...{ standard: 'GT', name: '梯灯公摊', item: '公摊电费', method: '公摊', dueDay: 28, rounding: '分', priority: 6 },
  prices: [{ price: '0', from: '2020-01-01', to: null }],
};
const pool = (over: Partial<Pool> = {}): Pool => ({
  ...{ pool: 'P1', standard: 'GT', scope: '项目', building: null, entrance: null, sharing: '面积' },
  ...over,
});
type Payer = readonly [customer: string, from: string, to: string | null];
const candidate = (
  resource: string,
  area: string,
  payers: readonly Payer[],
  over: Partial<Candidate> = {},
): Candidate => ({
  binding: { binding: `B-${resource}`, resource, standard: 'GT', from: '2020-01-01', to: null },
  payers: payers.map(([customer, from, to]) => ({ customer, from, to })),
  area: { from: '2020-01-01', to: null, area, gross: `${area}0`, inside: null, floor: resource.slice(1) },
  usage: '0',
  ...over,
});
const ALWAYS = (customer: string): Payer[] => [[customer, '2020-01-01', null]];
const share = (of: Pool, candidates: readonly Candidate[], amount = 100_00n): PoolCharges =>
  poolCharges({ pool: of, amount, amountAt: 5, period: '2026-04', standard, candidates });
const shown = (charges: PoolCharges): unknown =>
  charges.kind === 'shared'
    ? charges.charges.map(({ resource, customer, from, to, amount }) => [resource, customer, from, to, Number(amount)])
    : charges.kind;
const month = ['2026-04-01', '2026-04-30'] as const;

describe('the shares of a pool', () => {
  const three = [candidate('R1', '60', ALWAYS('K1')), candidate('R2', '40', ALWAYS('K2')), candidate('R3', '100', [])];

  it('leave out what is vacant, count it for nobody, or charge it to the developer', () => {
    expect(shown(share(pool(), three))).toEqual([
      ['R1', 'K1', ...month, 60_00],
      ['R2', 'K2', ...month, 40_00],
    ]);
    const counted = share(pool({ vacant: '计入' }), three);
    expect(shown(counted)).toEqual([
      ['R1', 'K1', ...month, 30_00],
      ['R2', 'K2', ...month, 20_00],
    ]);
    expect(counted).toMatchObject({ shared: { vacant: [{ resource: 'R3', weight: '100', amount: '50.00' }] } });
    const charged = share(pool({ vacant: '开发商', developer: 'KF' }), three);
    expect(shown(charged)).toEqual([
      ['R1', 'K1', ...month, 30_00],
      ['R2', 'K2', ...month, 20_00],
      ['R3', 'KF', ...month, 50_00],
    ]);
    expect(charged).toMatchObject({ charges: [{}, {}, { basis: { share: { vacant: true } } }] });
  });

  it('weigh by days: who pays for half of the month has half, and the days of nobody are vacant', () => {
    const moved = [
      candidate('R1', '60', [
        ['K9', '2026-04-16', null],
        ['K1', '2020-01-01', '2026-04-10'],
      ]),
      candidate('R2', '40', ALWAYS('K2')),
    ];
    // 60 × 10, 60 × 15 and 40 × 30, of 2700.
    const byDays = share(pool({ byDays: true }), moved);
    expect(shown(byDays)).toEqual([
      ['R1', 'K1', '2026-04-01', '2026-04-10', 22_22],
      ['R1', 'K9', '2026-04-16', '2026-04-30', 33_33],
      ['R2', 'K2', ...month, 44_45],
    ]);
    expect(byDays).toMatchObject({
      shared: {
        participants: [
          { weight: '600', days: 10 },
          { weight: '900', days: 15 },
          { weight: '1200', days: 30 },
        ],
      },
      charges: [{ basis: { share: { byDays: { each: '60', days: 10 } } } }, {}, {}],
    });
    // 60 × 5 more, of 3000.
    expect(shown(share(pool({ byDays: true, vacant: '开发商', developer: 'KF' }), moved))).toEqual([
      ['R1', 'K1', '2026-04-01', '2026-04-10', 20_00],
      ['R1', 'KF', '2026-04-11', '2026-04-15', 10_00],
      ['R1', 'K9', '2026-04-16', '2026-04-30', 30_00],
      ['R2', 'K2', ...month, 40_00],
    ]);
    const ended = candidate('R2', '40', ALWAYS('K2'));
    const binding = { ...ended.binding, to: '2026-04-03' };
    expect(shown(share(pool({ byDays: true }), [{ ...ended, binding }]))).toEqual([
      ['R2', 'K2', '2026-04-01', '2026-04-03', 100_00],
    ]);
  });

  it('weigh by other areas, by coefficients of floors and resources, and by per cents that make a hundred', () => {
    const two = three.slice(0, 2);
    expect(shown(share(pool({ sharing: '建筑面积' }), two))).toEqual([
      ['R1', 'K1', ...month, 60_00],
      ['R2', 'K2', ...month, 40_00],
    ]);
    expect(shown(share(pool({ sharing: '套内面积' }), two))).toBe('no-weight');
    const floors = [
      { floor: '1', weight: '0' },
      { floor: '2', weight: '1.5' },
    ];
    expect(shown(share(pool({ sharing: '楼层', floors }), two))).toEqual([['R2', 'K2', ...month, 100_00]]);
    expect(shown(share(pool({ sharing: '楼层', floors: floors.slice(1) }), two))).toBe('no-coefficient');
    const members = [
      { resource: 'R1', weight: '25' },
      { resource: 'R2', weight: '75' },
    ];
    expect(shown(share(pool({ sharing: '系数', members }), two))).toEqual([
      ['R1', 'K1', ...month, 25_00],
      ['R2', 'K2', ...month, 75_00],
    ]);
    expect(shown(share(pool({ sharing: '比例', members }), two))).toMatchObject([{}, { 4: 75_00 }]);
    expect(shown(share(pool({ sharing: '比例', members }), two.slice(1)))).toBe('not-whole');
    expect(shown(share(pool({ sharing: '系数', members: members.slice(1) }), two))).toBe('no-coefficient');
  });

  it('are nobody’s where nobody pays, whatever is counted', () => {
    expect(shown(share(pool({ vacant: '计入' }), [candidate('R3', '100', [])]))).toBe('nobody');
    expect(shown(share(pool({ vacant: '开发商', developer: 'KF' }), [candidate('R3', '100', [])]))).toMatchObject([
      { 1: 'KF', 4: 100_00 },
    ]);
  });

  it('add up to the pool to the fen with what is vacant, in any way of sharing, and explain themselves', () => {
    const day = fc.integer({ min: 1, max: 30 }).map((n) => `2026-04-${n.toString().padStart(2, '0')}`);
    const room = fc.record({
      area: fc.integer({ min: 1, max: 20_000 }).map((hundredths) => (hundredths / 100).toFixed(2)),
      cut: day,
      kind: fc.constantFrom('whole', 'halves', 'later', 'vacant'),
    });
    const of = fc.record({
      sharing: fc.constantFrom<Pool['sharing'][]>('面积', '户数', '建筑面积'),
      vacant: fc.constantFrom<Pool['vacant'][]>(undefined, '计入', '开发商'),
      byDays: fc.constantFrom(undefined, true as const),
    });
    fc.assert(
      fc.property(
        of,
        fc.array(room, { minLength: 1, maxLength: 12 }),
        fc.bigInt({ min: 1n, max: 5_000_00n }),
        (terms, rooms, amount) => {
          const candidates = rooms.map(({ area, cut, kind }, i) =>
            candidate(
              `R${i.toString()}`,
              area,
              kind === 'vacant'
                ? []
                : kind === 'whole'
                  ? ALWAYS('K1')
                  : [
                      ...(kind === 'halves' ? [['K1', '2020-01-01', cut] as const] : []),
                      ['K2', kind === 'later' ? cut : lastDay('2026-04'), null],
                    ],
            ),
          );
          const halves = candidates.map((one) => ({
            ...one,
            payers: one.payers.filter((payer, at) => at === 0 || payer.from > (one.payers[at - 1]?.to ?? '')),
          }));
          const out = share(pool({ ...terms, developer: 'KF' }), halves, amount);
          if (out.kind !== 'shared') return expect(out.kind).toBe('nobody');
          const { participants, vacant = [] } = out.shared;
          expect(sum([...participants, ...vacant].map((one) => parseMoney(one.amount)))).toBe(amount);
          const charged = out.charges.map((charge) => charge.amount);
          expect(sum(charged)).toBe(sum(participants.map((one) => parseMoney(one.amount))));
          for (const charge of out.charges) expect(recompute(charge.basis)).toBe(charge.amount);
          if (terms.vacant !== '计入') expect(vacant).toEqual([]);
          const days = new Map<string, string>();
          for (const { resource, from, to } of out.charges) {
            expect(from > (days.get(resource) ?? '')).toBe(true);
            days.set(resource, to);
          }
        },
      ),
    );
  });
});

describe('a pool’s meters', () => {
  const metered = pool({ meters: ['E0'], prices: [{ price: '0.56', from: '2026-01-01', to: null }] });
  const meter = (code: string, quantity: string | null, parent: string | null = 'E0', held = false): MeterOfPool => ({
    ...{ meter: code, parent, quantity, held },
  });
  const of = (meters: readonly MeterOfPool[], day = '2026-04-30') => poolUse(metered, meters, day);

  it('come to what they counted, less what those right below did, at the day’s price', () => {
    const meters = [meter('E0', '100', null), meter('E1', '40'), meter('E2', '30'), meter('E3', '12', 'E1')];
    expect(of(meters)).toEqual({
      kind: 'amount',
      amount: 16_80n,
      use: {
        quantity: '30',
        price: '0.56',
        meters: [{ meter: 'E0', quantity: '100' }],
        below: [
          { meter: 'E1', quantity: '40' },
          { meter: 'E2', quantity: '30' },
        ],
      },
    });
  });

  it('come to nothing before there is a price, while one is unread or held, or when those below counted more', () => {
    const meters = [meter('E0', '100', null), meter('E1', '40')];
    expect(of(meters, '2025-12-31').kind).toBe('no-price');
    expect(of([meter('E0', '100', null), meter('E1', null)]).kind).toBe('unread');
    expect(of([meter('E1', '40')]).kind).toBe('unread');
    expect(of([meter('E0', '100', null, true)]).kind).toBe('held');
    expect(of([meter('E0', '39', null), meter('E1', '40')]).kind).toBe('below-zero');
    expect(of([meter('E0', '40', null), meter('E1', '40')]).kind).toBe('no-use');
    expect(of([meter('E0', '99999999999999', null)]).kind).toBe('overflow');
  });

  it('are counted once where one of them lies below another', () => {
    const meters = [meter('E0', '100', null), meter('E1', '50'), meter('E3', '12', 'E1')];
    expect(poolUse({ ...metered, meters: ['E0', 'E1'] }, meters, '2026-04-30')).toMatchObject({ amount: 49_28n });
  });
});
