import { arrears, closing, opened, recovery, undoing, writeOff } from '../../testing/commands';
import { given } from '../../testing/given';

const written = () => given(opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n));

describe('a recovery', () => {
  it('is money of its channel, and income of its own', () => {
    expect(written().when(recovery(3, 25_00n))).toEqual({
      accepted: true,
      events: [
        {
          type: 'write-off.recovered',
          effectiveDate: '2026-03-31',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            writeOff: 3,
            amount: '25.00',
            method: '现金',
            lines: [
              { account: 'channel-clearing', amount: '25.00', channel: '现金' },
              { account: 'recoveries', amount: '-25.00', item: '物业费', resource: 'R1', customer: 'K1' },
            ],
          },
        },
      ],
    });
  });

  it('comes in parts, up to what was written off, and opens nothing again', () => {
    const history = given(opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n), recovery(3, 25_00n));
    expect(history.refusal(recovery(3, 35_01n))).toEqual({ code: 'exceeds-written-off', writeOff: 3, left: '35.00' });
    expect(history.when(recovery(3, 35_00n)).accepted).toBe(true);
    expect(history.book().charges.get(2)).toMatchObject({ writtenOff: 60_00n });
  });

  it('keeps its write-off from being reversed, until it is reversed itself', () => {
    const history = given(opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n), recovery(3, 25_00n));
    expect(history.refusal(undoing(3))).toEqual({ code: 'write-off-is-recovered', writeOff: 3 });
    expect(history.events(undoing(4))).toMatchObject([
      {
        reversesPosition: 4,
        body: {
          of: 'write-off.recovered',
          lines: [
            { account: 'channel-clearing', amount: '-25.00', channel: '现金' },
            { account: 'recoveries', amount: '25.00' },
          ],
        },
      },
    ]);
    const undone = given(
      ...[opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n), recovery(3, 25_00n), undoing(4)],
    );
    expect(undone.when(recovery(3, 60_00n)).accepted).toBe(true);
    expect(undone.when(undoing(3)).accepted).toBe(true);
    expect(undone.refusal(undoing(4))).toEqual({ code: 'already-reversed', position: 4, reversedBy: 5 });
  });

  it('keeps its date when it comes too late for its period', () => {
    const history = given(opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n), closing('2026-03'));
    expect(history.events(recovery(3, 1n, { posting: 'first-open' }))).toMatchObject([
      { effectiveDate: '2026-03-31', accountingPeriod: '2026-04' },
    ]);
  });
});

describe('a recovery is refused', () => {
  const history = given(
    ...[opened, arrears({ amount: 100_00n }), writeOff(2, 60_00n), writeOff(2, 1n), undoing(4), closing('2026-03')],
  );
  it.each([
    [recovery(2, 0n), { code: 'unknown-entry', position: 2 }],
    [recovery(4, 0n), { code: 'already-reversed', position: 4, reversedBy: 5 }],
    [recovery(3, 0n), { code: 'amount-not-positive' }],
    [recovery(3, 60_01n, { date: '2026-03-30' }), { code: 'date-before-entry', effectiveOn: '2026-03-31' }],
    [recovery(3, 60_01n), { code: 'period-closed', period: '2026-03', closedThrough: '2026-03' }],
    [recovery(3, 60_01n, { posting: 'first-open' }), { code: 'exceeds-written-off', writeOff: 3, left: '60.00' }],
  ])('%#', (command, rejection) => {
    expect(history.refusal(command)).toEqual(rejection);
  });
});
