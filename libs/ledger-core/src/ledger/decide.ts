import type { Decision } from '../decision';
import type { LedgerCommand } from './commands';
import type { LedgerFactWithHeader } from './facts';
import type { LedgerRejection } from './rejections';
import type { LedgerState, Reading } from './state';

export type LedgerDecision = Decision<LedgerFactWithHeader, LedgerRejection>;

/**
 * Decides one command on one book. The events that come back are to stand at `nextPosition`, `nextPosition` + 1 … in the
 * order given; an accepted command may need none. The state is read, never changed.
 */
export const decide = (
  _state: Reading<LedgerState>,
  _book: string,
  _command: LedgerCommand,
  _nextPosition: number,
): LedgerDecision => {
  throw new Error('not decided yet');
};
