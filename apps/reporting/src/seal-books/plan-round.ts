import type { Topic } from '@propledger/contracts';
import type { SealedRange } from '@propledger/proof';
import type { SealAlarm, SealAlarmReason } from '../sealing';

/** A place in a book of a topic, and what the book's chain hashed to there. */
export interface BookPoint {
  readonly topic: Topic;
  readonly book: string;
  readonly position: number;
  readonly hash: string;
}
export type Place = Omit<BookPoint, 'hash'>;

export const ALARMS: Readonly<Record<SealAlarmReason, string>> = {
  missing: '已签封的账簿不见了 a sealed book is gone',
  behind: '账簿短于已签封的部分 the book ends before what is sealed of it',
  changed: '已签封的内容被改动 what is sealed of the book has changed',
};

/** The most events that a leaf covers: the most hashes that a receipt's proof has to carry. */
export const LEAF_EVENTS = 4_096;

const keyOf = ({ topic, book }: Omit<Place, 'position'>): string => `${topic} ${book}`;
const placeKeyOf = (place: Place): string => `${keyOf(place)} ${place.position}`;

/** What a round has to look at: where books have moved to since they were sealed last, and what is wrong with others. */
export interface Outlook {
  readonly moved: readonly { readonly head: BookPoint; readonly sealed: BookPoint | null }[];
  readonly alarms: readonly SealAlarm[];
}

/**
 * @param heads of every book of `topics`, read after `ends` were: nobody else can have sealed more than they show.
 * @param ends where each book is sealed to.
 */
export const compare = (
  topics: ReadonlySet<Topic>,
  heads: readonly BookPoint[],
  ends: readonly BookPoint[],
): Outlook => {
  const headOf = new Map(heads.map((head) => [keyOf(head), head]));
  const endOf = new Map(ends.map((end) => [keyOf(end), end]));
  const alarms = ends
    .filter(({ topic }) => topics.has(topic))
    .flatMap((end): SealAlarm[] => {
      const reason = reasonOf(end, headOf.get(keyOf(end)));
      return reason === null ? [] : [alarmOf(end, reason)];
    });
  const moved = heads.flatMap((head) => {
    const sealed = endOf.get(keyOf(head)) ?? null;
    return head.position > (sealed?.position ?? 0) ? [{ head, sealed }] : [];
  });
  return { moved, alarms };
};

const reasonOf = (end: BookPoint, head: BookPoint | undefined): SealAlarmReason | null => {
  if (head === undefined) return 'missing';
  if (head.position < end.position) return 'behind';
  return head.position === end.position && head.hash !== end.hash ? 'changed' : null;
};

const alarmOf = ({ topic, book, position }: BookPoint, reason: SealAlarmReason): SealAlarm => ({
  topic,
  book,
  position,
  reason,
});

/** The places whose hashes `leavesOf` must know: where moved books are sealed to, and where their long ranges are cut. */
export const placesToRead = ({ moved }: Outlook): Place[] =>
  moved.flatMap(({ head: { topic, book, position }, sealed }) => {
    const from = sealed?.position ?? 0;
    const cuts = cutsBetween(from, position);
    return [...(from > 0 ? [from] : []), ...cuts].map((at) => ({ topic, book, position: at }));
  });

const cutsBetween = (from: number, to: number): number[] => {
  const cuts: number[] = [];
  for (let at = from + LEAF_EVENTS; at < to; at += LEAF_EVENTS) cuts.push(at);
  return cuts;
};

/** The leaves of a round, dense behind what is sealed; and the books that no longer are what was sealed of them. */
export const leavesOf = (
  { moved, alarms }: Outlook,
  read: readonly BookPoint[],
): { readonly leaves: readonly SealedRange[]; readonly alarms: readonly SealAlarm[] } => {
  const hashes = new Map(read.map((point) => [placeKeyOf(point), point.hash]));
  const found = [...alarms];
  const leaves = moved.flatMap(({ head, sealed }): SealedRange[] => {
    if (sealed !== null && hashes.get(placeKeyOf(sealed)) !== sealed.hash) {
      found.push(alarmOf(sealed, 'changed'));
      return [];
    }
    const { topic, book } = head;
    const from = sealed?.position ?? 0;
    const ends = cutsBetween(from, head.position).map((position) => {
      const hash = hashes.get(placeKeyOf({ topic, book, position }));
      return hash === undefined ? null : { position, hash };
    });
    // A book that has no event where it must have one is looked at again in the next round.
    if (ends.includes(null)) return [];
    let firstPosition = from + 1;
    return [...ends, head].flatMap((end) => {
      if (end === null) return [];
      const leaf = { topic, book, firstPosition, lastPosition: end.position, hash: end.hash };
      firstPosition = end.position + 1;
      return [leaf];
    });
  });
  return { leaves, alarms: found };
};
