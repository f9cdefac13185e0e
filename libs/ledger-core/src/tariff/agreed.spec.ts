import type { Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { explain } from '../explain/explain';
import { sum } from '../money';
import { roundTo } from './agreed';
import { cycleCharges } from './cycle-charge';
import type { MonthInputs } from './inputs';
import { monthCharges } from './month-charge';
import { recompute } from './recompute';

const standard = (over: Partial<Standard> = {}): Standard => ({
  standard: 'WY',
  name: '物业费',
  item: '物业费',
  method: '面积单价',
  dueDay: 10,
  rounding: '分',
  priority: 1,
  prices: [{ price: '1.40', from: '2020-01-01', to: null }],
  ...over,
});
const month = (over: Partial<Standard> = {}, rest: Partial<MonthInputs> = {}): MonthInputs => ({
  standard: standard(over),
  binding: { from: '2020-01-01', to: null },
  areas: [{ from: '2020-01-01', to: null, area: '100.24', gross: '120.5', inside: '90' }],
  payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
  period: '2026-01',
  ...rest,
});
const amounts = (inputs: MonthInputs): bigint[] => monthCharges(inputs).parts.map(({ amount }) => amount);
const twoPayers = [
  { from: '2020-01-01', to: '2026-01-10', customer: 'K1' },
  { from: '2026-01-11', to: null, customer: 'K2' },
];

describe('取整方式', () => {
  it.each([
    ['四舍五入', '分', 140_34n],
    ['进位', '分', 140_34n],
    ['舍去', '分', 140_33n],
    ['四舍五入', '角', 140_30n],
    ['进位', '角', 140_40n],
    ['舍去', '角', 140_30n],
    ['进位', '元', 141_00n],
    ['舍去', '元', 140_00n],
  ] as const)('%s 到 %s makes of 140.336 yuan %s fen', (roundingMode, rounding, amount) => {
    expect(amounts(month({ roundingMode, rounding }))).toEqual([amount]);
  });

  it('leaves alone what is whole already', () => {
    const fen = { numerator: 14_030n, denominator: 1n };
    for (const mode of ['四舍五入', '进位', '舍去'] as const) expect(roundTo(fen, '角', mode)).toBe(14_030n);
  });

  it('holds for the month: its parts add up to it', () => {
    // 10/31 and 31/31 of 140.336 are 45.269… and 140.336.
    expect(amounts(month({ roundingMode: '进位', rounding: '元' }, { payers: twoPayers }))).toEqual([46_00n, 95_00n]);
    expect(amounts(month({ roundingMode: '舍去', rounding: '元' }, { payers: twoPayers }))).toEqual([45_00n, 95_00n]);
  });
});

describe('附加费, 最低收费 and 最高收费', () => {
  it('are of a whole month', () => {
    expect(amounts(month({ surcharge: '9.66' }))).toEqual([150_00n]);
    expect(amounts(month({ minimum: '200' }))).toEqual([200_00n]);
    expect(amounts(month({ maximum: '99.5' }))).toEqual([99_50n]);
    expect(amounts(month({ surcharge: '9.66', minimum: '150', maximum: '150' }))).toEqual([150_00n]);
    expect(amounts(month({ minimum: '140', maximum: '141' }))).toEqual([140_34n]);
  });

  it('come to their part of a part of a month', () => {
    const binding = { from: '2026-01-16', to: null };
    const inputs = { binding, areas: [{ from: '2020-01-01', to: null, area: '10' }] };
    expect(amounts(month({ minimum: '310' }, inputs))).toEqual([160_00n]);
    expect(amounts(month({ surcharge: '17' }, inputs))).toEqual([16_00n]);
    expect(amounts(month({ minimum: '310' }, { payers: twoPayers }))).toEqual([100_00n, 210_00n]);
  });

  it('look at each day’s month, where a price changes within one', () => {
    const prices = [
      { price: '310', from: '2020-01-01', to: '2026-01-10' },
      { price: '620', from: '2026-01-11', to: null },
    ];
    // Ten days at 465, the minimum, and 21 at 620.
    expect(amounts(month({ method: '固定金额', prices, minimum: '465' }))).toEqual([150_00n + 420_00n]);
  });

  it('hold for each month of a longer cycle', () => {
    const inputs = { ...month({ cycle: '季', minimum: '200', surcharge: '1' }), charged: [] };
    expect(cycleCharges(inputs).parts.map(({ amount }) => amount)).toEqual([600_00n]);
  });
});

describe('面积口径', () => {
  it('says which area is multiplied, and what is missing', () => {
    expect(amounts(month({ areaKind: '建筑面积' }))).toEqual([168_70n]);
    expect(amounts(month({ areaKind: '套内面积' }))).toEqual([126_00n]);
    const areas = [{ from: '2020-01-01', to: null, area: '100.24' }];
    expect(monthCharges(month({ areaKind: '套内面积' }, { areas }))).toMatchObject({
      parts: [],
      daysWithoutArea: [{ from: '2026-01-01', to: '2026-01-31' }],
    });
  });
});

it('explains what was agreed, step by step', () => {
  const [part] = monthCharges(
    month({ surcharge: '5', minimum: '200', roundingMode: '进位', rounding: '元', areaKind: '套内面积' }),
  ).parts;
  expect(part?.basis).toMatchObject({
    surcharge: '5',
    minimum: '200',
    roundingMode: '进位',
    areaKind: '套内面积',
  });
  expect(part && explain(part.basis)).toEqual({
    amount: '200.00',
    zh: [
      '每月 1.40 元 × 套内面积 90 ㎡ = 126.00 元, 加附加费 5 元 = 131.00 元, 低于最低收费, 按 200 元',
      '2026-01-01 – 2026-01-31 整月: 200.00 元 = 200.00 元',
      '200.00 元进位到元: 200.00 元',
      '应收 200.00 元',
    ],
    en: [
      'A month: 1.40 yuan × 90 m² (套内面积) = 126.00 yuan, with the surcharge of 5 yuan = 131.00 yuan, below the minimum, hence 200 yuan',
      '2026-01-01 – 2026-01-31, a whole month: 200.00 yuan = 200.00 yuan',
      '200.00 yuan, rounded up to 1.00: 200.00 yuan',
      'To be paid: 200.00 yuan',
    ],
  });
  const [capped] = monthCharges(month({ maximum: '100' })).parts;
  expect(capped && explain(capped.basis).zh[0]).toBe('每月 1.40 元 × 100.24 ㎡ = 140.336 元, 高于最高收费, 按 100 元');
});

it('agrees with a computation day by day: parts add up to the rounded month, whatever is agreed', () => {
  const cents = fc.integer({ min: 0, max: 60_000 });
  const any = fc.record({
    price: cents,
    area: cents,
    surcharge: fc.option(cents),
    bounds: fc.option(fc.tuple(fc.integer({ min: 0, max: 9_000_000 }), fc.integer({ min: 0, max: 9_000_000 }))),
    roundingMode: fc.constantFrom('四舍五入' as const, '进位' as const, '舍去' as const),
    rounding: fc.constantFrom('分' as const, '角' as const, '元' as const),
    move: fc.integer({ min: 1, max: 31 }),
    from: fc.integer({ min: 1, max: 31 }),
  });
  const text = (value: number): string =>
    `${Math.floor(value / 100).toString()}.${(value % 100).toString().padStart(2, '0')}`;
  const two = (day: number): string => `2026-01-${day.toString().padStart(2, '0')}`;
  fc.assert(
    fc.property(any, ({ price, area, surcharge, bounds, roundingMode, rounding, move, from }) => {
      const [minimum, maximum] = bounds === null ? [null, null] : [...bounds].sort((one, other) => one - other);
      const inputs = month(
        {
          prices: [{ price: text(price), from: '2020-01-01', to: null }],
          roundingMode,
          rounding,
          ...(surcharge === null ? {} : { surcharge: text(surcharge) }),
          ...(minimum == null ? {} : { minimum: text(minimum) }),
          ...(maximum == null ? {} : { maximum: text(maximum) }),
        },
        {
          areas: [{ from: '2020-01-01', to: null, area: text(area) }],
          binding: { from: two(from), to: null },
          payers: [
            ...(move === 1 ? [] : [{ from: '2020-01-01', to: two(move - 1), customer: 'K1' }]),
            { from: two(move), to: null, customer: 'K2' },
          ],
        },
      );
      // Parts of 1/100 of a fen: price × area has four decimals of a yuan.
      let monthly = BigInt(price) * BigInt(area) + BigInt(surcharge ?? 0) * 100n;
      if (minimum != null && monthly < BigInt(minimum) * 100n) monthly = BigInt(minimum) * 100n;
      if (maximum != null && monthly > BigInt(maximum) * 100n) monthly = BigInt(maximum) * 100n;
      const unit = { 分: 1n, 角: 10n, 元: 100n }[rounding] * 100n * 31n;
      const up = { 四舍五入: unit / 2n, 进位: unit - 1n, 舍去: 0n }[roundingMode];
      const expected = (((monthly * BigInt(32 - from) + up) / unit) * unit) / 3_100n;
      const { parts } = monthCharges(inputs);
      expect(sum(parts.map(({ amount }) => amount))).toBe(expected);
      for (const { basis, amount } of parts) expect(recompute(basis)).toBe(amount);
    }),
    { numRuns: 500 },
  );
});
