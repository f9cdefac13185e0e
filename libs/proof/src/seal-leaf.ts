import type { Topic } from '@propledger/contracts';
import { lengthPrefixed } from './length-prefixed';
import { leafHash } from './merkle';

// What a leaf holds, and why, is written in docs/decisions. A change here is a new tag.
const SEAL_TAG = 'propledger/seal/1';

/** A dense range of a book's events, sealed as one leaf of the log. */
export interface SealedRange {
  readonly topic: Topic;
  readonly book: string;
  readonly firstPosition: number;
  readonly lastPosition: number;
  /** The chain's hash at lastPosition, hex. */
  readonly hash: string;
}

/** The bytes of the leaf. */
export const sealLeaf = ({ topic, book, firstPosition, lastPosition, hash }: SealedRange): Buffer =>
  lengthPrefixed([SEAL_TAG, topic, book, String(firstPosition), String(lastPosition), hash]);

/** The leaf's hash in the tree. */
export const sealLeafHash = (range: SealedRange): string => leafHash(sealLeaf(range));
