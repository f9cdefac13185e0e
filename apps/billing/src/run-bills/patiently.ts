import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerOutcome } from '../ledger-store/ledger';
import { RunInterrupted, RunRefused } from './run-ends';

const HELD_AT_MOST_MS = 300_000;

/**
 * Submits until nothing holds the book any more.
 *
 * @returns the first outcome that is no acceptance; null when all are in.
 * @throws RunRefused when the book is held for too long; RunInterrupted.
 */
export const patiently = async (
  stopping: () => boolean,
  submit: () => Promise<readonly LedgerOutcome[]>,
  isFine: (outcome: LedgerOutcome) => boolean = ({ kind }) => kind === 'accepted',
): Promise<LedgerOutcome | null> => {
  for (const until = Date.now() + HELD_AT_MOST_MS; ;) {
    if (stopping()) throw new RunInterrupted();
    const outcomes = await submit();
    const unfit = outcomes.find((outcome) => !isFine(outcome));
    if (unfit?.kind !== 'held') return unfit ?? null;
    // An import of the project is being undone: that takes moments.
    if (Date.now() > until) throw new RunRefused('book-held');
    await pause(200);
  }
};
