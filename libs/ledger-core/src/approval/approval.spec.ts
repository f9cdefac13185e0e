import { TWO } from '../../testing/approvals';
import { arrears, limits, opened, openingDeposit, reduction, refund, writeOff } from '../../testing/commands';
import { given } from '../../testing/given';
import type { LedgerCommand } from '../ledger/commands';

const owing = [opened, arrears({ amount: 100_00n }), openingDeposit(100_00n)];

describe('a limit', () => {
  it.each<[string, (amount: bigint) => LedgerCommand]>([
    ['write-off', (amount) => writeOff(2, amount)],
    ['waiver', (amount) => reduction(2, amount)],
    ['waiver', (amount) => reduction(2, amount, { kind: 'discount' })],
    ['refund', (amount) => refund(amount)],
  ])('of a %s lets pass what it names, and asks for a second person above', (kind, command) => {
    const history = given(...owing, limits({ [kind]: 50_00n }));
    expect(history.when(command(50_00n)).accepted).toBe(true);
    expect(history.refusal(command(50_01n))).toEqual({
      code: 'approval-required',
      kind,
      amount: '50.01',
      limit: '50.00',
    });
    expect(history.when(command(50_01n), TWO)).toMatchObject({ accepted: true, events: [{ body: { approval: TWO } }] });
  });

  it('that is not set asks nobody, and one of zero asks for everything', () => {
    expect(given(...owing).when(writeOff(2, 100_00n)).accepted).toBe(true);
    expect(given(...owing, limits({ refund: 1n })).when(writeOff(2, 100_00n)).accepted).toBe(true);
    expect(given(...owing, limits({ 'write-off': 0n })).refusal(writeOff(2, 1n))).toMatchObject({
      code: 'approval-required',
    });
  });

  it('is not passed with oneself', () => {
    const history = given(...owing, limits({ 'write-off': 0n }));
    expect(history.when(writeOff(2, 1n), { requestedBy: 'li', approvedBy: 'li' })).toEqual({
      accepted: false,
      rejection: { code: 'approver-is-requester' },
    });
  });

  it('asks nobody about what would be refused anyway', () => {
    const history = given(...owing, limits({ 'write-off': 0n }));
    expect(history.refusal(writeOff(2, 100_01n))).toMatchObject({ code: 'exceeds-open' });
    expect(history.when(writeOff(2, 100_01n), TWO)).toMatchObject({ rejection: { code: 'exceeds-open' } });
  });

  it('leaves an approval in the event even where nobody had to be asked', () => {
    expect(given(...owing).when(writeOff(2, 1n), TWO)).toMatchObject({ events: [{ body: { approval: TWO } }] });
    expect(given(...owing).events(writeOff(2, 1n))[0]?.body).not.toHaveProperty('approval');
  });

  it('is nothing to other facts', () => {
    expect(given(opened, limits({ refund: 0n })).when(arrears({}), TWO)).toMatchObject({
      events: [{ body: expect.not.objectContaining({ approval: TWO }) as object }],
    });
  });
});

describe('setting limits', () => {
  const all = { 'write-off': 50_00n, waiver: 0n, refund: null, correction: 10_00n, vacancies: true } as const;
  it.each<[string, Parameters<typeof limits>[0]]>([
    ['raised', { ...all, 'write-off': 50_01n }],
    ['taken away', { ...all, waiver: null }],
    ['raised while another is lowered', { ...all, correction: 10_01n, 'write-off': 0n }],
    ['lifted for vacant days', { ...all, vacancies: false }],
  ])('takes a second person where one is %s', (_, looser) => {
    const history = given(opened, limits(all));
    expect(history.refusal(limits(looser))).toEqual({
      code: 'approval-required',
      kind: 'limits',
      amount: null,
      limit: null,
    });
    expect(history.when(limits(looser), TWO)).toMatchObject({ events: [{ body: { approval: TWO } }] });
  });

  it('takes one person where none is looser than before', () => {
    expect(given(opened).when(limits(all)).accepted).toBe(true);
    const history = given(opened, limits(all));
    for (const stricter of [{ ...all, 'write-off': 0n }, { ...all, refund: 1_000_00n }, all])
      expect(history.when(limits(stricter)).accepted).toBe(true);
  });

  it('is a fact of the book, with all of them', () => {
    expect(given(opened).events(limits({ 'write-off': 50_00n }))).toEqual([
      {
        type: 'limits.set',
        effectiveDate: '2026-03-01',
        accountingPeriod: null,
        reversesPosition: null,
        body: { limits: { 'write-off': '50.00', waiver: null, refund: null } },
      },
    ]);
  });

  it('to what they are needs no event; taking them away does', () => {
    const history = given(opened, limits({ waiver: 1n }));
    expect(history.events(limits({ waiver: 1n }))).toEqual([]);
    expect(history.when(limits(), TWO)).toMatchObject({ events: [{ body: { limits: { waiver: null } } }] });
    expect(given(opened).events(limits())).toEqual([]);
  });

  it('below zero is refused', () => {
    expect(given(opened).refusal(limits({ refund: -1n }))).toEqual({ code: 'limit-negative', kind: 'refund' });
  });
});
