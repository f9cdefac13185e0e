import type { LedgerEntry } from './facts';
import type { LedgerState } from './state';

/**
 * Folds one entry into the state, which is handed over: it is changed in place and returned. What changed is in the
 * book's `touched`.
 *
 * @throws Error when the entry concerns something that is not in the state: it was not loaded, or the log is damaged.
 */
export const evolve = (state: LedgerState, _entry: LedgerEntry): LedgerState => state;
