import type { RecordedEvent } from '@propledger/contracts';
import { hash } from 'node:crypto';
import { hashOf, lengthPrefixed } from './length-prefixed';

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
  hashOf([CONTENT_TAG, header.eventId, ...afterId(header), body]);

const afterId = (header: Omit<HashedHeader, 'eventId'>): (string | null)[] => [
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
];

const UUID_LENGTH = 36;

/** The same content hashes for events whose headers differ in nothing but the id: all the rest is written down once. */
export class ContentHasher {
  private bytes: Buffer;
  private readonly idAt: number;
  private readonly bodyAt: number;

  constructor(header: Omit<HashedHeader, 'eventId'>) {
    const before = lengthPrefixed([CONTENT_TAG]);
    this.bytes = Buffer.concat([
      before,
      lengthPrefixed(['-'.repeat(UUID_LENGTH), ...afterId(header), '']),
      Buffer.alloc(4096),
    ]);
    this.idAt = before.length + 4;
    this.bodyAt = this.bytes.length - 4096;
  }

  /** @param eventId a UUID; @param body canonical JSON, as stored, in UTF-8. */
  hash(eventId: string, body: Uint8Array): string {
    if (eventId.length !== UUID_LENGTH) throw new TypeError('an event has a UUID');
    const end = this.bodyAt + body.length;
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes.subarray(0, this.bodyAt)], 2 * end);
    this.bytes.write(eventId, this.idAt, 'latin1');
    this.bytes.writeUInt32BE(body.length, this.bodyAt - 4);
    this.bytes.set(body, this.bodyAt);
    return hash('sha256', this.bytes.subarray(0, end), 'hex');
  }
}

export const chainHash = (previousHash: string, book: string, position: number, content: string): string =>
  hashOf([CHAIN_TAG, previousHash, book, String(position), content]);
