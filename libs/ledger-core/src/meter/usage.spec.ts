import type { Meter } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays } from '../day';
import { exactUsage, inTiers, isBackwards, stepOf, usageOf, type MeterRecord } from './usage';

const meter = (over: Partial<Meter> = {}): Meter => ({
  meter: 'E1',
  kind: '电表',
  resource: 'R1',
  multiplier: '1',
  from: '2026-02-20',
  reading: '100',
  range: null,
  ...over,
});
const read = (period: string, on: string, reading: string, position = 1): MeterRecord => ({
  position,
  kind: 'read',
  period,
  on,
  reading,
});
const replaced = (on: string, oldReading: string, newReading: string, newMultiplier: string): MeterRecord => ({
  position: 9,
  kind: 'replaced',
  on,
  oldReading,
  newReading,
  newMultiplier,
});

describe('a step from one reading to the next', () => {
  it('begins with the first reading that counts, and takes the multiplier', () => {
    expect(stepOf(meter({ multiplier: '20' }), [read('2026-03', '2026-03-26', '130.5', 7)], '2026-03')).toEqual({
      record: 7,
      from: '2026-02-21',
      to: '2026-03-26',
      steps: [{ from: '100', to: '130.5', added: null, multiplier: '20' }],
      quantity: '610',
    });
  });

  it('covers the months without a reading', () => {
    const records = [read('2026-03', '2026-03-26', '130'), read('2026-05', '2026-05-25', '190')];
    expect(stepOf(meter(), records, '2026-05')).toMatchObject({ from: '2026-03-27', to: '2026-05-25', quantity: '60' });
    expect(stepOf(meter(), records, '2026-04')).toBeNull();
  });

  it('has passed the end of the dial when it shows less', () => {
    const step = stepOf(meter({ reading: '9990', range: '10000' }), [read('2026-03', '2026-03-26', '15')], '2026-03');
    expect(step).toMatchObject({ quantity: '25', steps: [{ added: '10000' }] });
  });

  it('is split by a replacement, on the day of the reading, too', () => {
    const records = [
      read('2026-03', '2026-03-26', '130'),
      replaced('2026-04-10', '150', '3', '10'),
      replaced('2026-04-27', '5.5', '0', '1'),
      read('2026-04', '2026-04-27', '0'),
    ];
    expect(stepOf(meter({ multiplier: '2' }), records, '2026-04')).toMatchObject({
      from: '2026-03-27',
      quantity: '65',
      steps: [
        { from: '130', to: '150', multiplier: '2' },
        { from: '3', to: '5.5', multiplier: '10' },
        { from: '0', to: '0', multiplier: '1' },
      ],
    });
  });

  it('lets the old meter and the new one pass the end of the dial', () => {
    const records = [replaced('2026-03-10', '5', '9999', '1'), read('2026-03', '2026-03-26', '1')];
    expect(stepOf(meter({ reading: '9995', range: '10000' }), records, '2026-03')?.quantity).toBe('12');
  });

  it('goes on with the multiplier of the last replacement', () => {
    const records = [
      replaced('2026-03-10', '120', '0', '20'),
      read('2026-03', '2026-03-26', '1'),
      read('2026-04', '2026-04-26', '2'),
    ];
    expect(stepOf(meter(), records, '2026-04')).toMatchObject({ quantity: '20' });
  });

  it('goes back only where the dial has an end that it can have passed', () => {
    expect(isBackwards(meter(), '100', '99.99')).toBe(true);
    expect(isBackwards(meter(), '100', '100')).toBe(false);
    expect(isBackwards(meter({ range: '1000' }), '999', '1')).toBe(false);
    expect(isBackwards(meter({ range: '1000' }), '2500', '1')).toBe(true);
  });

  it('adds up to all that the dial has turned, however it is cut into periods', () => {
    const turns = fc.array(fc.record({ hundredths: fc.integer({ min: 0, max: 99_999 }), swap: fc.boolean() }), {
      minLength: 1,
      maxLength: 24,
    });
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: 99_999 }), (months, start) => {
        // A dial of five digits, two behind the point.
        const shown = (hundredths: number): string => ((hundredths % 100_000) / 100).toFixed(2).replace(/\.?0+$/, '');
        let dial = start;
        const records: MeterRecord[] = [];
        months.forEach(({ hundredths, swap }, i) => {
          const on = addDays('2026-03-01', 30 * i);
          const period = `${(2026 + Math.floor(i / 12)).toString()}-${((i % 12) + 1).toString().padStart(2, '0')}`;
          if (swap) {
            const half = Math.floor(hundredths / 2);
            records.push(replaced(on, shown(dial + half), '0', '1'));
            dial = hundredths - half;
          } else dial += hundredths;
          records.push(read(period, on, shown(dial), i + 1));
        });
        const known = meter({ reading: shown(start), range: '1000', from: '2026-02-01' });
        const total = records.flatMap((record) => {
          const step = record.kind === 'read' ? stepOf(known, records, record.period) : null;
          if (step) expect(usageOf(step.steps)).toBe(step.quantity);
          return step ? [Math.round(Number(step.quantity) * 100)] : [];
        });
        expect(total).toEqual(months.map(({ hundredths }) => hundredths));
      }),
    );
  });
});

describe('tiers', () => {
  const tiers = [
    { above: '0', price: '2.75' },
    { above: '15', price: '4.15' },
    { above: '25', price: '7.85' },
  ];

  it('are marginal: each price holds for what lies above its beginning', () => {
    expect(inTiers('15', tiers)).toEqual([{ quantity: '15', price: '2.75' }]);
    expect(inTiers('30.5', tiers)).toEqual([
      { quantity: '15', price: '2.75' },
      { quantity: '10', price: '4.15' },
      { quantity: '5.5', price: '7.85' },
    ]);
    expect(inTiers('0', tiers)).toEqual([]);
  });

  it('charge nothing for what lies below the first', () => {
    expect(inTiers('12', tiers.slice(1))).toEqual([{ quantity: '12', price: '0' }]);
    expect(inTiers('17', tiers.slice(1))).toEqual([
      { quantity: '15', price: '0' },
      { quantity: '2', price: '4.15' },
    ]);
  });

  it('come to what every hundredth costs by itself', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 4 });
    const prices = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), cuts, prices, (quantity, at, price) => {
        const text = (hundredths: number): string => (hundredths / 100).toFixed(2);
        const ordered = [...at].sort((one, other) => one - other);
        const priceAt = (hundredth: number): number => price[ordered.findLastIndex((cut) => cut <= hundredth)] ?? 0;
        const steps = ordered.map((cut, i) => ({ above: text(cut), price: ((price[i] ?? 0) / 10_000).toFixed(4) }));
        let whole = 0;
        for (let hundredth = 0; hundredth < quantity; hundredth += 1) whole += priceAt(hundredth);
        const { numerator, denominator } = exactUsage(inTiers(text(quantity), steps));
        // Hundredths at ten-thousandths of a yuan, in fen.
        expect(numerator * 10_000n).toBe(BigInt(whole) * denominator);
      }),
    );
  });
});
