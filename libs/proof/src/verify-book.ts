import type { RecordedEvent } from '@propledger/contracts';
import { canonicalJson } from './canonical-json';
import { chainHash, contentHash, GENESIS_HASH } from './hash-chain';

/** An event to verify. Without `bodyText` (an event read by the API) the body's canonical form is computed. */
export type VerifiableEvent = RecordedEvent & { readonly bodyText?: string };

/** Where a chain stands: the position and hash of its last event. */
export interface ChainPoint {
  readonly position: number;
  readonly hash: string;
}

export const BOOK_FAULTS = [
  /** The event is of another book. */
  'other-book',
  /** A position is missing, repeated or out of order; the place is where the next event should be. */
  'not-dense',
  /** The body is not canonical JSON. */
  'body-not-canonical',
  /** Header or body are not what was hashed. */
  'content-changed',
  /** The event does not follow the one before it. */
  'chain-broken',
  /** Recorded before the event in front of it. */
  'time-reversed',
  /** The book ends before its head, or elsewhere. */
  'end-missing',
] as const;
export type BookFault = (typeof BOOK_FAULTS)[number];

export type Verification =
  | ({ readonly intact: true } & ChainPoint)
  | { readonly intact: false; readonly position: number; readonly fault: BookFault };

export interface VerifyOptions {
  /** Where the events before the first one ended; a book's beginning when left out. */
  readonly start?: ChainPoint;
  /** Where the book is known to have come: its head, or a point that an auditor wrote down. */
  readonly end?: ChainPoint;
}

/**
 * Computes every hash of a book again, from the events alone.
 *
 * @returns where the chain ends, or the place of the first fault.
 */
export const verifyBook = async (
  book: string,
  events: AsyncIterable<VerifiableEvent> | Iterable<VerifiableEvent>,
  { start = { position: 0, hash: GENESIS_HASH }, end }: VerifyOptions = {},
): Promise<Verification> => {
  let { position, hash } = start;
  let recordedAt = '';
  for await (const event of events) {
    position += 1;
    const fault = faultOf(event, { book, position, hash, recordedAt });
    if (fault) return { intact: false, position, fault };
    ({ hash, recordedAt } = event);
    if (end && end.position === position && end.hash !== hash)
      return { intact: false, position, fault: 'chain-broken' };
  }
  if (end && end.position > position) return { intact: false, position: position + 1, fault: 'end-missing' };
  return { intact: true, position, hash };
};

interface Expected extends ChainPoint {
  readonly book: string;
  readonly recordedAt: string;
}

const faultOf = (event: VerifiableEvent, expected: Expected): BookFault | null => {
  if (event.book !== expected.book) return 'other-book';
  if (event.position !== expected.position) return 'not-dense';
  const canonical = canonicalOrNull(event);
  if (canonical === null || (event.bodyText ?? canonical) !== canonical) return 'body-not-canonical';
  const content = contentHash(event, canonical);
  if (content !== event.contentHash) return 'content-changed';
  if (chainHash(expected.hash, event.book, event.position, content) !== event.hash) return 'chain-broken';
  return event.recordedAt < expected.recordedAt ? 'time-reversed' : null;
};

const canonicalOrNull = ({ body, bodyText }: VerifiableEvent): string | null => {
  try {
    return canonicalJson(bodyText === undefined ? body : JSON.parse(bodyText));
  } catch {
    return null;
  }
};
