import type { EventHeader } from '@propledger/event-log';
import { type Peer, PeerRefused, PeerUnavailable, Problem } from '@propledger/service-kit';

/**
 * The headers of these events of a book, which are all there, in the order of their positions.
 *
 * @throws Problem `unavailable` when the owner of the book can't be asked.
 */
export type ReadHeaders = (book: string, positions: readonly number[]) => Promise<EventHeader[]>;

const POSITIONS_A_REQUEST = 500;

/**
 * Asks the owners of the ledger's books, which alone keep who recorded what.
 *
 * @param owners one a region; the one that has the book answers.
 */
export const headersFrom =
  (owners: readonly Peer[]): ReadHeaders =>
  async (book, positions) => {
    for (const [nth, owner] of owners.entries()) {
      const found = await headersOf(owner, book, positions, nth < owners.length - 1);
      if (found !== null) return found;
    }
    return [];
  };

/** @param elsewhere whether another may have the book; then null where this one has not. */
const headersOf = async (
  owner: Peer,
  book: string,
  positions: readonly number[],
  elsewhere: boolean,
): Promise<EventHeader[] | null> => {
  const found: EventHeader[] = [];
  try {
    for (let from = 0; from < positions.length; from += POSITIONS_A_REQUEST) {
      const query = new URLSearchParams({ positions: positions.slice(from, from + POSITIONS_A_REQUEST).join() });
      const path = `books/${encodeURIComponent(book)}/headers?${query.toString()}`;
      found.push(...(await owner.call<{ items: EventHeader[] }>('GET', path)).items);
    }
  } catch (error) {
    if (elsewhere && error instanceof PeerRefused && error.status === 404) return null;
    if (error instanceof PeerUnavailable || error instanceof PeerRefused)
      throw new Problem('unavailable', { detail: error.peer, retryAfterSeconds: 2 });
    throw error;
  }
  return found;
};
