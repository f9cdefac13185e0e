import type { LedgerCommand } from './commands';
import { closing, forfeiture, opened, openingDeposit, receipt, refund, undoing } from '../../testing/commands';
import { given } from '../../testing/given';

const received = (date: string, over: { receiptNo?: string; amount?: bigint } = {}): LedgerCommand => ({
  type: 'ReceiveDeposit',
  origin: 'receipt',
  receiptNo: 'YJ1',
  resource: 'R1',
  customer: 'K1',
  kind: '装修押金',
  date,
  amount: 3000_00n,
  method: '现金',
  posting: 'own',
  ...over,
});

describe('a deposit', () => {
  it('brought in keeps its own date, and belongs to the month before the first period', () => {
    expect(given(opened).when(openingDeposit(3000_00n))).toEqual({
      accepted: true,
      events: [
        {
          type: 'deposit.received',
          effectiveDate: '2024-05-20',
          accountingPeriod: '2026-02',
          reversesPosition: null,
          body: {
            origin: 'opening',
            receiptNo: 'YJ1',
            resource: 'R1',
            customer: 'K1',
            kind: '装修押金',
            amount: '3000.00',
            method: null,
            lines: [
              { account: 'opening', amount: '3000.00', customer: 'K1', resource: 'R1' },
              { account: 'deposit-held', amount: '-3000.00', customer: 'K1', resource: 'R1', deposit: 'YJ1' },
            ],
          },
        },
      ],
    });
  });

  it('received belongs to the month of its date and comes in by its channel', () => {
    expect(given(opened).events(received('2026-03-08'))).toMatchObject([
      {
        effectiveDate: '2026-03-08',
        accountingPeriod: '2026-03',
        body: {
          origin: 'receipt',
          method: '现金',
          lines: [
            { account: 'channel-clearing', amount: '3000.00', channel: '现金' },
            { account: 'deposit-held', amount: '-3000.00', deposit: 'YJ1' },
          ],
        },
      },
    ]);
  });

  it('does not share its numbers with receipts', () => {
    expect(given(opened, receipt(1n, { receiptNo: 'YJ1' })).when(received('2026-03-08')).accepted).toBe(true);
  });

  const closed = given(opened, openingDeposit(1n), closing('2026-03'));
  it.each([
    [received('2026-03-08', { amount: 0n }), { code: 'receipt-number-taken', receiptNo: 'YJ1' }],
    [received('2026-03-08', { receiptNo: 'YJ2', amount: 0n }), { code: 'amount-not-positive' }],
    [
      received('2026-03-08', { receiptNo: 'YJ2' }),
      { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' },
    ],
    [
      received('2026-02-08', { receiptNo: 'YJ2' }),
      { code: 'before-first-period', period: '2026-02', firstPeriod: '2026-03' },
    ],
    [openingDeposit(1n, 'YJ2'), { code: 'opening-closed', closedThrough: '2026-03' }],
  ])('is refused %#', (command, rejection) => {
    expect(closed.refusal(command)).toEqual(rejection);
  });

  it('frees its number when it is reversed', () => {
    const history = given(opened, openingDeposit(1n), undoing(2), received('2026-03-08'), refund(10_00n));
    expect(history.book().deposits.get('YJ1')).toMatchObject({ position: 4, refunded: 10_00n });
  });
});

describe('a refund', () => {
  it('is paid out of what is held, in parts', () => {
    const history = given(opened, openingDeposit(3000_00n), refund(1000_00n));
    expect(history.when(refund(2000_00n))).toEqual({
      accepted: true,
      events: [
        {
          type: 'deposit.refunded',
          effectiveDate: '2026-03-31',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            receiptNo: 'YJ1',
            amount: '2000.00',
            method: '银行转账',
            lines: [
              { account: 'deposit-held', amount: '2000.00', customer: 'K1', resource: 'R1', deposit: 'YJ1' },
              { account: 'channel-clearing', amount: '-2000.00', channel: '银行转账' },
            ],
          },
        },
      ],
    });
  });

  const history = given(opened, received('2026-03-08'), refund(1_00n), closing('2026-03'));
  it.each([
    [refund(0n, { receiptNo: 'YJ9' }), { code: 'unknown-deposit', receiptNo: 'YJ9' }],
    [refund(0n, { date: '2026-03-01' }), { code: 'amount-not-positive' }],
    [refund(3000_00n, { date: '2026-03-07' }), { code: 'date-before-entry', effectiveOn: '2026-03-08' }],
    [refund(3000_00n), { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }],
    [refund(2999_01n, { posting: 'first-open' }), { code: 'exceeds-deposit', receiptNo: 'YJ1', held: '2999.00' }],
  ])('is refused %#', (command, rejection) => {
    expect(history.refusal(command)).toEqual(rejection);
  });

  it('is refused for a deposit that was reversed', () => {
    const reversed = given(opened, openingDeposit(1n), undoing(2));
    expect(reversed.refusal(refund(0n))).toEqual({ code: 'already-reversed', position: 2, reversedBy: 3 });
  });

  it('takes only what was held on every day since: what came back later was not there before', () => {
    // Held 3000 from 03-08, 0 from 03-10 to 03-19, 3000 again from 03-20 on.
    const history = given(
      opened,
      received('2026-03-08'),
      refund(3000_00n, { date: '2026-03-10' }),
      undoing(3, { date: '2026-03-20' }),
    );
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-03-20' };
    for (const date of ['2026-03-08', '2026-03-10', '2026-03-19'])
      expect([refund(1n, { date }), forfeiture(1n, { date }), undoing(2, { date })].map(history.refusal)).toEqual([
        rejection,
        rejection,
        rejection,
      ]);
    expect(history.when(refund(3000_00n, { date: '2026-03-20' })).accepted).toBe(true);
    expect(history.when(undoing(2, { date: '2026-03-20' })).accepted).toBe(true);
    expect(history.when(undoing(2, { date: null })).accepted).toBe(true);
  });

  it('is paid beside one of a later day, as long as both were there', () => {
    const history = given(opened, received('2026-03-08'), refund(2000_00n, { date: '2026-03-20' }));
    expect(history.when(refund(1000_00n, { date: '2026-03-09' })).accepted).toBe(true);
  });

  it('may be paid on the day the deposit came in', () => {
    const history = given(opened, received('2026-03-08'));
    expect(history.when(refund(1n, { date: '2026-03-08' })).accepted).toBe(true);
  });

  it('of everything that is held is the last one', () => {
    const emptied = given(opened, openingDeposit(5_00n), refund(5_00n));
    expect(emptied.refusal(refund(1n))).toEqual({ code: 'exceeds-deposit', receiptNo: 'YJ1', held: '0.00' });
  });
});
