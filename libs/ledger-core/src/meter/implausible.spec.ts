import { implausibleUse, usualUse } from './implausible';
import type { MeterRecord } from './usage';

const meter = {
  meter: 'E1',
  kind: '电表',
  resource: 'R1',
  multiplier: '10',
  from: '2026-01-01',
  reading: '0',
  range: null,
};
/** Read on the first of each month from February on. */
const showing = (...readings: readonly number[]): MeterRecord[] =>
  readings.map((reading, i) => {
    const period = `${(2026 + Math.floor((i + 1) / 12)).toString()}-${(((i + 1) % 12) + 1).toString().padStart(2, '0')}`;
    return { position: i + 1, kind: 'read', period, on: `${period}-01`, reading: reading.toString() };
  });

describe('a use', () => {
  it('is implausible above three times the usual of as many days', () => {
    // 10, 10, 10 in 31, 28 and 31 days: ten times a third a day; April to May has 30 days.
    expect(implausibleUse(meter, showing(10, 20, 30, 60))).toBeNull();
    expect(implausibleUse(meter, showing(10, 20, 30, 61))).toEqual({
      reason: 'above-usual',
      quantity: '310',
      expected: '100',
    });
  });

  it('is compared with nothing before there are three readings', () => {
    expect(implausibleUse(meter, showing(10, 20, 900))).toBeNull();
    expect(implausibleUse(meter, [])).toBeNull();
  });

  it('is implausible where there never was any', () => {
    expect(implausibleUse(meter, showing(0, 0, 0, 0))).toBeNull();
    expect(implausibleUse(meter, showing(0, 0, 0, 1))).toEqual({
      reason: 'above-usual',
      quantity: '10',
      expected: '0',
    });
  });

  it('is compared with the latest twelve readings only', () => {
    const high = [1000, 2000, 3000];
    const low = Array.from({ length: 12 }, (_, i) => 3001 + i);
    expect(implausibleUse(meter, showing(...high, ...low, 3012 + 4))).toMatchObject({ quantity: '40' });
    expect(implausibleUse(meter, showing(...high, ...low.slice(1), 3012 + 4))).toBeNull();
  });

  it('is implausible above the meter’s maximum, of thirty days, though it is the usual', () => {
    const bounded = { ...meter, maximum: '90' };
    // 28 days: 84.
    expect(implausibleUse(bounded, showing(0, 8.4), { usual: false })).toBeNull();
    expect(implausibleUse(bounded, showing(0, 8.41), { usual: false })).toEqual({
      reason: 'above-maximum',
      quantity: '84.1',
      expected: '84',
    });
  });

  it('is looked at from one reading that was taken to the next', () => {
    const records = showing(10, 20, 30, 35, 40);
    const guess = records[3];
    if (guess?.kind !== 'read') throw new Error('no reading');
    records[3] = { ...guess, estimated: { by: '指定' } };
    // 330 in 30 + 31 days is not three times the usual of two months, though the last step would be of its one.
    expect(
      implausibleUse(meter, [
        ...records.slice(0, 4),
        { ...guess, position: 9, period: '2026-06', on: '2026-06-01', reading: '63' },
      ]),
    ).toBeNull();
    expect(usualUse(meter, records.slice(0, 4), { readings: 2, days: 59 })).toMatchObject({ readings: 2 });
  });
});

it('of a reading that is held is no usual use', () => {
  const held = { reason: 'above-usual', quantity: '4870', expected: '100' } as const;
  const records = showing(10, 20, 30, 517).map((record, at) => (at === 3 ? { ...record, review: held } : record));
  const usual = usualUse(meter, records, { readings: 3, days: 30 });
  expect(usual).toEqual(usualUse(meter, showing(10, 20, 30), { readings: 3, days: 30 }));
  expect(usual?.readings).toBe(3);
});
