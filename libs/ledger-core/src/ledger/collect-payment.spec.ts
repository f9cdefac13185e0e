import { application, arrears, closing, monthly, opened, prepaid, receipt, reversal } from '../../testing/commands';
import { given, linesOf } from '../../testing/given';

const settlementsOf = (...[history, command]: [ReturnType<typeof given>, ReturnType<typeof receipt>]) =>
  history.events(command).map(({ body }) => ('settlements' in body ? [body.settlements, body.prepaid] : null))[0];

describe('a receipt', () => {
  it('is one event: the document, what it settles, what is left over, and what it books', () => {
    // Positions: 1 the book, 2 the charge; this receipt will be 3.
    expect(given(opened, arrears({ amount: 60_00n })).when(receipt(100_00n))).toEqual({
      accepted: true,
      events: [
        {
          type: 'receipt.taken',
          effectiveDate: '2026-03-05',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            receiptNo: 'SJ1',
            customer: 'K1',
            resource: null,
            item: null,
            amount: '100.00',
            tenders: [{ method: '微信', amount: '100.00', reference: null }],
            settlements: [{ charge: 2, amount: '60.00' }],
            prepaid: '40.00',
            lines: [
              { account: 'channel-clearing', amount: '100.00', channel: '微信' },
              { account: 'unapplied', amount: '-100.00', customer: 'K1', tie: null },
              { account: 'unapplied', amount: '60.00', customer: 'K1', tie: null },
              { account: 'receivable', amount: '-60.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
            ],
          },
        },
      ],
    });
  });

  it('settles in settlement order, whatever the due date, until it is used up', () => {
    const history = given(
      opened,
      monthly('2026-09', { amount: 30_00n }),
      arrears({ amount: 50_00n }, { amount: 20_00n, dueOn: '2025-12-10' }),
    );
    expect(settlementsOf(history, receipt(80_00n))).toEqual([
      [
        { charge: 4, amount: '20.00' },
        { charge: 3, amount: '50.00' },
        { charge: 2, amount: '10.00' },
      ],
      '0.00',
    ]);
  });

  it('leaves settled charges and those of other customers alone', () => {
    const history = given(
      opened,
      arrears({ customer: 'K2' }, { amount: 10_00n }),
      receipt(10_00n, { receiptNo: 'SJ0' }),
    );
    expect(settlementsOf(history, receipt(5_00n))).toEqual([[], '5.00']);
  });

  it('settles only charges of its resource and its item where given, and ties what is left to the resource', () => {
    const history = given(
      opened,
      arrears({ item: '垃圾费', amount: 1_00n }, { amount: 2_00n }, { resource: 'R2', item: '垃圾费', amount: 4_00n }),
    );
    expect(settlementsOf(history, receipt(9_00n, { resource: 'R1', item: '垃圾费' }))).toEqual([
      [{ charge: 2, amount: '1.00' }],
      '8.00',
    ]);
    expect(settlementsOf(history, receipt(9_00n, { item: '垃圾费' }))?.[0]).toHaveLength(2);
    const [event] = history.events(receipt(9_00n, { resource: 'R1' }));
    expect(event?.body).toMatchObject({ settlements: [{ charge: 2 }, { charge: 3 }], prepaid: '6.00' });
    expect(event && linesOf(event)).toContainEqual({
      account: 'unapplied',
      amount: '-9.00',
      customer: 'K1',
      tie: 'R1',
    });

    const { balances } = given(opened, receipt(9_00n, { resource: 'R1' }), receipt(1_00n, { receiptNo: 'SJ2' })).book();
    expect([...balances.values()]).toEqual([
      { customer: 'K1', tie: 'R1', balance: 9_00n },
      { customer: 'K1', tie: null, balance: 1_00n },
    ]);
  });

  it('spends no prepayment of the customer', () => {
    expect(settlementsOf(given(opened, arrears({}), prepaid(500_00n)), receipt(30_00n))).toEqual([
      [{ charge: 2, amount: '30.00' }],
      '0.00',
    ]);
  });

  it('books each tender to its channel', () => {
    const tenders = [
      { method: '现金', amount: 30_00n, reference: null },
      { method: '微信', amount: 70_00n, reference: 'T-1' },
    ];
    const [event] = given(opened).events(receipt(0n, { tenders, amount: 100_00n }));
    expect(event?.body).toMatchObject({
      amount: '100.00',
      tenders: [
        { method: '现金', amount: '30.00', reference: null },
        { method: '微信', amount: '70.00', reference: 'T-1' },
      ],
      lines: [
        { account: 'channel-clearing', amount: '30.00', channel: '现金' },
        { account: 'channel-clearing', amount: '70.00', channel: '微信' },
        { account: 'unapplied', amount: '-100.00' },
      ],
    });
  });

  it('posts into the first open period where its month is closed and the caller asks so; the date is kept', () => {
    const history = given(opened, closing('2026-03'));
    expect(history.events(receipt(1_00n, { posting: 'first-open' }))).toMatchObject([
      { effectiveDate: '2026-03-05', accountingPeriod: '2026-04' },
    ]);
  });
});

