import { decide, emptyState, type LedgerEntry } from '@propledger/ledger-core';
import fc from 'fast-check';
import { approvalOf } from '../../../libs/ledger-core/testing/approvals';
import { BOOK, record } from '../../../libs/ledger-core/testing/given';
import { anyHistory } from '../../../libs/ledger-core/testing/histories';
import { documents } from './documents';
import { eventChecks } from './event-faults';
import { eventSchemas } from './event-schemas';

const checks = eventChecks();

/** Bodies as they are stored and sent. */
const sent = (body: object): unknown => JSON.parse(JSON.stringify(body));

it('describes every ledger event of whatever history, and nothing else than they have', () => {
  fc.assert(
    fc.property(anyHistory(50), (commands) => {
      const state = emptyState();
      const log: LedgerEntry[] = [];
      for (const command of commands) {
        const decision = decide(state, BOOK, command, log.length + 1, approvalOf(command));
        if (decision.accepted) record(state, log, decision);
      }
      for (const { type, body } of log) expect(checks.body('ledger', type, sent(body))).toEqual([]);
    }),
    { numRuns: 300 },
  );
  const types = [...documents(eventSchemas()).keys()].filter((path) => path.startsWith('schemas/ledger/'));
  expect([...checks.seen].map((type) => `schemas/${type}.json`).filter((path) => !types.includes(path))).toEqual([]);
  expect(checks.seen.size).toBeGreaterThan(20);
});

describe('a body', () => {
  const settled = { customer: 'K1', tie: null, amount: '12.00', lines: [{ account: 'opening', amount: '12.00' }] };
  const faultsOf = (change: object): string[] =>
    checks.body('ledger', 'prepayment.brought-in', { ...settled, ...change });

  it('is as described', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ['a member that nobody described', { phone: '13800000000' }, /additional properties/],
    ['an amount that is a number', { amount: 12 }, /amount must be string/],
    ['an amount without its fen', { amount: '12.0' }, /amount must match pattern/],
    [
      'an account that is none',
      { lines: [{ account: 'petty-cash', amount: '12.00' }] },
      /account must be equal to one of/,
    ],
    ['without a customer', { customer: undefined }, /must have required property 'customer'/],
  ])('is not, with %s', (_, change, fault) => {
    expect(faultsOf(change).join('\n')).toMatch(fault);
  });

  it('of a type that nobody described is not', () => {
    expect(checks.body('ledger', 'receipt.lost', {})).toEqual(['ledger/receipt.lost has no schema']);
  });
});
