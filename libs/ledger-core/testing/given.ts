import type { Approval } from '@propledger/contracts';
import { TWO } from './approvals';
import { decide } from '../src/ledger/decide';
import { evolve } from '../src/ledger/evolve';
import type { LedgerCommand } from '../src/ledger/commands';
import type { LedgerDecision, LedgerEntry, LedgerFactWithHeader } from '../src/ledger/facts';
import { bookIn, emptyState, type BookState, type LedgerState } from '../src/ledger/state';
import { parseMoney, sum } from '../src/money';

export const BOOK = 'P1';

/** The journal of a fact, which adds up to zero. */
export const linesOf = ({ body }: LedgerFactWithHeader) => ('lines' in body ? body.lines : []);

/** Puts decided events where they stand. */
export const record = (state: LedgerState, log: LedgerEntry[], decision: LedgerDecision): void => {
  if (!decision.accepted) throw new Error(`refused: ${decision.rejection.code}`);
  for (const event of decision.events) {
    if (sum(linesOf(event).map(({ amount }) => parseMoney(amount))) !== 0n)
      throw new Error(`${event.type} is unbalanced`);
    const entry: LedgerEntry = { ...event, book: BOOK, position: log.length + 1 };
    log.push(entry);
    evolve(state, entry);
  }
};

/** What is given has happened, so two people reopened what was reopened. */
const twoFor = ({ type }: LedgerCommand): Approval | null => (type === 'ReopenPeriod' ? TWO : null);

/** A book in which these commands were accepted one after the other. */
export const given = (...commands: readonly LedgerCommand[]) => {
  const state = emptyState();
  const log: LedgerEntry[] = [];
  for (const command of commands) record(state, log, decide(state, BOOK, command, log.length + 1, twoFor(command)));

  const when = (command: LedgerCommand, approval: Approval | null = null): LedgerDecision =>
    decide(state, BOOK, command, log.length + 1, approval);
  return {
    log,
    when,
    /** The events of an accepted command. */
    events: (command: LedgerCommand): readonly LedgerFactWithHeader[] => {
      const decision = when(command);
      if (!decision.accepted) throw new Error(`refused: ${decision.rejection.code}`);
      return decision.events;
    },
    /** The one reason why a command is refused. */
    refusal: (command: LedgerCommand) => {
      const decision = when(command);
      if (decision.accepted) throw new Error('accepted');
      return decision.rejection;
    },
    /** The book as it stands. */
    book: (): BookState => bookIn(state, BOOK),
  };
};

export type Given = ReturnType<typeof given>;
