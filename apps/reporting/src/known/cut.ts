import type { Day } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import type { KnownBook } from '../report';

/**
 * What was known: positions by book, and the business day on which they were taken, which is the day that a question without
 * asOf means. Immutable; its id is the hash of its content.
 */
export interface Cut {
  readonly id: string;
  readonly takenOn: Day;
  /** By book, in code-point order. */
  readonly books: readonly KnownBook[];
}

export const CUT_ID_PATTERN = '^[0-9a-f]{32}$';

export const cutOf = (takenOn: Day, books: readonly KnownBook[]): Cut => {
  const ordered = [...books].sort((one, other) => Buffer.compare(Buffer.from(one.book), Buffer.from(other.book)));
  const positions = ordered.map(({ book, ledger, registry }) => ({ book, ledger, registry }));
  return { id: requestHash({ takenOn, positions }).slice(0, 32), takenOn, books: ordered };
};