describe('a receipt is refused', () => {
  const history = given(
    opened,
    closing('2026-03'),
    receipt(5_00n, { date: '2026-04-05', tenders: [{ method: '微信', amount: 5_00n, reference: 'T-1' }] }),
  );
  // One fault after the other is repaired, so that the next one shows: this is the order of the checks.
  const taken = [{ method: '微信', amount: 1_00n, reference: 'T-1' }];
  const wrong = receipt(0n, { amount: 7_00n, tenders: [...taken, { method: '现金', amount: 0n, reference: null }] });
  it.each([
    [{ code: 'receipt-number-taken', receiptNo: 'SJ1' }, wrong],
    [{ code: 'amount-not-positive' }, { ...wrong, receiptNo: 'SJ2' }],
    [
      { code: 'tenders-do-not-add-up', amount: '7.00', tenders: '1.00' },
      { ...wrong, receiptNo: 'SJ2', tenders: taken },
    ],
    [
      { code: 'transaction-taken', receiptNo: 'SJ1' },
      { ...wrong, receiptNo: 'SJ2', tenders: taken, amount: 1_00n },
    ],
    [{ code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }, receipt(1_00n, { receiptNo: 'SJ2' })],
    [
      { code: 'before-first-period', period: '2026-02', firstPeriod: '2026-03' },
      receipt(1_00n, { receiptNo: 'SJ2', date: '2026-02-28' }),
    ],
    [{ code: 'amount-not-positive' }, receipt(0n, { receiptNo: 'SJ2', tenders: [] })],
    [{ code: 'amount-not-positive' }, receipt(-1n, { receiptNo: 'SJ2' })],
  ])('%j', (rejection, command) => {
    expect(history.refusal(command)).toEqual(rejection);
  });

  it('when it names one channel transaction twice', () => {
    const tender = { method: '微信', amount: 1_00n, reference: 'T-9' };
    const other = { ...tender, method: '支付宝' };
    expect(given(opened).refusal(receipt(0n, { tenders: [tender, tender] }))).toEqual({
      code: 'transaction-taken',
      receiptNo: 'SJ1',
    });
    expect(given(opened).when(receipt(0n, { tenders: [tender, other] })).accepted).toBe(true);
  });

  it('no longer when a reversal has freed its number and its transactions', () => {
    const tenders = [{ method: '微信', amount: 5_00n, reference: 'T-1' }];
    const again = given(opened, receipt(0n, { tenders }), reversal(), receipt(0n, { tenders }));
    expect(again.refusal(receipt(1_00n))).toEqual({ code: 'receipt-number-taken', receiptNo: 'SJ1' });
    expect(again.book().receipts.get('SJ1')?.position).toBe(4);
  });

  it('when the book is not open', () => {
    for (const command of [receipt(1_00n), reversal(), application(), arrears({})])
      expect(given().refusal(command)).toEqual({ code: 'book-not-open' });
  });
});
