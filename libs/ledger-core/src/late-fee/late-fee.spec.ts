import type { LateFeeRule } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays, daysBetween } from '../day';
import { formatMoney } from '../money';
import { firstFeeDay, firstLateDay, lateAmount, lateFee, type LateCharge } from './late-fee';

const rule = (over: Partial<LateFeeRule> = {}): LateFeeRule => ({
  dailyRate: '0.5',
  graceDays: 15,
  capPercent: null,
  ...over,
});
const charge = (amount: bigint, dueOn: string, ...changes: LateCharge['changes']): LateCharge => ({
  amount,
  dueOn,
  since: null,
  changes,
});

describe('late fees', () => {
  const paid = charge(
    1000_00n,
    '2026-06-10',
    { on: '2026-07-31', amount: -600_00n },
    { on: '2026-07-10', amount: -400_00n },
  );

  it('count each day at what is open at its end, from the day after the grace days on', () => {
    const { total, segments } = lateFee(paid, rule(), '2026-08-31');
    expect(segments).toEqual([
      { from: '2026-06-26', to: '2026-07-09', days: 14, open: '1000.00' },
      { from: '2026-07-10', to: '2026-07-30', days: 21, open: '600.00' },
    ]);
    expect(total).toBe(13_30n);
  });

  it('with no grace days count from the day after the due date', () => {
    expect(lateFee(paid, rule({ graceDays: 0 }), '2026-08-31').total).toBe(20_80n);
  });

  it('counted from the due date take in the days of grace, once these are over', () => {
    const fromDue = rule({ countedFrom: '应收日' });
    expect(lateFee(paid, fromDue, '2026-08-31')).toEqual({
      total: 20_80n,
      segments: [
        { from: '2026-06-11', to: '2026-07-09', days: 29, open: '1000.00' },
        { from: '2026-07-10', to: '2026-07-30', days: 21, open: '600.00' },
      ],
      frozen: [],
    });
    expect(lateFee(paid, fromDue, '2026-06-25')).toEqual({ total: 0n, segments: [], frozen: [] });
    expect(lateFee(paid, fromDue, '2026-06-26').total).toBe(8_00n);
    const inTime = charge(1000_00n, '2026-06-10', { on: '2026-06-25', amount: -1000_00n });
    expect(lateFee(inTime, fromDue, '2026-08-31').total).toBe(0n);
  });

  it.each([
    ['2026-01-31', { months: 1, day: 10 }, '2026-02-10'],
    ['2026-01-10', { months: 0, day: 20 }, '2026-01-20'],
    ['2026-01-20', { months: 0, day: 20 }, '2026-02-20'],
    ['2026-11-05', { months: 2, day: 1 }, '2027-01-01'],
  ])('due on %s and put off by %j begin on %s', (dueOn, delay, first) => {
    expect(firstLateDay(dueOn, rule({ graceDays: 0, delay }))).toBe(first);
    expect(firstFeeDay(dueOn, rule({ graceDays: 0, delay, countedFrom: '应收日' }))).toBe(addDays(dueOn, 1));
  });

  it('leave out days on which too little is open', () => {
    expect(lateFee(paid, rule({ leastOpen: '600.01' }), '2026-08-31').segments).toEqual([
      { from: '2026-06-26', to: '2026-07-09', days: 14, open: '1000.00' },
    ]);
    expect(lateFee(paid, rule({ leastOpen: '600.00' }), '2026-08-31').total).toBe(13_30n);
  });

  it('leave out frozen days, and keep what was open on them', () => {
    const frozen = [
      { from: '2026-07-01', to: '2026-07-05' },
      { from: '2026-07-04', to: '2026-07-14' },
      { from: '2026-07-25', to: null },
    ];
    expect(lateFee({ ...paid, frozen }, rule(), '2026-08-31')).toEqual({
      total: 5_50n,
      segments: [
        { from: '2026-06-26', to: '2026-06-30', days: 5, open: '1000.00' },
        { from: '2026-07-15', to: '2026-07-24', days: 10, open: '600.00' },
      ],
      frozen: [
        { from: '2026-07-01', to: '2026-07-09', days: 9, open: '1000.00' },
        { from: '2026-07-10', to: '2026-07-14', days: 5, open: '600.00' },
        { from: '2026-07-25', to: '2026-07-30', days: 6, open: '600.00' },
      ],
    });
  });

  it('are nothing when the grace ended in frozen days and what was open is paid in them', () => {
    const fromDue = rule({ countedFrom: '应收日' });
    const frozen = [{ from: '2026-06-20', to: '2026-07-31' }];
    expect(lateFee({ ...paid, frozen }, fromDue, '2026-08-31').total).toBe(0n);
    expect(lateFee({ ...paid, changes: [], frozen }, fromDue, '2026-08-01').total).toBe(5_00n);
  });

  it('are rounded once, not day by day', () => {
    const small = charge(89_43n, '2026-01-01');
    expect(lateFee(small, rule({ graceDays: 0 }), '2026-01-31').total).toBe(1_34n);
  });

  it('are nothing by the last day of grace, and a day by the next', () => {
    const late = charge(1000_00n, '2026-06-10');
    expect(lateFee(late, rule(), '2026-06-25')).toEqual({ total: 0n, segments: [], frozen: [] });
    expect(lateFee(late, rule(), '2026-06-26').total).toBe(50n);
  });

  it('never exceed the cap, rounded down', () => {
    const late = charge(99_99n, '2026-01-10');
    expect(lateFee(late, rule({ capPercent: '1' }), '2026-12-31').total).toBe(99n);
    expect(lateFee(late, rule({ capPercent: '100' }), '2036-12-31').total).toBe(99_99n);
    expect(lateFee(late, rule({ capPercent: '0' }), '2026-12-31').total).toBe(0n);
  });

  it('go on when a receipt is reversed, from the date of the reversal', () => {
    const reversed = charge(
      100_00n,
      '2026-01-10',
      { on: '2026-01-20', amount: -100_00n },
      { on: '2026-03-01', amount: 100_00n },
    );
    expect(lateFee(reversed, rule({ graceDays: 0 }), '2026-03-10').segments).toEqual([
      { from: '2026-01-11', to: '2026-01-19', days: 9, open: '100.00' },
      { from: '2026-03-01', to: '2026-03-10', days: 10, open: '100.00' },
    ]);
  });

  it('of what came over from another customer count from that day on', () => {
    const moved: LateCharge = { amount: 100_00n, dueOn: '2026-01-10', since: '2026-02-01', changes: [] };
    expect(lateFee(moved, rule({ graceDays: 0 }), '2026-02-10').segments).toEqual([
      { from: '2026-02-01', to: '2026-02-10', days: 10, open: '100.00' },
    ]);
  });

  it('agree with a day-by-day simulation, whatever was paid, given back and frozen, and with their own basis', () => {
    const change = fc.record({ day: fc.integer({ min: -40, max: 200 }), fen: fc.bigInt({ min: -5000n, max: 5000n }) });
    const any = fc.record({
      amount: fc.bigInt({ min: 1n, max: 100_000n }),
      changes: fc.array(change, { maxLength: 8 }),
      rate: fc.integer({ min: 0, max: 30_000 }),
      graceDays: fc.integer({ min: 0, max: 40 }),
      capPercent: fc.option(fc.integer({ min: 0, max: 12_000 })),
      asOf: fc.integer({ min: -5, max: 220 }),
      since: fc.option(fc.integer({ min: -10, max: 100 })),
      fromDue: fc.boolean(),
      least: fc.option(fc.bigInt({ min: 1n, max: 50_000n })),
      freezes: fc.array(
        fc.record({ first: fc.integer({ min: -40, max: 200 }), days: fc.option(fc.integer({ min: 1, max: 60 })) }),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(any, ({ amount, changes, rate, graceDays, capPercent, asOf, since, fromDue, least, freezes }) => {
        const dueOn = '2026-01-10';
        const day = (count: number): string => addDays(dueOn, count);
        const agreed = rule({
          dailyRate: (rate / 10_000).toFixed(4),
          graceDays,
          capPercent: capPercent === null ? null : (capPercent / 100).toFixed(2),
          ...(fromDue ? { countedFrom: '应收日' as const } : {}),
          ...(least === null ? {} : { leastOpen: formatMoney(least) }),
        });
        const of: LateCharge = {
          amount,
          dueOn,
          since: since === null ? null : day(since),
          changes: changes.map((each) => ({ on: day(each.day), amount: each.fen })),
          frozen: freezes.map(({ first, days }) => ({
            from: day(first),
            to: days === null ? null : day(first + days - 1),
          })),
        };
        const isFrozen = (count: number): boolean =>
          freezes.some(({ first, days }) => first <= count && (days === null || count < first + days));
        const openOn = (count: number): bigint => {
          if (isFrozen(count)) return 0n;
          let open = since === null || since <= count ? amount : 0n;
          for (const each of changes) if (each.day <= count) open += each.fen;
          return least !== null && open < least ? 0n : open;
        };
        let openDays = 0n;
        let isLate = false;
        for (let count = fromDue ? 1 : graceDays + 1; count <= asOf; count += 1) {
          openDays += openOn(count);
          isLate ||= count > graceDays && openOn(count) !== 0n;
        }
        if (!isLate) openDays = 0n;
        // Rates are in ten-thousandths of a mille: 10^7 of them are one.
        const twice = 2n * openDays * BigInt(rate) + 10_000_000n;
        const rounded = twice >= 0n ? twice / 20_000_000n : -((-twice + 19_999_999n) / 20_000_000n);
        const cap = capPercent === null ? null : (amount * BigInt(capPercent)) / 10_000n;
        const { total, segments, frozen } = lateFee(of, agreed, day(asOf));
        expect(total).toBe(cap !== null && cap < rounded ? cap : rounded);
        expect(firstLateDay(dueOn, agreed)).toBe(day(graceDays + 1));
        for (const { from, to, days } of [...segments, ...frozen]) expect(days).toBe(daysBetween(from, to) + 1);
        for (const { from, to } of frozen)
          for (const each of [from, to]) expect(isFrozen(daysBetween(dueOn, each))).toBe(true);
        const before = formatMoney(total / 3n);
        const late = { ...agreed, amount: formatMoney(amount), segments, before };
        expect(lateAmount(late)).toBe(total - total / 3n);
      }),
      { numRuns: 2000 },
    );
  });
});
