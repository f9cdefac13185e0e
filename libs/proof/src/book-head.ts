import { TOPICS, type Topic } from '@propledger/contracts';
import { openNote, type NoteSigner } from './signed-note';

// A tree proves what is in it, not what is missing: where a book stands in it is signed, too. The lines are those of
// docs/decisions/0011-audit-bundle.md; the first keeps them apart from a checkpoint's, whose first line is the log's name.
const HEAD_TAG = 'propledger/book-head/1';

/** Where a book stood in a log of `size` leaves: its last sealed event. */
export interface BookHead {
  readonly size: number;
  readonly topic: Topic;
  readonly book: string;
  readonly position: number;
  readonly hash: string;
}

export const signBookHead = (signer: NoteSigner, { size, topic, book, position, hash }: BookHead): string =>
  signer.sign(`${[HEAD_TAG, signer.name, size, topic, book, position, hash].join('\n')}\n`);

const LINES = /^([^\n]+)\n([^\n]+)\n(0|[1-9]\d{0,15})\n([^\n]+)\n([^\n]+)\n([1-9]\d{0,15})\n([0-9a-f]{64})\n$/u;

/** @returns null: not a head, not signed with this key, or of another log than the key's. */
export const openBookHead = (text: string, vkey: string): BookHead | null => {
  const note = openNote(text, vkey);
  const [, tag, name, size, topicName, book = '', position, hash = ''] = LINES.exec(note?.body ?? '') ?? [];
  const topic = TOPICS.find((one) => one === topicName);
  if (note === null || tag !== HEAD_TAG || name !== note.name || topic === undefined) return null;
  const head = { size: Number(size), topic, book, position: Number(position), hash };
  return Number.isSafeInteger(head.size) && Number.isSafeInteger(head.position) ? head : null;
};
