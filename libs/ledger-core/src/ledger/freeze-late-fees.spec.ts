import { arrears, newCharge, opened, receipt, undoing } from '../../testing/commands';
import { given } from '../../testing/given';
import type { FreezeLateFees, LedgerCommand } from './commands';

const freeze = (of: FreezeLateFees['of'], from = '2026-03-05'): LedgerCommand => ({
  type: 'FreezeLateFees',
  of,
  from,
  reasonDigest: 'digest',
});
const resume = (position: number, lastDay: string): LedgerCommand => ({
  type: 'ResumeLateFees',
  freeze: position,
  lastDay,
  reasonDigest: 'digest',
});
const withdrawal = (record: number): LedgerCommand => ({
  type: 'WithdrawFreezeRecord',
  record,
  reasonDigest: 'digest',
});

describe('late fees frozen in a dispute', () => {
  const owed = [opened, arrears({}, { item: '垃圾费', amount: 30_00n }, { customer: 'K2' })] as const;

  it('are of the charges that are named, and book nothing', () => {
    expect(given(...owed).when(freeze({ charges: [3, 2, 3] }))).toEqual({
      accepted: true,
      events: [
        {
          type: 'late-fees.frozen',
          body: { charges: [3, 2], from: '2026-03-05', reasonDigest: 'digest' },
          effectiveDate: '2026-03-05',
          accountingPeriod: null,
          reversesPosition: null,
        },
      ],
    });
  });

  it('are of all that a customer has open, but not of late fees', () => {
    const history = given(...owed, receipt(30_00n, { item: '垃圾费' }));
    expect(history.events(freeze({ customer: 'K1' }))).toMatchObject([{ body: { charges: [2] } }]);
    expect(history.refusal(freeze({ customer: 'K3' }))).toEqual({ code: 'nothing-open', customer: 'K3' });
  });

  it('end on a day, and go on when that end was never so', () => {
    const history = given(...owed, freeze({ charges: [2] }), resume(5, '2026-03-20'));
    expect(history.book().freezes.get(5)).toMatchObject({ end: { lastDay: '2026-03-20', position: 6 } });
    expect(history.refusal(resume(5, '2026-03-21'))).toEqual({
      code: 'freeze-ended',
      freeze: 5,
      lastDay: '2026-03-20',
    });
    const again = given(...owed, freeze({ charges: [2] }), resume(5, '2026-03-20'), withdrawal(6));
    expect(again.book().freezes.get(5)).toMatchObject({ end: null, withdrawnBy: null });
    expect(again.events(resume(5, '2026-03-31'))).toHaveLength(1);
    expect(again.refusal(withdrawal(6))).toEqual({ code: 'unknown-freeze' });
  });

  it('were never so when they are withdrawn', () => {
    const history = given(...owed, freeze({ charges: [2] }), resume(5, '2026-03-20'), withdrawal(5));
    expect(history.book().freezes.get(5)).toMatchObject({ withdrawnBy: 7 });
    for (const command of [resume(5, '2026-03-31'), withdrawal(5), withdrawal(6), resume(9, '2026-03-31')])
      expect(history.refusal(command)).toEqual({ code: 'unknown-freeze' });
  });

  it.each([
    [freeze({ charges: [99] }), { code: 'unknown-charge' }],
    [freeze({ charges: [2, 3] }), { code: 'already-reversed', position: 3, reversedBy: 6 }],
    [freeze({ charges: [7] }), { code: 'bears-no-late-fee', charge: 7 }],
    [resume(5, '2026-03-04'), { code: 'range-reversed' }],
  ])('are refused: %#', (command, rejection) => {
    const fee: LedgerCommand = {
      type: 'RaiseCharges',
      origin: 'late-fee',
      asOf: '2026-03-31',
      standards: new Map(),
      charges: [
        {
          ...newCharge({ subject: { charge: 2 } }),
          basis: {
            method: '违约金',
            late: { dailyRate: '0.5', graceDays: 0, capPercent: null, amount: '100.00', segments: [], before: '0.00' },
          },
        },
      ],
    };
    const history = given(...owed, freeze({ charges: [2] }), undoing(3, { date: '2026-03-06' }), fee);
    expect(history.refusal(command)).toEqual(rejection);
  });
});
