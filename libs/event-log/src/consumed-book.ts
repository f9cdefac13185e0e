import type { RecordedEvent } from '@propledger/contracts';
import type { Parked } from './cursors';

/** Delivered events that are applied in one transaction. */
export const APPLIED_AT_ONCE = 8_000;

/** A book as its consumer has it. */
export interface Book {
  readonly name: string;
  /** Applied. */
  position: number;
  /** As the source or a delivery said. */
  head: number;
  /** As the source said. */
  said: number;
  /** As somebody who waits said; may be wrong. */
  wanted: number;
  parked: Parked | null;
  failures: number;
  /** Why it could not be applied last time. */
  trouble: string | null;
  queued: boolean;
  /** Whether it is enqueued later. */
  resting: boolean;
  /** Epoch milliseconds of the last read. */
  readAt: number;
  /** Delivered and not applied yet: by position, none twice. */
  arrived: RecordedEvent[];
  takers: Taker[];
  /** Where it stood when it was last compared with its head, being behind. */
  comparedAt: number;
  /** Where it stood when it was last compared with what the source said. */
  stoodAt: number;
  /** How far the source said it has come, where that is less than was applied before it was asked: it has lost events. Null: all is well. */
  lostAfter: number | null;
  /** How far it had come then, as was known. */
  comparedHead: number;
  /** How many times in a row it was found there. */
  stoodStill: number;
  /** Epoch milliseconds since when more is known to be there than is applied; null: nothing is. */
  behindSince: number | null;
  /** When the last applied event was recorded, in epoch milliseconds: what comes next is not older. */
  recordedAt: number;
}

/** Waits for what it delivered. */
interface Taker {
  readonly position: number;
  readonly done: () => void;
}

export const newBook = (name: string): Book => ({
  name,
  position: 0,
  head: 0,
  said: 0,
  wanted: 0,
  parked: null,
  failures: 0,
  trouble: null,
  queued: false,
  resting: false,
  readAt: 0,
  arrived: [],
  takers: [],
  comparedAt: -1,
  stoodAt: 0,
  lostAfter: null,
  comparedHead: 0,
  stoodStill: 0,
  behindSince: null,
  recordedAt: 0,
});

/** What was delivered and comes next, as many as are applied at once. */
export const nextOf = ({ arrived, position }: Book): RecordedEvent[] => {
  const first = arrived.findIndex((event) => event.position > position);
  if (first < 0) return [];
  let end = first;
  while (end < arrived.length && end - first < APPLIED_AT_ONCE && arrived[end]?.position === position + 1 + end - first)
    end++;
  return arrived.slice(first, end);
};

/** The same, taken out of what has arrived. */
export const takeNext = (book: Book): RecordedEvent[] => {
  const next = nextOf(book);
  const reached = book.position + next.length;
  book.arrived = book.arrived.filter(({ position }) => position > reached);
  return next;
};

export const inOrderOnce = (events: readonly RecordedEvent[]): RecordedEvent[] =>
  events
    .toSorted((one, other) => one.position - other.position)
    .filter((event, index, all) => event.position !== all[index - 1]?.position);

/** To be called whenever its head or position was moved: since when it is behind. */
export const noteBehind = (book: Book): void => {
  if (book.head <= book.position) book.behindSince = null;
  else book.behindSince ??= Date.now();
};

/** How long the book has been behind, at most: since that was seen, and since the last applied event. */
export const behindForMs = ({ behindSince, recordedAt }: Book): number =>
  behindSince === null ? 0 : Math.max(0, Date.now() - Math.max(behindSince, recordedAt));
