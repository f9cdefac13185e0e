import { arrears, monthly, opened, receipt, reversal, transfer, undoing } from '../../testing/commands';
import { given } from '../../testing/given';
import type { LedgerCommand } from './commands';
import { openOf } from './state';

describe('a change of owner', () => {
  const owed = [
    opened,
    arrears({ amount: 60_00n }, { amount: 30_00n, resource: 'R2' }),
    receipt(20_00n, { resource: 'R1' }),
    monthly('2026-03', { amount: 10_00n, standard: 'S1' }),
    monthly('2026-04', { amount: 11_00n }),
  ] as const;
  const openCharges = (...commands: readonly LedgerCommand[]) =>
    [
      ...given(...commands)
        .book()
        .charges.values(),
    ].map((charge) => [charge.customer, openOf(charge)]);

  it('moves what is open of the resource, charge by charge, and leaves what takes effect later', () => {
    const events = given(...owed).events(transfer());
    expect(events).toMatchObject([
      { type: 'charge.transferred', body: { charge: 2, amount: '40.00', period: '2026-02', dueOn: '2026-02-10' } },
      { type: 'charge.transferred', body: { charge: 5, amount: '10.00', period: '2026-03', standard: 'S1' } },
    ]);
    expect(events[0]).toEqual({
      type: 'charge.transferred',
      effectiveDate: '2026-03-15',
      accountingPeriod: '2026-03',
      reversesPosition: null,
      body: {
        charge: 2,
        resource: 'R1',
        customer: 'K2',
        item: '物业费',
        from: '2026-02-01',
        to: '2026-02-28',
        dueOn: '2026-02-10',
        priority: 1,
        amount: '40.00',
        standard: null,
        period: '2026-02',
        lines: [
          { account: 'receivable', amount: '40.00', item: '物业费', resource: 'R1', customer: 'K2', charge: 7 },
          { account: 'receivable', amount: '-40.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
        ],
      },
    });
    expect(openCharges(...owed, transfer())).toEqual([
      ['K1', 0n],
      ['K1', 30_00n],
      ['K1', 0n],
      ['K1', 11_00n],
      ['K2', 40_00n],
      ['K2', 10_00n],
    ]);
  });

  it('lets the new customer pay it, and a reversed receipt of the former one be owed by him', () => {
    const paid = receipt(45_00n, { receiptNo: 'SJ2', customer: 'K2', date: '2026-03-20' });
    expect(openCharges(...owed, transfer(), paid, reversal()).map(([, open]) => open)).toEqual([
      20_00n,
      30_00n,
      0n,
      11_00n,
      0n,
      5_00n,
    ]);
  });

  it('is reversed charge by charge while nothing settles it, or transferred back', () => {
    const history = given(...owed, transfer());
    expect(history.events(undoing(7))).toMatchObject([
      {
        type: 'entry.reversed',
        reversesPosition: 7,
        body: { of: 'charge.transferred', lines: [{ amount: '-40.00' }, { amount: '40.00' }] },
      },
    ]);
    expect(openCharges(...owed, transfer(), undoing(7), undoing(8))).toEqual([
      ...openCharges(...owed),
      ['K2', 0n],
      ['K2', 0n],
    ]);
    const back = transfer({ customer: 'K2', to: 'K1', date: '2026-03-16' });
    const after = given(...owed, transfer(), back);
    expect(after.events(back)).toEqual([]);
    expect(after.refusal(undoing(7))).toEqual({ code: 'charge-is-settled', charge: 7 });
  });

  it('is refused to the same customer, and in a period that is not open', () => {
    expect(given(...owed).refusal(transfer({ to: 'K1' }))).toEqual({ code: 'same-customer', customer: 'K1' });
    expect(given(...owed).refusal(transfer({ date: '2026-02-28' }))).toMatchObject({ code: 'before-first-period' });
  });
});
