import type { RecordedEvent } from '@propledger/contracts';
import { hashOf } from './length-prefixed';

// What is hashed, and why, is written in docs/decisions/0002-hash-chain.md. A change here is a new tag.
const CONTENT_TAG = 'propledger/content/1';
const CHAIN_TAG = 'propledger/chain/1';

/** What the first event of a book has for the hash of the one before. */
export const GENESIS_HASH = '0'.repeat(64);

/** What the content hash covers besides the body. Book and position are in the chain's hash. */
export type HashedHeader = Pick<
  RecordedEvent,
  | 'eventId'
  | 'commandId'
  | 'type'
  | 'schemaVersion'
  | 'effectiveDate'
  | 'accountingPeriod'
  | 'recordedAt'
  | 'actor'
  | 'source'
  | 'reversesPosition'
  | 'correlationId'
  | 'causationId'
>;

/** @param body canonical JSON, as stored. */
export const contentHash = (header: HashedHeader, body: string): string =>
  hashOf([
    CONTENT_TAG,
    header.eventId,
    header.commandId,
    header.type,
    String(header.schemaVersion),
    header.effectiveDate,
    header.accountingPeriod,
    header.recordedAt,
    header.actor,
    header.source,
    header.reversesPosition === null ? null : String(header.reversesPosition),
    header.correlationId,
    header.causationId,
    body,
  ]);

export const chainHash = (previousHash: string, book: string, position: number, content: string): string =>
  hashOf([CHAIN_TAG, previousHash, book, String(position), content]);
