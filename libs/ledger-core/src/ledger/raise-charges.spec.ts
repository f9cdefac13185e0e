import type { LedgerCommand, NewCharge, RaiseCharges } from './commands';
import { arrears, byHand, closing, monthly, newCharge, opened, receipt, undoing } from '../../testing/commands';
import { given } from '../../testing/given';

const standard: LedgerCommand = {
  type: 'DefineStandard',
  standard: {
    standard: 'S1',
    name: '物业费',
    item: '物业费',
    method: '固定金额',
    dueDay: 10,
    rounding: '分',
    priority: 1,
    prices: [{ price: '30', from: '2020-01-01', to: null }],
  },
};
const binding: LedgerCommand = {
  type: 'MakeBinding',
  binding: { binding: 'B1', resource: 'R1', standard: 'S1', from: '2020-01-01', to: null },
};
const chunk = (
  charges: readonly Partial<NewCharge>[],
  computedFrom: { standards: Record<string, number>; bindings: Record<string, number> } = {
    standards: {},
    bindings: {},
  },
): LedgerCommand => ({
  type: 'RaiseCharges',
  origin: 'run',
  period: '2026-03',
  effectiveOn: '2026-03-01',
  computedFrom: {
    standards: new Map(Object.entries(computedFrom.standards)),
    bindings: new Map(Object.entries(computedFrom.bindings)),
  },
  charges: charges.map((charge) => newCharge({ binding: 'B1', standard: 'S1', ...charge })),
});
const days = (from: number, to: number) => ({
  from: `2026-03-${from.toString().padStart(2, '0')}`,
  to: `2026-03-${to.toString().padStart(2, '0')}`,
});

describe('charges of a run', () => {
  it('are one event each, in the order given, in the period of the run', () => {
    const command = chunk([days(1, 10), { ...days(11, 31), customer: 'K2', amount: 61_27n }]);
    const basis = { method: '历史欠费' };
    expect(given(opened).when(command)).toEqual({
      accepted: true,
      events: [
        expect.objectContaining({ type: 'charge.raised' }),
        {
          type: 'charge.raised',
          effectiveDate: '2026-03-01',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            origin: 'run',
            resource: 'R1',
            customer: 'K2',
            item: '物业费',
            from: '2026-03-11',
            to: '2026-03-31',
            dueOn: '2026-02-10',
            priority: 1,
            amount: '61.27',
            net: '61.27',
            taxRate: '0',
            tax: '0.00',
            standard: 'S1',
            binding: 'B1',
            basis,
            lines: [
              { account: 'receivable', amount: '61.27', item: '物业费', resource: 'R1', customer: 'K2', charge: 3 },
              { account: 'income', amount: '-61.27', item: '物业费', resource: 'R1', customer: 'K2' },
            ],
          },
        },
      ],
    });
  });

  it('may be none', () => {
    expect(given(opened).events(chunk([]))).toEqual([]);
  });

  it('never cover a day twice for one binding, until the charge that stands is reversed', () => {
    const history = given(opened, chunk([days(1, 10)]));
    expect(history.refusal(chunk([days(10, 20)]))).toEqual({ code: 'charge-overlaps', binding: 'B1', charge: 2 });
    expect(history.when(chunk([days(11, 20), { ...days(1, 10), binding: 'B2' }])).accepted).toBe(true);
    expect(history.refusal(chunk([days(11, 20), days(20, 21)]))).toEqual({
      code: 'charge-overlaps',
      binding: 'B1',
      charge: null,
    });
    const freed = given(opened, chunk([days(1, 10)]), undoing(2));
    expect(freed.when(chunk([days(1, 31)])).accepted).toBe(true);
  });

  it('are refused when a standard or binding has changed since they were computed', () => {
    const commands = [opened, standard, binding] as const;
    const stands = { standards: { S1: 2 }, bindings: { B1: 3 } };
    expect(given(...commands).when(chunk([{}], stands)).accepted).toBe(true);
    const repriced = given(...commands, {
      type: 'AddPrice',
      standard: 'S1',
      price: { price: '31', from: '2026-03-01', to: null },
    });
    expect(repriced.refusal(chunk([{}], stands))).toEqual({ code: 'inputs-changed', standard: 'S1', binding: null });
    const ended = given(...commands, { type: 'EndBinding', binding: 'B1', lastDay: '2026-03-10' });
    expect(ended.refusal(chunk([{}], stands))).toEqual({ code: 'inputs-changed', standard: null, binding: 'B1' });
    const withdrawn = given(...commands, { type: 'WithdrawBinding', binding: 'B1' });
    expect(withdrawn.refusal(chunk([{}], stands))).toMatchObject({ code: 'inputs-changed' });
    expect(withdrawn.refusal(chunk([{}], { standards: {}, bindings: { B1: 4 } }))).toMatchObject({
      code: 'inputs-changed',
    });
    expect(given(opened).refusal(chunk([{}], stands))).toMatchObject({ code: 'inputs-changed' });
  });
});

