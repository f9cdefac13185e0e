import type { Binding, MeterRead, Period, Resource, Standard } from '@propledger/contracts';
import { lastDay, nextPeriod } from '@propledger/ledger-core';
import type { Dice } from './dice';
import { PERIOD, SINCE } from './days';
import type { Charging } from './group';
import { each } from './shares';

const COMMON = { dueDay: 10, rounding: '分', priority: 1, prices: [{ price: '0', from: SINCE, to: null }] } as const;
const priced = (price: string): Pick<Standard, 'prices'> => ({ prices: [{ price, from: SINCE, to: null }] });

/** A standard of each kind of method, with what may be agreed beside it. */
const STANDARDS: readonly Standard[] = [
  {
    ...COMMON,
    ...priced('1.85'),
    standard: 'WY',
    name: '物业费',
    item: '物业费',
    method: '面积单价',
    minimum: '150',
    maximum: '400',
  },
  {
    ...{ ...COMMON, ...priced('0.28'), standard: 'DT', name: '电梯费', item: '电梯费', method: '自定义公式' },
    formula: '计费面积 × 单价 × if(计费面积 > 144, 0.9, 1) + if(楼层 >= 7, (楼层 - 6) × 0.5, 0)',
  },
  {
    ...COMMON,
    ...priced('6.5'),
    standard: 'LJ',
    name: '垃圾清运费',
    item: '垃圾清运费',
    method: '每人',
    roundingMode: '进位',
    rounding: '角',
  },
  {
    ...{ ...COMMON, standard: 'SF', name: '水费', item: '水费', method: '用量阶梯', meterKind: '水表' },
    tiers: [
      { above: '0', price: '3.25' },
      { above: '12', price: '4.5' },
      { above: '20', price: '7.9' },
    ],
  },
  {
    ...COMMON,
    ...priced('0.5469'),
    standard: 'DF',
    name: '电费',
    item: '电费',
    method: '用量单价',
    meterKind: '电表',
    surcharge: '1.2',
  },
  { ...COMMON, standard: 'GT', name: '公摊水电费', item: '公摊水电费', method: '公摊' },
  {
    ...COMMON,
    ...priced('0.45'),
    standard: 'KT',
    name: '空调费',
    item: '空调费',
    method: '面积单价',
    anniversary: true,
    dueDays: 15,
  },
  { ...COMMON, ...priced('80'), standard: 'CW', name: '车位管理费', item: '车位管理费', method: '固定金额' },
];
const OF_ROOMS = STANDARDS.filter(({ standard }) => standard !== 'CW');

/** Months with readings and pools: as many as a bench bills. */
const MONTHS = 3;

/** Every method charges about as many rooms as the next; parking spaces have a fixed amount, once. */
export const mixedCharging = (dice: Dice, resources: readonly Resource[], wanted: number): Charging => {
  const rooms = resources.filter(({ kind }) => kind === 'room');
  const spaces = resources.filter(({ kind }) => kind === 'parking');
  const bindings: Binding[] = spaces.map(({ resource }) => bindingOf(dice, resource, 'CW'));
  for (const [nth, [{ resource }, count]] of each(rooms, wanted - spaces.length).entries()) {
    if (count > OF_ROOMS.length) throw new RangeError('at most one charge of each method a room');
    for (let i = 0; i < count; i++)
      bindings.push(bindingOf(dice, resource, OF_ROOMS[(nth + i) % OF_ROOMS.length]?.standard ?? ''));
  }
  const kindOf = new Map(STANDARDS.map(({ standard, meterKind }) => [standard, meterKind]));
  const meters = bindings.flatMap(({ resource, standard }) => {
    const kind = kindOf.get(standard);
    if (kind === undefined) return [];
    return [{ meter: `${kind}${resource}`, kind, resource, multiplier: '1', from: SINCE, reading: '0', range: null }];
  });
  const shared = new Set(bindings.filter(({ standard }) => standard === 'GT').map(({ resource }) => resource));
  const buildings = new Set(
    rooms.flatMap(({ resource, building }) => (shared.has(resource) && building ? [building] : [])),
  );
  const pools = [...buildings].map((building) => ({
    ...({ pool: `GT${building}`, standard: 'GT', scope: '楼栋', building, entrance: null, sharing: '面积' } as const),
  }));
  const periods = months();
  return {
    standards: STANDARDS,
    bindings,
    meters,
    readings: meters.flatMap(({ meter }) => {
      let dial = dice.below(1_000);
      return periods.map((period): MeterRead => {
        dial += 5 + dice.below(30);
        return { meter, period, on: lastDay(period), reading: String(dial) };
      });
    }),
    pools,
    poolAmounts: pools.flatMap(({ pool }) =>
      periods.map((period) => ({ pool, period, amount: BigInt(1_000_00 + dice.below(500_00)) })),
    ),
  };
};

const bindingOf = (dice: Dice, resource: string, standard: string): Binding => ({
  ...{ binding: dice.uuid(), resource, standard, from: SINCE, to: null },
  ...(standard === 'LJ' ? { persons: 1 + dice.below(5) } : {}),
});

const months = (): Period[] => {
  const periods = [PERIOD];
  while (periods.length < MONTHS) periods.push(nextPeriod(periods.at(-1) ?? PERIOD));
  return periods;
};
