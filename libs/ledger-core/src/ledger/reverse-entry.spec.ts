import {
  application,
  arrears,
  closing,
  opened,
  openingDeposit,
  prepaid,
  receipt,
  refund,
  reversal,
  undoing,
  withdrawal,
  writeOff,
} from '../../testing/commands';
import { given, linesOf } from '../../testing/given';
import type { LedgerCommand } from './commands';
import { openOf } from './state';

describe('the reversal of an entry', () => {
  it.each<[string, LedgerCommand[], number]>([
    ['charge.raised', [arrears({})], 2],
    ['prepayment.brought-in', [prepaid(5_00n)], 2],
    ['deposit.received', [openingDeposit(5_00n)], 2],
    ['deposit.refunded', [openingDeposit(5_00n), refund(2_00n)], 3],
    ['charge.written-off', [arrears({}), writeOff(2, 5_00n)], 3],
  ])('of %s is its mirror', (of, commands, position) => {
    const history = given(opened, ...commands);
    const original = history.log[position - 1];
    const mirror =
      original && linesOf(original).map((line) => ({ ...line, amount: `-${line.amount}`.replace('--', '') }));
    expect(history.when(undoing(position))).toEqual({
      accepted: true,
      events: [
        {
          type: 'entry.reversed',
          effectiveDate: '2026-03-31',
          accountingPeriod: '2026-03',
          reversesPosition: position,
          body: { of, lines: mirror },
        },
      ],
    });
    const again = given(opened, ...commands, undoing(position));
    expect(again.refusal(undoing(position))).toEqual({
      code: 'already-reversed',
      position,
      reversedBy: again.log.length,
    });
  });

  it('takes back what the entry did', () => {
    const book = given(
      opened,
      arrears({}, { amount: 50_00n }),
      writeOff(3, 50_00n),
      openingDeposit(5_00n),
      refund(2_00n),
      prepaid(5_00n),
      undoing(2),
      undoing(4),
      undoing(6),
      undoing(7),
    ).book();
    expect([...book.charges.values()].map(openOf)).toEqual([0n, 50_00n]);
    expect(book.deposits.get('YJ1')?.refunded).toBe(0n);
    expect([...book.balances.values()]).toEqual([{ customer: 'K1', tie: null, balance: 0n }]);
  });

  it('without a date undoes it on its own date, in its own period, the opening month too', () => {
    const history = given(opened, arrears({}, {}), openingDeposit(5_00n), writeOff(2, 1n));
    expect([3, 4, 5].map((position) => history.events(undoing(position, { date: null })))).toMatchObject([
      [{ effectiveDate: '2026-02-28', accountingPeriod: '2026-02' }],
      [{ effectiveDate: '2024-05-20', accountingPeriod: '2026-02' }],
      [{ effectiveDate: '2026-03-31', accountingPeriod: '2026-03' }],
    ]);
  });
});

describe('the reversal of an entry is refused', () => {
  const undo = { date: null };
  const settled = { code: 'charge-is-settled', charge: 2 };
  it.each<[string, LedgerCommand[], LedgerCommand, object]>([
    ['where there is none', [receipt(1n)], undoing(2), { code: 'unknown-entry', position: 2 }],
    [
      'dated before the entry',
      [arrears({}), receipt(1n), closing('2026-03')],
      undoing(2, { date: '2026-02-27' }),
      { code: 'date-before-entry', effectiveOn: '2026-02-28' },
    ],
    [
      'in a closed period',
      [arrears({}), receipt(1n), closing('2026-03')],
      undoing(2),
      { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' },
    ],
    [
      'in the opening month after a close',
      [arrears({}), closing('2026-03')],
      undoing(2, undo),
      { code: 'opening-closed', closedThrough: '2026-03' },
    ],
    ['of a charge that money settles', [arrears({}), receipt(1n)], undoing(2), settled],
    ['of a charge that a prepayment settles', [arrears({}), prepaid(1n), application()], undoing(2), settled],
    ['of a charge written off in part', [arrears({}), writeOff(2, 1n)], undoing(2), settled],
    [
      'of a deposit refunded in part',
      [openingDeposit(2n), refund(1n)],
      undoing(2),
      { code: 'deposit-is-refunded', receiptNo: 'YJ1' },
    ],
    [
      'of a prepayment spent in part',
      [prepaid(100n), arrears({ amount: 40n }), application()],
      undoing(2),
      { code: 'prepayment-is-spent', left: '0.60' },
    ],
  ])('%s', (_, commands, command, rejection) => {
    expect(given(opened, ...commands).refusal(command)).toEqual(rejection);
  });

  it('of a charge before prepayments no longer settled it, but on that day', () => {
    // 77 applied on 03-20, released on 03-27: reversed on 03-19 it would have been paid 77 of nothing until 03-26.
    const history = given(opened, prepaid(77_00n), arrears({ amount: 77_00n }), application(), withdrawal(4));
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-03-27' };
    for (const date of ['2026-03-01', '2026-03-19', '2026-03-26'])
      expect(history.refusal(undoing(3, { date }))).toEqual(rejection);
    expect(history.when(undoing(3, { date: '2026-03-27' })).accepted).toBe(true);
  });

  it('of a charge on any day, when what was applied was released on the same', () => {
    const released = withdrawal(4, { date: '2026-03-20' });
    const history = given(opened, prepaid(77_00n), arrears({ amount: 77_00n }), application(), released);
    expect(history.when(undoing(3, { date: '2026-03-19' })).accepted).toBe(true);
  });

  it('no longer when what settled the charge was reversed', () => {
    const history = given(opened, arrears({}), receipt(1n), reversal(), writeOff(2, 1n), undoing(5));
    expect(history.when(undoing(2)).accepted).toBe(true);
  });
});