describe('opening arrears', () => {
  it('belong to the month before the first period and are booked against opening', () => {
    expect(given(opened).events(arrears({ amount: 7_00n }))).toMatchObject([
      {
        effectiveDate: '2026-02-28',
        accountingPeriod: '2026-02',
        body: {
          origin: 'opening',
          lines: [
            { account: 'receivable', amount: '7.00' },
            { account: 'opening', amount: '-7.00' },
          ],
        },
      },
    ]);
  });
});

describe('a charge by hand', () => {
  const manual = (date: string, posting: 'own' | 'first-open' = 'own'): LedgerCommand => byHand({}, { date, posting });

  it('belongs to the month of its date, or to the first open period', () => {
    const history = given(opened, closing('2026-03'));
    expect(history.events(manual('2026-04-15'))).toMatchObject([
      { effectiveDate: '2026-04-15', accountingPeriod: '2026-04' },
    ]);
    expect(history.events(manual('2026-03-15', 'first-open'))).toMatchObject([
      { effectiveDate: '2026-03-15', accountingPeriod: '2026-04' },
    ]);
    expect(history.refusal(manual('2026-03-15'))).toMatchObject({ code: 'period-closed' });
  });

  it.each([
    ['0.06', 106_00n, '100.00', '6.00'],
    ['0.06', 100_00n, '94.34', '5.66'],
    ['0.13', 1n, '0.01', '0.00'],
    ['0.030', 100_00n, '97.09', '2.91'],
    ['0.005', 2_01n, '2.00', '0.01'],
    ['0', 100_00n, '100.00', '0.00'],
  ])('at %s includes its tax: %s fen are %s and %s', (taxRate, amount, net, tax) => {
    const [event] = given(opened).events(byHand({ amount }, { taxRate }));
    expect(event?.body).toMatchObject({ net, tax });
    expect(event?.body).not.toHaveProperty('forOthers');
  });

  it('credits income with the net and output tax with the tax, and back when it is reversed', () => {
    const history = given(opened, byHand({ amount: 106_00n }, { taxRate: '0.060' }));
    const of = { item: '物业费', resource: 'R1', customer: 'K1' };
    expect(history.log.at(-1)?.body).toMatchObject({
      amount: '106.00',
      taxRate: '0.06',
      lines: [
        { account: 'receivable', amount: '106.00', ...of, charge: 2 },
        { account: 'income', amount: '-100.00', ...of },
        { account: 'output-tax', amount: '-6.00', ...of },
      ],
    });
    expect(history.events(undoing(2))).toMatchObject([
      {
        body: {
          lines: [
            { account: 'receivable', amount: '-106.00', ...of, charge: 2 },
            { account: 'income', amount: '100.00', ...of },
            { account: 'output-tax', amount: '6.00', ...of },
          ],
        },
      },
    ]);
  });

  it('for others is owed to them, and no income', () => {
    const history = given(opened, byHand({ amount: 50_00n, item: '水费' }, { forOthers: true }));
    expect(history.log.at(-1)?.body).toMatchObject({
      forOthers: true,
      lines: [
        { account: 'receivable', amount: '50.00', item: '水费', charge: 2 },
        { account: 'agency-payable', amount: '-50.00', item: '水费' },
      ],
    });
    expect(history.events(undoing(2))).toMatchObject([
      { body: { lines: [{ account: 'receivable' }, { account: 'agency-payable', amount: '50.00' }] } },
    ]);
  });

  it.each([
    [{ taxRate: '1' }, { code: 'tax-rate-out-of-range', taxRate: '1' }],
    [{ taxRate: '-0.06' }, { code: 'tax-rate-out-of-range', taxRate: '-0.06' }],
    [{ taxRate: '0.06', forOthers: true }, { code: 'agency-bears-no-tax' }],
  ])('is refused with %j', (over, rejection) => {
    expect(given(opened).refusal(byHand({}, over))).toEqual(rejection);
  });
});

describe('charges are refused, all of them', () => {
  const closed = given(opened, chunk([days(1, 10)]), closing('2026-03'));
  const history = given(opened, chunk([days(1, 10)]));
  const wrong = { ...days(10, 1), amount: 0n };
  it.each([
    ['a closed period', closed, chunk([wrong]), { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }],
    ['an opening after a close', closed, arrears(wrong), { code: 'opening-closed', closedThrough: '2026-03' }],
    [
      'a period before the first',
      closed,
      monthly('2026-02', wrong),
      { code: 'before-first-period', period: '2026-02', firstPeriod: '2026-03' },
    ],
    ['nothing to pay', history, chunk([{}, wrong]), { code: 'amount-not-positive' }],
    ['an end before its start', history, chunk([{}, { ...wrong, amount: 1n }]), { code: 'range-reversed' }],
    [
      'a changed input',
      history,
      chunk([days(1, 2)], { standards: { S1: 2 }, bindings: {} }),
      { code: 'inputs-changed', standard: 'S1', binding: null },
    ],
    ['a day charged already', history, chunk([days(1, 2)]), { code: 'charge-overlaps', binding: 'B1', charge: 2 }],
  ])('for %s', (_, book, command, rejection) => {
    expect(book.refusal(command)).toEqual(rejection);
  });

  it('and a settled charge keeps its days', () => {
    const paid = given(opened, chunk([days(1, 10)]), receipt(100_00n));
    expect(paid.refusal(chunk([days(5, 5)]))).toMatchObject({ code: 'charge-overlaps' });
  });
});

