import { TOPICS, type Topic } from '@propledger/contracts';
import { canonicalJson } from './canonical-json';
import { type Checkpoint, openCheckpoint } from './checkpoint';
import { chainHash, contentHash, type HashedHeader } from './hash-chain';
import { isIncluded } from './merkle';
import { sealLeafHash } from './seal-leaf';

export const RECEIPT_PROOF_FORMAT = 'propledger-receipt-proof/1';

/** An event with its body as canonical JSON text, without its hashes: those are computed. */
export interface ProvenEvent extends HashedHeader {
  readonly book: string;
  readonly position: number;
  readonly bodyText: string;
}

/**
 * That one event is in the log. Of the events around it there are only hashes: of the one before it the chain's, of those
 * behind it, up to the end of the leaf, their contents'.
 */
export interface ReceiptProof {
  readonly format: typeof RECEIPT_PROOF_FORMAT;
  readonly event: ProvenEvent;
  readonly previousHash: string;
  readonly followingContentHashes: readonly string[];
  readonly leaf: {
    readonly topic: Topic;
    readonly firstPosition: number;
    readonly lastPosition: number;
    readonly index: number;
  };
  readonly inclusion: readonly string[];
  /** The signed note. */
  readonly checkpoint: string;
}

export const RECEIPT_PROOF_FAULTS = [
  /** It is not the canonical JSON of a proof, with all its members and no other. */
  'not-a-proof',
  /** The checkpoint is not one of this log, or not signed with its key. */
  'checkpoint-not-signed',
  /** The event does not lie in the leaf, or the hashes behind it do not reach the leaf's end. */
  'not-in-leaf',
  /** Computed from the event, the log has another root than the checkpoint. */
  'not-in-log',
] as const;
export type ReceiptProofFault = (typeof RECEIPT_PROOF_FAULTS)[number];

export type ReceiptVerification =
  | { readonly valid: true; readonly event: ProvenEvent; readonly checkpoint: Checkpoint }
  | { readonly valid: false; readonly fault: ReceiptProofFault };

/** The document as it is handed out: canonical JSON (RFC 8785), so that there is one way only to write it. */
export const receiptProofText = (proof: ReceiptProof): string => canonicalJson(proof);

/**
 * Checks a proof from its bytes alone, against the log's key.
 *
 * @param vkey as the log publishes it; to be had from elsewhere than the proof.
 */
export const verifyReceiptProof = (text: string, vkey: string): ReceiptVerification => {
  const proof = readProof(text);
  if (proof === null) return { valid: false, fault: 'not-a-proof' };
  const { event, leaf } = proof;

  const checkpoint = openCheckpoint(proof.checkpoint, vkey);
  if (checkpoint === null) return { valid: false, fault: 'checkpoint-not-signed' };

  const isInside = leaf.firstPosition <= event.position && event.position <= leaf.lastPosition;
  if (!isInside || proof.followingContentHashes.length !== leaf.lastPosition - event.position)
    return { valid: false, fault: 'not-in-leaf' };

  const own = chainHash(proof.previousHash, event.book, event.position, contentHash(event, event.bodyText));
  const end = proof.followingContentHashes.reduce(
    (before, content, offset) => chainHash(before, event.book, event.position + 1 + offset, content),
    own,
  );
  const sealed = sealLeafHash({ ...leaf, book: event.book, hash: end });
  return isIncluded(sealed, leaf.index, checkpoint.size, checkpoint.root, proof.inclusion)
    ? { valid: true, event, checkpoint }
    : { valid: false, fault: 'not-in-log' };
};

type Check = (value: unknown) => boolean;
type Shape<T> = Readonly<Record<keyof T, Check>>;

const isText: Check = (value) => typeof value === 'string';
const isHash: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isWhole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isCanonical: Check = (value) => typeof value === 'string' && canonicalOf(value) === value;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const all =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const has =
  <T>(shape: Shape<T>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const checks = Object.entries<Check>(shape);
    const members = value as Readonly<Record<string, unknown>>;
    return Object.keys(members).length === checks.length && checks.every(([name, check]) => check(members[name]));
  };

const EVENT: Shape<ProvenEvent> = {
  book: isText,
  position: isWhole,
  eventId: isText,
  commandId: isText,
  type: isText,
  schemaVersion: isWhole,
  effectiveDate: isText,
  accountingPeriod: orNull(isText),
  recordedAt: isText,
  actor: isText,
  source: isText,
  reversesPosition: orNull(isWhole),
  correlationId: isText,
  causationId: orNull(isText),
  bodyText: isCanonical,
};
const LEAF: Shape<ReceiptProof['leaf']> = {
  topic: (value) => TOPICS.some((topic) => topic === value),
  firstPosition: isWhole,
  lastPosition: isWhole,
  index: isWhole,
};
const PROOF: Shape<ReceiptProof> = {
  format: (value) => value === RECEIPT_PROOF_FORMAT,
  event: has(EVENT),
  previousHash: isHash,
  followingContentHashes: all(isHash),
  leaf: has(LEAF),
  inclusion: all(isHash),
  checkpoint: isText,
};
const isProof = has(PROOF);

const canonicalOf = (text: string): string | null => {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return null;
  }
};

const readProof = (text: string): ReceiptProof | null => {
  if (canonicalOf(text) !== text) return null;
  const value = JSON.parse(text) as unknown;
  return isProof(value) ? (value as ReceiptProof) : null;
};
