import { arrears, byHand, closing, monthly, opened, receipt, undoing, writeOff } from '../../testing/commands';
import { given } from '../../testing/given';

const key = { resource: 'R1', customer: 'K1', item: '物业费', from: '2026-02-01', to: '2026-02-28' };

describe('a write-off', () => {
  it('takes a part or all of what is open, as bad debt', () => {
    const history = given(opened, arrears({ amount: 100_00n }), receipt(30_00n));
    expect(history.when(writeOff(2, 70_00n))).toEqual({
      accepted: true,
      events: [
        {
          type: 'charge.written-off',
          effectiveDate: '2026-03-31',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            charge: 2,
            amount: '70.00',
            reasonDigest: 'digest',
            lines: [
              { account: 'bad-debt', amount: '70.00', item: '物业费', resource: 'R1', customer: 'K1' },
              { account: 'receivable', amount: '-70.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
            ],
          },
        },
      ],
    });
  });

  it('leaves the rest to be settled', () => {
    const history = given(opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n));
    expect(history.events(receipt(50_00n))).toMatchObject([
      { body: { settlements: [{ charge: 2, amount: '40.00' }], prepaid: '10.00' } },
    ]);
  });

  it('finds its charge by its key: of several the first with enough open', () => {
    const history = given(
      opened,
      arrears({ amount: 5_00n }, { amount: 50_00n }, { amount: 50_00n }, { item: '垃圾费' }, { resource: 'R2' }),
    );
    expect(history.events(writeOff(key, 5_00n))).toMatchObject([{ body: { charge: 2 } }]);
    expect(history.events(writeOff(key, 5_01n))).toMatchObject([{ body: { charge: 3 } }]);
    expect(history.refusal(writeOff(key, 50_01n))).toEqual({ code: 'exceeds-open', charge: 2, open: '5.00' });
  });

  it('is not dated before its charge takes effect', () => {
    // Charged on 04-01: given up on 03-31, −100.00 of it would be open at the end of March.
    const history = given(opened, monthly('2026-04', {}));
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-04-01' };
    expect(history.refusal(writeOff(2, 100_00n, { date: '2026-03-31' }))).toEqual(rejection);
    expect(history.when(writeOff(2, 100_00n, { date: '2026-04-01' })).accepted).toBe(true);
  });

  it('by a key takes the first charge that takes effect by its date', () => {
    const days = { from: key.from, to: key.to };
    const history = given(opened, monthly('2026-04', days), byHand({ ...days, dueOn: '2026-05-10' }));
    expect(history.events(writeOff(key, 1n, { date: '2026-03-31' }))).toMatchObject([{ body: { charge: 3 } }]);
    expect(history.events(writeOff(key, 1n, { date: '2026-04-01' }))).toMatchObject([{ body: { charge: 2 } }]);
    const rejection = { code: 'date-before-entry', effectiveOn: '2026-04-01' };
    expect(history.refusal(writeOff(key, 1n, { date: '2026-03-14' }))).toEqual(rejection);
  });

  it.each([
    ['resource', { ...key, resource: 'R9' }],
    ['customer', { ...key, customer: 'K9' }],
    ['item', { ...key, item: '垃圾费' }],
    ['start', { ...key, from: '2026-02-02' }],
    ['end', { ...key, to: '2026-02-27' }],
  ])('does not take a charge of another %s', (_, other) => {
    expect(given(opened, arrears({})).refusal(writeOff(other, 1n))).toEqual({ code: 'unknown-charge' });
  });
});

describe('a write-off is refused', () => {
  const history = given(opened, arrears({ amount: 100_00n }, {}), receipt(30_00n), undoing(3), closing('2026-03'));
  it.each([
    [writeOff(99, 0n), { code: 'unknown-charge' }],
    [writeOff(3, 0n), { code: 'already-reversed', position: 3, reversedBy: 5 }],
    [writeOff(2, 0n), { code: 'amount-not-positive' }],
    [writeOff(2, 70_01n), { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }],
    [writeOff(2, 70_01n, { posting: 'first-open' }), { code: 'exceeds-open', charge: 2, open: '70.00' }],
  ])('%#', (command, rejection) => {
    expect(history.refusal(command)).toEqual(rejection);
  });

  it('by the key of a charge that was reversed', () => {
    expect(given(opened, arrears({}), undoing(2)).refusal(writeOff(key, 1n))).toEqual({ code: 'unknown-charge' });
  });
});
