import type { LedgerCommand } from '../ledger/commands';
import { TWO } from '../../testing/approvals';
import { arrears, closing, opened, receipt, reopening } from '../../testing/commands';
import { given } from '../../testing/given';
import { firstOpenPeriod, place, placeInPeriod, placeReversal } from './posting';
import { trialBalance, trialBalanceBody } from './trial-balance';

const calendar = { project: 'P1', firstPeriod: '2026-03', closedThrough: '2026-04' };

describe('the period of an entry', () => {
  it('is the month of its date, from the first period on, unless closed; periods to come are open', () => {
    expect(place(calendar, '2026-05-01', 'own')).toEqual({
      placed: { effectiveDate: '2026-05-01', accountingPeriod: '2026-05' },
    });
    expect(place(calendar, '2031-01-01', 'own')).toMatchObject({ placed: { accountingPeriod: '2031-01' } });
    expect(place(calendar, '2026-04-30', 'own')).toEqual({
      rejection: { code: 'period-closed', period: '2026-04', closedThrough: '2026-04' },
    });
    expect(place(calendar, '2026-02-28', 'own')).toMatchObject({ rejection: { code: 'before-first-period' } });
    expect(place({ ...calendar, closedThrough: null }, '2026-03-01', 'own')).toMatchObject({
      placed: { accountingPeriod: '2026-03' },
    });
  });

  it('is the first open one where the caller asks so and its own is not open', () => {
    expect(place(calendar, '2026-03-15', 'first-open')).toEqual({
      placed: { effectiveDate: '2026-03-15', accountingPeriod: '2026-05' },
    });
    expect(place(calendar, '2026-01-15', 'first-open')).toMatchObject({ placed: { accountingPeriod: '2026-05' } });
    expect(place(calendar, '2026-06-15', 'first-open')).toMatchObject({ placed: { accountingPeriod: '2026-06' } });
    expect(firstOpenPeriod({ ...calendar, closedThrough: null })).toBe('2026-03');
    expect(firstOpenPeriod({ ...calendar, closedThrough: '2026-12' })).toBe('2027-01');
  });

  it('is that of its run, which is dated on the period’s last day at the latest', () => {
    for (const date of ['2026-04-20', '2026-05-01', '2026-05-31'])
      expect(placeInPeriod(calendar, '2026-05', date)).toEqual({
        placed: { effectiveDate: date, accountingPeriod: '2026-05' },
      });
    expect(placeInPeriod(calendar, '2026-05', '2026-06-01')).toEqual({
      rejection: { code: 'date-after-period', period: '2026-05', date: '2026-06-01' },
    });
    expect(placeInPeriod(calendar, '2026-04', '2026-05-01')).toMatchObject({ rejection: { code: 'period-closed' } });
  });

  it('of an undo is that of the entry, where it is still open', () => {
    const late = { effectiveOn: '2026-03-20', period: '2026-05' };
    expect(placeReversal(calendar, late, null, 'own')).toEqual({
      placed: { effectiveDate: '2026-03-20', accountingPeriod: '2026-05' },
    });
    expect(placeReversal(calendar, { ...late, period: '2026-04' }, null, 'first-open')).toMatchObject({
      rejection: { code: 'period-closed' },
    });
  });
});

describe('a book', () => {
  it('opens once', () => {
    expect(given().when(opened)).toEqual({
      accepted: true,
      events: [
        {
          type: 'book.opened',
          effectiveDate: '2026-03-01',
          accountingPeriod: null,
          reversesPosition: null,
          body: { project: 'P1', firstPeriod: '2026-03' },
        },
      ],
    });
    expect(given(opened).events(opened)).toEqual([]);
    expect(given(opened).refusal({ type: 'OpenBook', project: 'P1', firstPeriod: '2026-04' })).toEqual({
      code: 'book-already-open',
      firstPeriod: '2026-03',
    });
  });
});

