import { TOPICS } from '@propledger/contracts';
import {
  BUNDLE_FORMAT,
  isConsistent,
  openBookHead,
  openCheckpoint,
  readCanonical,
  type BookHead,
  type BundleHeader,
  type Checkpoint,
  type Consistency,
} from '@propledger/proof';
import { areHashes, hasMembers, isWhole } from './bundle-event';
import type { Fault } from './faults';

/** What the auditor brings along. */
export interface Evidence {
  /** The log's verifier key, from elsewhere than the bundle. */
  readonly key?: string | undefined;
  /** Signed notes of older checkpoints. */
  readonly checkpoints: readonly string[];
  /** Hashes of the book at positions, written down earlier. */
  readonly points: readonly { readonly position: number; readonly hash: string }[];
}

/** What the first line said, its signatures checked. */
export interface Opened {
  readonly header: BundleHeader;
  readonly checkpoint: Checkpoint;
  readonly head: BookHead;
  /** Sizes of the older checkpoints that it begins with. */
  readonly consistentWith: readonly number[];
}

const at = (position: number, fault: Fault['fault']): Fault => ({ position, fault });

/** Checks everything that the first line says by itself. */
export const openHeader = (line: string, evidence: Evidence): Opened | Fault => {
  const header = readHeader(line);
  if (header === null) return at(0, 'header-malformed');
  if (evidence.key !== undefined && evidence.key !== header.key) return at(0, 'key-mismatch');
  const checkpoint = openCheckpoint(header.checkpoint, header.key);
  if (checkpoint === null) return at(0, 'checkpoint-forged');
  const head = openBookHead(header.head, header.key);
  if (head === null || head.size !== checkpoint.size || head.topic !== header.topic || head.book !== header.book)
    return at(0, 'head-forged');
  const opened = { header, checkpoint, head };
  const older = evidence.checkpoints.map((text) => sizeBefore(text, opened));
  return older.find((size) => typeof size !== 'number') ?? { ...opened, consistentWith: older as number[] };
};

/** The size of an older checkpoint that this bundle's tree begins with. */
const sizeBefore = (text: string, { header, checkpoint, head }: Omit<Opened, 'consistentWith'>): number | Fault => {
  const older = openCheckpoint(text, header.key);
  if (older === null) return at(0, 'key-mismatch');
  if (older.size > checkpoint.size) return at(head.position + 1, 'bundle-older');
  const proof = older.size === checkpoint.size ? [] : header.consistency.find(({ size }) => size === older.size)?.proof;
  if (proof === undefined) return at(1, 'consistency-missing');
  return isConsistent(older.size, older.root, checkpoint.size, checkpoint.root, proof)
    ? older.size
    : at(1, 'consistency-broken');
};

const readHeader = (line: string): BundleHeader | null => {
  const value = readCanonical(line);
  if (!hasMembers(value, ['book', 'checkpoint', 'consistency', 'format', 'head', 'key', 'topic'])) return null;
  const { book, checkpoint, consistency, format, head, key, topic } = value;
  const known = TOPICS.find((one) => one === topic);
  if (known === undefined || format !== BUNDLE_FORMAT || !areConsistencies(consistency)) return null;
  if (![book, checkpoint, head, key].every((text) => typeof text === 'string')) return null;
  return value as unknown as BundleHeader;
};

const areConsistencies = (value: unknown): value is Consistency[] =>
  Array.isArray(value) &&
  value.every((one: unknown, index) => {
    if (!hasMembers(one, ['proof', 'size']) || !isWhole(one.size) || !areHashes(one.proof)) return false;
    const before = index === 0 ? undefined : (value[index - 1] as Consistency).size;
    return before === undefined || one.size > before;
  });
