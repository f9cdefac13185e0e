import { application, arrears, closing, monthly, opened, prepaid, receipt, reversal } from '../../testing/commands';
import { given } from '../../testing/given';

const balances = (history: ReturnType<typeof given>) =>
  [...history.book().balances.values()].map(({ tie, balance }) => [tie, balance]);
const charges = (history: ReturnType<typeof given>) =>
  [...history.book().charges.values()].map(({ cash, applied }) => [cash, applied]);

describe('the reversal of a receipt', () => {
  it('is its mirror, on its own date: settlements and prepayment are taken back', () => {
    const history = given(opened, arrears({ amount: 60_00n }), receipt(100_00n));
    expect(history.when(reversal())).toEqual({
      accepted: true,
      events: [
        {
          type: 'receipt.reversed',
          effectiveDate: '2026-03-31',
          accountingPeriod: '2026-03',
          reversesPosition: 3,
          body: {
            receiptNo: 'SJ1',
            customer: 'K1',
            lines: [
              { account: 'channel-clearing', amount: '-100.00', channel: '微信' },
              { account: 'unapplied', amount: '100.00', customer: 'K1', tie: null },
              { account: 'unapplied', amount: '-60.00', customer: 'K1', tie: null },
              { account: 'receivable', amount: '60.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
            ],
          },
        },
      ],
    });
    const after = given(opened, arrears({ amount: 60_00n }), receipt(100_00n), reversal());
    expect([charges(after), balances(after)]).toEqual([[[0n, 0n]], [[null, 0n]]]);
    expect(after.book().receipts.get('SJ1')?.reversedBy).toBe(4);
  });

  it('releases nothing while enough of the balance is left, wherever it came from', () => {
    const history = given(opened, prepaid(50_00n), arrears({ amount: 50_00n }), receipt(50_00n), application());
    expect(history.events(reversal()).map(({ type }) => type)).toEqual(['receipt.reversed']);
  });

  it('releases the latest applications first, and of the last one only what is missing', () => {
    const history = given(
      opened,
      receipt(100_00n, { customer: 'K1' }),
      arrears({ amount: 40_00n }),
      application(),
      monthly('2026-03', { amount: 25_00n, item: '垃圾费' }, { amount: 30_00n, item: '物业费' }),
      application('2026-03', '2026-03-25'),
    );
    // Balance 5 of 100; 95 are missing: all of 7/1 (30) and 7/0 (25), then all 40 of 4/0.
    expect(history.events(reversal())).toMatchObject([
      {
        type: 'prepayment.released',
        effectiveDate: '2026-03-31',
        accountingPeriod: '2026-03',
        reversesPosition: null,
        body: {
          customer: 'K1',
          releases: [
            { application: 7, index: 1, charge: 6, amount: '30.00', tie: null },
            { application: 7, index: 0, charge: 5, amount: '25.00', tie: null },
            { application: 4, index: 0, charge: 3, amount: '40.00', tie: null },
          ],
        },
      },
      { type: 'receipt.reversed', reversesPosition: 2, effectiveDate: '2026-03-31' },
    ]);
  });

  it('releases a part of an application where the rest was paid by other money', () => {
    const commands = [
      opened,
      prepaid(30_00n),
      receipt(50_00n),
      arrears({ amount: 70_00n }),
      application(),
      reversal(),
    ] as const;
    const history = given(...commands);
    expect(history.log.at(-2)).toMatchObject({
      type: 'prepayment.released',
      body: {
        releases: [{ application: 5, index: 0, charge: 4, amount: '40.00', tie: null }],
        lines: [
          { account: 'unapplied', amount: '-40.00', customer: 'K1', tie: null },
          { account: 'receivable', amount: '40.00', charge: 4 },
        ],
      },
    });
    expect([charges(history), balances(history)]).toEqual([[[0n, 30_00n]], [[null, 0n]]]);
    expect([...history.book().applications.values()].flat()).toMatchObject([{ amount: 70_00n, released: 40_00n }]);
  });

  it('releases no application before the day on which it was applied, unless it is undone as if it had never been', () => {
    // 100 prepaid on 03-05, 80 of it applied on 03-20.
    const history = given(opened, receipt(100_00n), arrears({ amount: 80_00n }), application());
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-03-20' };
    expect(history.refusal(reversal({ date: '2026-03-19' }))).toEqual(rejection);
    expect(history.when(reversal({ date: '2026-03-20' })).accepted).toBe(true);
    expect(history.when(reversal({ date: null })).accepted).toBe(true);
  });

  it('does not release twice what an earlier reversal released', () => {
    const history = given(
      opened,
      receipt(50_00n),
      receipt(50_00n, { receiptNo: 'SJ2' }),
      arrears({ amount: 100_00n }),
      application(),
      reversal(),
      reversal({ receiptNo: 'SJ2' }),
    );
    expect([charges(history), balances(history)]).toEqual([[[0n, 0n]], [[null, 0n]]]);
  });

  it('touches only the balance that the receipt went to', () => {
    const history = given(
      opened,
      receipt(50_00n, { resource: 'R1' }),
      prepaid(50_00n),
      arrears({ resource: 'R1', amount: 50_00n }, { resource: 'R2', amount: 50_00n }),
      application(),
      reversal(),
    );
    expect(charges(history)).toEqual([
      [0n, 0n],
      [0n, 50_00n],
    ]);
  });

  it('may be dated on the day of the receipt', () => {
    expect(given(opened, receipt(1_00n)).when(reversal({ date: '2026-03-05' })).accepted).toBe(true);
  });

  it('without a date undoes the receipt on its own date and in its own period', () => {
    expect(given(opened, receipt(1_00n)).events(reversal({ date: null }))).toMatchObject([
      { effectiveDate: '2026-03-05', accountingPeriod: '2026-03' },
    ]);
  });

  it('posts into the first open period where its month is closed and the caller asks so', () => {
    const history = given(opened, receipt(1_00n), closing('2026-03'));
    expect(history.events(reversal({ posting: 'first-open' }))).toMatchObject([
      { effectiveDate: '2026-03-31', accountingPeriod: '2026-04' },
    ]);
  });
});

describe('the reversal of a receipt is refused', () => {
  it.each([
    [given(opened), reversal(), { code: 'unknown-receipt', receiptNo: 'SJ1' }],
    [
      given(opened, receipt(1_00n), reversal(), closing('2026-03')),
      reversal({ date: '2026-03-01' }),
      { code: 'already-reversed', position: 2, reversedBy: 3 },
    ],
    [
      given(opened, receipt(1_00n), closing('2026-03')),
      reversal({ date: '2026-03-04' }),
      { code: 'date-before-entry', effectiveOn: '2026-03-05' },
    ],
    [
      given(opened, receipt(1_00n), closing('2026-03')),
      reversal(),
      { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' },
    ],
    [
      given(opened, receipt(1_00n), closing('2026-03')),
      reversal({ date: null, posting: 'first-open' }),
      { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' },
    ],
  ])('%#', (history, command, rejection) => {
    expect(history.refusal(command)).toEqual(rejection);
  });
});
