import fc from 'fast-check';
import {
  addDays,
  addMonths,
  compareDays,
  daysBetween,
  daysIn,
  daysOfMonth,
  firstDay,
  isDay,
  isPeriod,
  lastDay,
  monthOf,
  monthsBetween,
  nextPeriod,
  cutAt,
  endsOf,
  overlapOf,
  periodOf,
  previousPeriod,
} from './day';

// The platform's calendar is the oracle; the core itself has no Date.
const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const anyDay = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('days', () => {
  it.each(['2026-02-28', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('knows %s', (day) => {
    expect(isDay(day)).toBe(true);
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-1-1',
    '0000-01-01',
    '20260101',
    '2026-01-01T00',
    '',
  ])('does not know %j', (text) => {
    expect(isDay(text)).toBe(false);
  });

  it('counts like the calendar', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (one, other) => {
        expect(daysBetween(one, other)).toBe((utc(other) - utc(one)) / 86_400_000);
        expect(addDays(one, daysBetween(one, other))).toBe(other);
        expect(Math.sign(compareDays(one, other))).toBe(Math.sign(utc(one) - utc(other)));
      }),
      { numRuns: 500 },
    );
  });

  it('goes over ends of months, years and leap days', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysIn({ from: '2026-03-01', to: '2026-03-31' })).toBe(31);
  });

  it('ends with the years 1 and 9999', () => {
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addDays('0001-01-01', -1)).toThrow(RangeError);
    expect(() => addDays('2026-02-30', 1)).toThrow(RangeError);
  });
});

describe('periods', () => {
  it('are months', () => {
    expect(isPeriod('2026-03')).toBe(true);
    for (const text of ['2026-13', '2026-00', '0000-01', '2026-3', '2026-03-01', ''])
      expect(isPeriod(text)).toBe(false);
    expect(periodOf('2026-03-31')).toBe('2026-03');
    expect(monthOf('2026-02')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect([firstDay('2024-02'), lastDay('2024-02')]).toEqual(['2024-02-01', '2024-02-29']);
    expect(['2026-01', '2026-04', '2100-02', '2000-02'].map(daysOfMonth)).toEqual([31, 30, 28, 29]);
  });

  it('follow one another over the year', () => {
    expect(nextPeriod('2026-12')).toBe('2027-01');
    expect(previousPeriod('2026-01')).toBe('2025-12');
  });
});

describe('overlapOf', () => {
  it.each([
    [
      { from: '2026-01-01', to: '2026-01-31' },
      { from: '2026-01-31', to: null },
      { from: '2026-01-31', to: '2026-01-31' },
    ],
    [{ from: '2026-01-01', to: '2026-01-30' }, { from: '2026-01-31', to: null }, null],
    [
      { from: '2026-01-01', to: null },
      { from: '2025-01-01', to: null },
      { from: '2026-01-01', to: null },
    ],
  ])('%j and %j share %j', (one, other, shared) => {
    expect(overlapOf(one, other)).toEqual(shared);
    expect(overlapOf(other, one)).toEqual(shared);
  });
});

it('counts months from a day with its own number, or the last of a month that is too short', () => {
  const after = (day: string, ...counts: number[]) => counts.map((count) => addMonths(day, count));
  expect(after('2026-01-31', 1, 2, 13, -2)).toEqual(['2026-02-28', '2026-03-31', '2027-02-28', '2025-11-30']);
  expect(after('2024-02-29', 12, 48, 0)).toEqual(['2025-02-28', '2028-02-29', '2024-02-29']);
  expect(() => addMonths('9999-12-01', 1)).toThrow(RangeError);
  expect([monthsBetween('2026-11', '2027-02'), monthsBetween('2027-02', '2026-11')]).toEqual([3, -3]);
});

it('cuts a range where what holds for days begins and has ended, and nowhere else', () => {
  const march = { from: '2026-03-01', to: '2026-03-31' };
  const spells = [
    { from: '2025-01-01', to: '2026-03-10' },
    { from: '2026-03-11', to: null },
    { from: '2026-03-20', to: '2026-03-31' },
    { from: '2026-02-01', to: '9999-12-31' },
    { from: '2026-04-01', to: null },
  ];
  expect(cutAt(march, spells.flatMap(endsOf))).toEqual([
    { from: '2026-03-01', to: '2026-03-10' },
    { from: '2026-03-11', to: '2026-03-19' },
    { from: '2026-03-20', to: '2026-03-31' },
  ]);
  expect(cutAt(march, [])).toEqual([march]);
});