describe('the shares of a pool', () => {
  const shared = {
    pool: 'TD',
    period: '2026-03',
    amount: '1.00',
    sharing: '户数',
    amountAt: 9,
    participants: [{ resource: 'R1', customer: 'K1', weight: '1', amount: '1.00' }],
  } as const;
  const share = { shared: 0, amount: '1.00', weight: '1', total: '1', extra: false };
  const raise = {
    ...(monthly('2026-03', {
      binding: 'B1',
      amount: 1_00n,
      subject: { pool: 'TD' },
      basis: { method: '公摊', share },
    }) as Extract<RaiseCharges, { origin: 'run' }>),
    shared,
  };

  it('come after how it was shared, and name its place', () => {
    expect(given(opened).events(raise)).toMatchObject([
      { type: 'pool.shared', body: shared, accountingPeriod: null },
      {
        type: 'charge.raised',
        body: { subject: { pool: 'TD' }, basis: { share: { shared: 2 } }, lines: [{ charge: 3 }, {}] },
      },
    ]);
  });

  it('may stand beside those of another pool or meter of the binding, and stand once', () => {
    const other = monthly('2026-03', { binding: 'B1', subject: { meter: 'TD' } });
    expect(given(opened, raise).when(other)).toMatchObject({ accepted: true });
    expect(given(opened, raise).refusal(raise)).toEqual({ code: 'charge-overlaps', binding: 'B1', charge: 3 });
  });
});

describe('late fees', () => {
  const fee = (amount: bigint, before: string, charge = 2): LedgerCommand => ({
    type: 'RaiseCharges',
    origin: 'late-fee',
    asOf: '2026-03-31',
    standards: new Map(),
    charges: [
      newCharge({
        item: '违约金',
        amount,
        subject: { charge },
        basis: {
          method: '违约金',
          late: { dailyRate: '0.5', graceDays: 0, capPercent: null, amount: '100.00', segments: [], before },
        },
      }),
    ],
  });

  it('are income of their own, on the day up to which they count', () => {
    expect(given(opened, monthly('2026-03', {})).events(fee(50n, '0.00'))).toMatchObject([
      {
        type: 'charge.raised',
        effectiveDate: '2026-03-31',
        accountingPeriod: '2026-03',
        body: {
          origin: 'late-fee',
          subject: { charge: 2 },
          lines: [
            { account: 'receivable', amount: '0.50', charge: 3 },
            { account: 'late-fee-income', amount: '-0.50' },
          ],
        },
      },
    ]);
  });

  it('are computed again when others have been raised, reversed, or the charge is', () => {
    const changed = { code: 'inputs-changed', standard: null, binding: null };
    const charged = monthly('2026-03', {});
    expect(given(opened, charged, fee(50n, '0.00')).refusal(fee(50n, '0.00'))).toEqual(changed);
    expect(given(opened, charged, fee(50n, '0.00')).when(fee(20n, '0.50'))).toMatchObject({ accepted: true });
    expect(given(opened, charged, fee(50n, '0.00'), undoing(3)).when(fee(70n, '0.00'))).toMatchObject({
      accepted: true,
    });
    expect(given(opened, charged, undoing(2)).refusal(fee(50n, '0.00'))).toEqual(changed);
    expect(given(opened, charged).refusal(fee(50n, '0.00', 9))).toEqual(changed);
    const one = fee(50n, '0.00') as RaiseCharges;
    expect(given(opened, charged).refusal({ ...one, charges: [...one.charges, ...one.charges] })).toEqual(changed);
  });

  it('are reversed as other charges are', () => {
    const reversed = given(opened, monthly('2026-03', {}), fee(50n, '0.00')).events(undoing(3));
    expect(reversed).toMatchObject([
      { body: { of: 'charge.raised', lines: [{ amount: '-0.50' }, { account: 'late-fee-income' }] } },
    ]);
  });

  it('stay out of a closed period', () => {
    const closed = given(opened, monthly('2026-03', {}), {
      type: 'ClosePeriod',
      period: '2026-03',
      trialBalance: [],
      trialBalanceHash: '0'.repeat(64),
    });
    expect(closed.refusal(fee(50n, '0.00'))).toMatchObject({ code: 'period-closed' });
  });
});