describe('closing a period', () => {
  const rows = [
    { account: 'income', item: '物业费', amount: -100n },
    { account: 'receivable', item: '物业费', amount: 60n },
    { account: 'receivable', item: '垃圾费', amount: 40n },
  ] as const;
  const close = (period: string, trialBalance: typeof rows | [] = rows): LedgerCommand => ({
    type: 'ClosePeriod',
    period,
    trialBalance,
    trialBalanceHash: 'a'.repeat(64),
  });

  it('carries the trial balance, in order', () => {
    expect(given(opened).when(close('2026-03'))).toEqual({
      accepted: true,
      events: [
        {
          type: 'period.closed',
          effectiveDate: '2026-03-31',
          accountingPeriod: null,
          reversesPosition: null,
          body: {
            period: '2026-03',
            trialBalance: [
              { account: 'receivable', item: '垃圾费', amount: '0.40' },
              { account: 'receivable', item: '物业费', amount: '0.60' },
              { account: 'income', item: '物业费', amount: '-1.00' },
            ],
            trialBalanceHash: 'a'.repeat(64),
          },
        },
      ],
    });
  });

  const [first, second] = rows;
  const crooked = (period: string): LedgerCommand => ({
    type: 'ClosePeriod',
    period,
    trialBalance: [first, second],
    trialBalanceHash: '',
  });
  it.each([
    ['2026-02', { code: 'before-first-period', period: '2026-02', firstPeriod: '2026-03' }],
    ['2026-03', { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }],
    ['2026-05', { code: 'period-not-next', period: '2026-05', next: '2026-04' }],
    ['2026-04', { code: 'trial-balance-not-zero' }],
  ])('%s is refused', (period, rejection) => {
    expect(given(opened, closing('2026-03')).refusal(crooked(period))).toEqual(rejection);
  });

  it('is refused with a balance on either side', () => {
    for (const amount of [1n, -1n])
      expect(
        given(opened).refusal({
          type: 'ClosePeriod',
          period: '2026-03',
          trialBalance: [{ account: 'income', item: null, amount }],
          trialBalanceHash: '',
        }),
      ).toEqual({ code: 'trial-balance-not-zero' });
  });

  it('begins with the first period', () => {
    expect(given(opened).refusal(close('2026-04', []))).toEqual({
      code: 'period-not-next',
      period: '2026-04',
      next: '2026-03',
    });
  });

  it('shuts the period for everything that belongs there', () => {
    const history = given(opened, closing('2026-03'), closing('2026-04'));
    expect(history.refusal(receipt(1n, { date: '2026-04-30' }))).toMatchObject({ code: 'period-closed' });
    expect(history.when(receipt(1n, { date: '2026-05-01' })).accepted).toBe(true);
  });
});

describe('reopening a period', () => {
  it('takes the last close back, by two people', () => {
    const history = given(opened, closing('2026-03'), closing('2026-04'));
    expect(history.refusal(reopening('2026-04'))).toEqual({
      code: 'approval-required',
      kind: 'reopening',
      amount: null,
      limit: null,
    });
    expect(history.when(reopening('2026-04'), TWO)).toEqual({
      accepted: true,
      events: [
        {
          type: 'period.reopened',
          effectiveDate: '2026-04-30',
          accountingPeriod: null,
          reversesPosition: null,
          body: { period: '2026-04', reasonDigest: 'digest', approval: TWO },
        },
      ],
    });
    expect(history.when(reopening('2026-04'), { requestedBy: 'li', approvedBy: 'li' })).toMatchObject({
      rejection: { code: 'approver-is-requester' },
    });
  });

  it('opens that period alone, until it is closed anew', () => {
    const history = given(opened, closing('2026-03'), closing('2026-04'), reopening('2026-04'));
    expect(history.when(receipt(1n, { date: '2026-04-30' })).accepted).toBe(true);
    expect(history.refusal(receipt(1n, { date: '2026-03-31' }))).toMatchObject({ code: 'period-closed' });
    expect(history.when(closing('2026-04')).accepted).toBe(true);
    expect(history.refusal(closing('2026-05'))).toMatchObject({ code: 'period-not-next', next: '2026-04' });
    const again = given(opened, closing('2026-03'), reopening('2026-03'), closing('2026-03'));
    expect(again.book().calendar).toMatchObject({ closedThrough: '2026-03' });
  });

  it('opens the month before with the first period', () => {
    const history = given(opened, closing('2026-03'), reopening('2026-03'));
    expect(history.book().calendar).toMatchObject({ closedThrough: null });
    expect(history.when(arrears({})).accepted).toBe(true);
  });

  it('is refused for any other', () => {
    const history = given(opened, closing('2026-03'), closing('2026-04'));
    for (const period of ['2026-02', '2026-03', '2026-05'])
      expect(history.when(reopening(period), TWO)).toEqual({
        accepted: false,
        rejection: { code: 'period-not-last-closed', period, last: '2026-04' },
      });
    expect(given(opened).when(reopening('2026-03'), TWO)).toMatchObject({
      rejection: { code: 'period-not-last-closed', last: null },
    });
  });
});

describe('the trial balance', () => {
  it('sums lines by account and item, and leaves out what comes to zero', () => {
    const rows = trialBalance([
      { account: 'income', amount: '-100.00', item: '物业费', resource: 'R1', customer: 'K1' },
      { account: 'receivable', amount: '100.00', item: '物业费', charge: 2 },
      { account: 'receivable', amount: '-60.00', item: '物业费', charge: 2 },
      { account: 'unapplied', amount: '-60.00', customer: 'K1', tie: null },
      { account: 'unapplied', amount: '60.00', customer: 'K1', tie: 'R1' },
      { account: 'channel-clearing', amount: '60.00', channel: '微信' },
    ]);
    expect(rows).toEqual([
      { account: 'receivable', item: '物业费', amount: 40_00n },
      { account: 'income', item: '物业费', amount: -100_00n },
      { account: 'channel-clearing', item: null, amount: 60_00n },
    ]);
    expect(trialBalanceBody([...rows].reverse())).toEqual(trialBalanceBody(rows));
  });
});
