import type { Meter, Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays } from '../day';
import { usageCharge } from '../tariff/usage-charge';
import {
  estimatesTooHigh,
  exactUsage,
  inTiers,
  isBackwards,
  stepOf,
  usageOf,
  withLoss,
  type MeterRecord,
} from './usage';

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

const guessed = (period: string, on: string, reading: string): MeterRecord => ({
  ...(read(period, on, reading) as MeterRecord & { kind: 'read' }),
  estimated: { by: '指定' },
});

describe('an estimated reading', () => {
  const too = [guessed('2026-03', '2026-03-26', '150'), guessed('2026-04', '2026-04-26', '200')];

  it('counts as it stands, and the next one that is taken settles what it was short', () => {
    const short = [...too, read('2026-05', '2026-05-26', '230')];
    expect(stepOf(meter(), short, '2026-03')).toMatchObject({ quantity: '50', estimated: { by: '指定' } });
    expect(stepOf(meter(), short, '2026-04')).toMatchObject({ quantity: '50' });
    expect(stepOf(meter(), short, '2026-05')).toMatchObject({ quantity: '30', settles: true });
    expect(estimatesTooHigh(meter(), short, '2026-05')).toEqual([]);
  });

  it('of more than is shown later counts up to that, the latest first', () => {
    const high = [...too, read('2026-05', '2026-05-26', '160')];
    expect(stepOf(meter(), high, '2026-03')).toMatchObject({ quantity: '50' });
    expect(stepOf(meter(), high, '2026-04')).toMatchObject({
      quantity: '10',
      estimated: { by: '指定', above: '200' },
    });
    expect(stepOf(meter(), high, '2026-05')).toMatchObject({ quantity: '0', settles: true });
    expect(estimatesTooHigh(meter(), high, '2026-05')).toEqual([{ period: '2026-04', estimated: '200', read: '160' }]);
    const both = [...too, read('2026-05', '2026-05-26', '120')];
    expect(['2026-03', '2026-04', '2026-05'].map((period) => stepOf(meter(), both, period)?.quantity)).toEqual([
      '20',
      '0',
      '0',
    ]);
  });

  it('is settled by what the old meter showed when it is replaced', () => {
    const records = [...too, replaced('2026-05-10', '170', '5', '10'), read('2026-05', '2026-05-26', '6')];
    expect(stepOf(meter(), records, '2026-04')?.quantity).toBe('20');
    expect(stepOf(meter(), records, '2026-05')).toMatchObject({
      quantity: '10',
      steps: [{ from: '170', to: '170' }, { from: '5' }],
    });
  });

  it('may lie beyond the end of the dial', () => {
    const records = [guessed('2026-03', '2026-03-26', '20'), read('2026-04', '2026-04-26', '990')];
    const ranged = meter({ reading: '950', range: '1000' });
    expect(stepOf(ranged, records, '2026-03')).toMatchObject({ quantity: '40', estimated: { above: '20' } });
    expect(stepOf(ranged, records, '2026-04')?.quantity).toBe('0');
    const passed = [guessed('2026-03', '2026-03-26', '980'), read('2026-04', '2026-04-26', '15')];
    expect(['2026-03', '2026-04'].map((period) => stepOf(ranged, passed, period)?.quantity)).toEqual(['30', '35']);
  });

  it('changes nothing of what all steps up to a reading that was taken add up to', () => {
    const month = fc.record({ turned: fc.integer({ min: 0, max: 900 }), guess: fc.integer({ min: 0, max: 400 }) });
    const months = fc.array(fc.record({ month, taken: fc.boolean(), swap: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(months, fc.boolean(), (all, ranged) => {
        const range = 100_000;
        const shown = (units: number): string => (ranged ? units % range : units).toString();
        let [dial, guessedDial, sinceTaken] = [99_000, 99_000, 0];
        const expected: number[] = [];
        const records = all.flatMap(({ month: { turned, guess }, taken, swap }, i): MeterRecord[] => {
          const on = addDays('2026-03-01', 30 * i);
          const period = `2026-${(i + 1).toString().padStart(2, '0')}`;
          dial += turned;
          sinceTaken += turned;
          const swapped = swap ? [replaced(on, shown(dial), '10', '1')] : [];
          if (swap) [dial, guessedDial] = [10, 10];
          if (taken || i === all.length - 1) {
            expected.push(sinceTaken);
            [guessedDial, sinceTaken] = [dial, 0];
            return [...swapped, read(period, on, shown(dial), i + 1)];
          }
          guessedDial += guess;
          return [...swapped, guessed(period, on, shown(guessedDial))];
        });
        const known = meter({ reading: '99000', range: ranged ? range.toString() : null, from: '2026-02-01' });
        const sums: number[] = [];
        let sum = 0;
        for (const record of records) {
          const step = record.kind === 'read' ? stepOf(known, records, record.period) : null;
          if (record.kind !== 'read' || step === null) continue;
          expect(Number(step.quantity)).toBeGreaterThanOrEqual(0);
          sum += Number(step.quantity);
          if (record.estimated !== undefined) continue;
          sums.push(sum);
          sum = 0;
        }
        expect(sums).toEqual(expected);
      }),
    );
  });
});

describe('a loss', () => {
  it('is a part of what was counted, and so many units', () => {
    expect(withLoss('120.5', { percent: '5' })).toBe('126.525');
    expect(withLoss('120.5', { quantity: '3' })).toBe('123.5');
    expect(withLoss('0', { percent: '5', quantity: '0.5' })).toBe('0.5');
  });

  it('is the one in force on the reading’s day', () => {
    const losses = [
      { from: '2026-01-01', percent: '5' },
      { from: '2026-04-01', quantity: '2' },
    ];
    const records = [read('2026-03', '2026-03-31', '130'), read('2026-04', '2026-04-30', '140')];
    expect(stepOf(meter({ losses }), records, '2026-03')?.loss).toEqual({ percent: '5' });
    expect(stepOf(meter({ losses }), records, '2026-04')?.loss).toEqual({ quantity: '2' });
    expect(stepOf(meter({ losses: losses.slice(1) }), records, '2026-03')).not.toHaveProperty('loss');
  });
});

describe('the charge of a reading', () => {
  const standard: Standard = {
    ...{ standard: 'SF', name: '水费', item: '水费', method: '用量单价', dueDay: 28, rounding: '分', priority: 5 },
    ...{ prices: [{ price: '2', from: '2020-01-01', to: null }], meterKind: '水表', lossPercent: '10' },
  };
  const charged = (known: Meter) => {
    const step = stepOf(known, [read('2026-03', '2026-03-31', '130')], '2026-03');
    if (step === null) throw new Error('no step');
    const payers = [{ customer: 'K1', from: '2020-01-01', to: null }];
    const charge = usageCharge({
      standard,
      binding: { from: '2020-01-01', to: null },
      payers,
      period: '2026-03',
      step,
    });
    return charge?.kind === 'charge' ? charge.part : null;
  };

  it('has the loss of its standard, or of the meter itself', () => {
    expect(charged(meter())).toMatchObject({
      amount: 66_00n,
      basis: { usage: { quantity: '30', loss: { percent: '10' }, parts: [{ quantity: '33' }] } },
    });
    expect(charged(meter({ losses: [{ from: '2026-01-01', quantity: '2' }] }))).toMatchObject({
      amount: 64_00n,
      basis: { usage: { quantity: '30', loss: { quantity: '2' } } },
    });
    expect(charged(meter({ losses: [{ from: '2026-01-01' }] }))?.amount).toBe(60_00n);
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
