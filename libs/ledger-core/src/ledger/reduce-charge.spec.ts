import { arrears, closing, monthly, opened, receipt, reduction, undoing } from '../../testing/commands';
import { given } from '../../testing/given';

describe('a waiver or discount', () => {
  it.each(['waiver', 'discount'] as const)('(%s) takes a part or all of what is open, as discount', (kind) => {
    const history = given(opened, arrears({ amount: 100_00n }), receipt(30_00n));
    expect(history.when(reduction(2, 70_00n, { kind }))).toEqual({
      accepted: true,
      events: [
        {
          type: 'charge.reduced',
          effectiveDate: '2026-03-31',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            kind,
            charge: 2,
            amount: '70.00',
            reasonDigest: 'digest',
            lines: [
              { account: 'discount', amount: '70.00', item: '物业费', resource: 'R1', customer: 'K1' },
              { account: 'receivable', amount: '-70.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
            ],
          },
        },
      ],
    });
  });

  it('leaves the rest to be settled', () => {
    const history = given(opened, arrears({ amount: 100_00n }), reduction(2, 60_00n));
    expect(history.events(receipt(50_00n))).toMatchObject([
      { body: { settlements: [{ charge: 2, amount: '40.00' }], prepaid: '10.00' } },
    ]);
  });

  it('is taken back by its reversal, once', () => {
    const history = given(opened, arrears({ amount: 100_00n }), reduction(2, 60_00n), undoing(3));
    expect(history.log.at(-1)).toMatchObject({
      type: 'entry.reversed',
      reversesPosition: 3,
      body: { of: 'charge.reduced', lines: [{ account: 'discount', amount: '-60.00' }, { amount: '60.00' }] },
    });
    expect(history.book().charges.get(2)).toMatchObject({ reduced: 0n });
    expect(history.refusal(undoing(3))).toEqual({ code: 'already-reversed', position: 3, reversedBy: 4 });
  });

  it('keeps its charge from being reversed', () => {
    const history = given(opened, arrears({}), reduction(2, 1n));
    expect(history.refusal(undoing(2))).toEqual({ code: 'charge-is-settled', charge: 2 });
  });

  it.each(['waiver', 'discount'] as const)('(%s) is not dated before its charge takes effect', (kind) => {
    // Charged on 04-01: let go on 03-31, −100.00 of it would be open at the end of March.
    const history = given(opened, monthly('2026-04', {}));
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-04-01' };
    expect(history.refusal(reduction(2, 100_00n, { kind, date: '2026-03-31' }))).toEqual(rejection);
    expect(history.when(reduction(2, 100_00n, { kind, date: '2026-04-01' })).accepted).toBe(true);
  });

  it('keeps its date when it comes too late for its period', () => {
    const history = given(opened, arrears({}), closing('2026-03'));
    expect(history.events(reduction(2, 1n, { posting: 'first-open' }))).toMatchObject([
      { effectiveDate: '2026-03-31', accountingPeriod: '2026-04' },
    ]);
  });
});

describe('a waiver or discount is refused', () => {
  const history = given(opened, arrears({ amount: 100_00n }, {}), receipt(30_00n), undoing(3), closing('2026-03'));
  it.each([
    [reduction(99, 0n), { code: 'unknown-charge' }],
    [reduction(3, 0n), { code: 'already-reversed', position: 3, reversedBy: 5 }],
    [reduction(2, 0n), { code: 'amount-not-positive' }],
    [reduction(2, 70_01n), { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }],
    [reduction(2, 70_01n, { posting: 'first-open' }), { code: 'exceeds-open', charge: 2, open: '70.00' }],
  ])('%#', (command, rejection) => {
    expect(history.refusal(command)).toEqual(rejection);
  });
});
