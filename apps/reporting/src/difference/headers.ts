import type { EventHeader } from '@propledger/event-log';
import { type Peer, PeerRefused, PeerUnavailable, Problem } from '@propledger/service-kit';

/**
 * The headers of these events of a book, which are all there, in the order of their positions.
 *
 * @throws Problem `unavailable` when the owner of the book can't be asked.
 */
export type ReadHeaders = (book: string, positions: readonly number[]) => Promise<EventHeader[]>;

const POSITIONS_A_REQUEST = 500;

/** Asks the owner of the ledger's books, which alone keeps who recorded what. */
export const headersFrom =
  (owner: Peer): ReadHeaders =>
  async (book, positions) => {
    const found: EventHeader[] = [];
    try {
      for (let from = 0; from < positions.length; from += POSITIONS_A_REQUEST) {
        const query = new URLSearchParams({ positions: positions.slice(from, from + POSITIONS_A_REQUEST).join() });
        const path = `books/${encodeURIComponent(book)}/headers?${query.toString()}`;
        found.push(...(await owner.call<{ items: EventHeader[] }>('GET', path)).items);
      }
    } catch (error) {
      if (error instanceof PeerUnavailable || error instanceof PeerRefused)
        throw new Problem('unavailable', { detail: error.peer, retryAfterSeconds: 2 });
      throw error;
    }
    return found;
  };
