import { application, arrears, closing, monthly, opened, prepaid } from '../../testing/commands';
import { given } from '../../testing/given';

const applied = (history: ReturnType<typeof given>, period?: string) =>
  history.events(application(period)).flatMap(({ body }) => ('applications' in body ? body.applications : []));

describe('a prepayment brought in', () => {
  it('belongs to the month before the first period, with its last day', () => {
    expect(given(opened).when(prepaid(88_02n, { tie: 'R1' }))).toEqual({
      accepted: true,
      events: [
        {
          type: 'prepayment.brought-in',
          effectiveDate: '2026-02-28',
          accountingPeriod: '2026-02',
          reversesPosition: null,
          body: {
            customer: 'K1',
            tie: 'R1',
            amount: '88.02',
            lines: [
              { account: 'opening', amount: '88.02', customer: 'K1' },
              { account: 'unapplied', amount: '-88.02', customer: 'K1', tie: 'R1' },
            ],
          },
        },
      ],
    });
  });

  it('is refused at or below zero, then after the first close', () => {
    const closed = given(opened, closing('2026-03'));
    expect(closed.refusal(prepaid(0n))).toEqual({ code: 'amount-not-positive' });
    expect(closed.refusal(prepaid(1n))).toEqual({ code: 'opening-closed', closedThrough: '2026-03' });
  });
});

describe('prepayments are applied', () => {
  it('charge by charge in settlement order: first what is tied to its resource, then what is untied', () => {
    const history = given(
      opened,
      prepaid(30_00n, { tie: 'R1' }),
      prepaid(50_00n),
      prepaid(99_00n, { tie: 'R9' }),
      arrears({ amount: 45_00n }, { amount: 20_00n, resource: 'R2' }, { amount: 40_00n, resource: 'R3' }),
    );
    expect(history.when(application())).toEqual({
      accepted: true,
      events: [
        {
          type: 'prepayment.applied',
          effectiveDate: '2026-03-20',
          accountingPeriod: '2026-03',
          reversesPosition: null,
          body: {
            customer: 'K1',
            applications: [
              { charge: 5, amount: '30.00', tie: 'R1' },
              { charge: 5, amount: '15.00', tie: null },
              { charge: 6, amount: '20.00', tie: null },
              { charge: 7, amount: '15.00', tie: null },
            ],
            lines: [
              { account: 'unapplied', amount: '30.00', customer: 'K1', tie: 'R1' },
              { account: 'receivable', amount: '-30.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 5 },
              { account: 'unapplied', amount: '15.00', customer: 'K1', tie: null },
              { account: 'receivable', amount: '-15.00', item: '物业费', resource: 'R1', customer: 'K1', charge: 5 },
              { account: 'unapplied', amount: '20.00', customer: 'K1', tie: null },
              { account: 'receivable', amount: '-20.00', item: '物业费', resource: 'R2', customer: 'K1', charge: 6 },
              { account: 'unapplied', amount: '15.00', customer: 'K1', tie: null },
              { account: 'receivable', amount: '-15.00', item: '物业费', resource: 'R3', customer: 'K1', charge: 7 },
            ],
          },
        },
      ],
    });
  });

  it('to what is due by the end of the period, also when raised earlier or later', () => {
    const history = given(
      opened,
      prepaid(90_00n),
      monthly('2026-05', { amount: 10_00n, dueOn: '2026-03-31' }),
      monthly('2026-03', { amount: 20_00n, dueOn: '2026-04-01' }),
    );
    expect(applied(history)).toEqual([{ charge: 3, amount: '10.00', tie: null }]);
    expect(applied(history, '2026-04')).toHaveLength(2);
  });

  it('effective on the date of the run, in its period, though the date lies in another month', () => {
    const history = given(opened, closing('2026-03'), monthly('2026-04', {}));
    const run = given(opened, prepaid(1_00n), closing('2026-03'), monthly('2026-04', {}));
    expect(run.events(application('2026-04', '2026-03-25'))).toMatchObject([
      { effectiveDate: '2026-03-25', accountingPeriod: '2026-04' },
    ]);
    expect(history.events(application('2026-04', '2026-03-25'))).toEqual([]);
  });

  it('never to what another customer owes, and not a second time', () => {
    const history = given(opened, prepaid(90_00n), arrears({ customer: 'K2' }, { amount: 10_00n }), application());
    expect([...history.book().charges.values()].map(({ applied: fen }) => fen)).toEqual([0n, 10_00n]);
    expect(history.events(application())).toEqual([]);
  });

  it('unless the period is not open', () => {
    const history = given(opened, prepaid(1_00n), closing('2026-03'));
    expect(history.refusal(application())).toMatchObject({ code: 'period-closed' });
    expect(history.refusal(application('2026-02'))).toMatchObject({ code: 'before-first-period' });
  });
});
