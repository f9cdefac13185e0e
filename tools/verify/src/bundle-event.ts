import type { RecordedEvent } from '@propledger/contracts';
import { isPlainCanonical, readCanonical, SEAL_PREFIX, type BundleSeal } from '@propledger/proof';

/** A line has at most so many bytes, its end counted: whatever a file brings, it can be read. */
export const LONGEST_LINE = 16 << 20;

type Kind = 'text' | 'text?' | 'whole' | 'whole?' | 'hash' | 'any';
const EVENT: Readonly<Record<keyof RecordedEvent, Kind>> = {
  accountingPeriod: 'text?',
  actor: 'text',
  body: 'any',
  book: 'text',
  causationId: 'text?',
  commandId: 'text',
  contentHash: 'hash',
  correlationId: 'text',
  effectiveDate: 'text',
  eventId: 'text',
  hash: 'hash',
  position: 'whole',
  recordedAt: 'text',
  reversesPosition: 'whole?',
  schemaVersion: 'whole',
  source: 'text',
  type: 'text',
};
const MEMBERS = Object.entries(EVENT);

/** An event of a bundle, and the text of its body as it stands there. */
export type BundleEvent = RecordedEvent & { readonly bodyText: string };

/** Reads a line that is no seal, given as bytes and as text. @returns null: not an event, or not written as it must be. */
export const readEvent = (bytes: Uint8Array, line: string): BundleEvent | null => {
  const value: unknown = isPlainCanonical(bytes) ? JSON.parse(line) : readCanonical(line);
  if (!isObject(value) || Object.keys(value).length !== MEMBERS.length) return null;
  for (const [name, kind] of MEMBERS) if (!fits(value[name], kind)) return null;
  const event = value as unknown as RecordedEvent;
  return { ...event, bodyText: bodyTextOf(line, event) };
};

/** The line is canonical, so that everything around the body has its place. */
const bodyTextOf = (line: string, { accountingPeriod, actor, book, causationId }: RecordedEvent): string => {
  const before = `{"accountingPeriod":${JSON.stringify(accountingPeriod)},"actor":${JSON.stringify(actor)},"body":`;
  const behind = `,"book":${JSON.stringify(book)},"causationId":${JSON.stringify(causationId)},"commandId":`;
  return line.slice(before.length, line.lastIndexOf(behind));
};

const fits = (value: unknown, kind: Kind): boolean => {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'text?':
      return value === null || typeof value === 'string';
    case 'whole':
      return isWhole(value);
    case 'whole?':
      return value === null || isWhole(value);
    case 'hash':
      return isHash(value);
    case 'any':
      return value !== undefined;
  }
};

export const isSeal = (line: string): boolean => line.startsWith(SEAL_PREFIX);

/** Reads a seal's line. @returns null: not a seal, or not written as it must be. */
export const readSeal = (line: string): BundleSeal | null => {
  const value = readCanonical(line);
  if (!hasMembers(value, ['seal'])) return null;
  const { seal } = value;
  if (!hasMembers(seal, ['first', 'hash', 'index', 'last', 'proof'])) return null;
  const { first, hash, index, last, proof } = seal;
  if (!isWhole(first) || !isHash(hash) || !isWhole(index) || !isWhole(last) || !areHashes(proof)) return null;
  return { first, hash, index, last, proof };
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it is an object with these members and no other. */
export const hasMembers = <Name extends string>(
  value: unknown,
  names: readonly Name[],
): value is Readonly<Record<Name, unknown>> =>
  isObject(value) && Object.keys(value).length === names.length && names.every((name) => name in value);

export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const HASH = /^[0-9a-f]{64}$/;
const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);
export const areHashes = (value: unknown): value is string[] => Array.isArray(value) && value.every(isHash);
