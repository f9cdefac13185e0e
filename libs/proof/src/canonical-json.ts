import { hash } from 'node:crypto';
import { CanonicalWriter } from './canonical-writer';

const writer = new CanonicalWriter();

/**
 * The canonical JSON of RFC 8785: no blanks, members sorted by UTF-16 code units, numbers as ECMAScript writes them.
 * Members that are undefined are left out.
 *
 * @throws TypeError for what JSON has no form for (bigint, NaN, functions, dates …) and for lone surrogates.
 */
export const canonicalJson = (value: unknown): string => writer.write(value).toString();

/** The same as UTF-8, good until the next call. */
export const canonicalBytes = (value: unknown): Buffer => writer.write(value);

/** SHA-256, in hex, of a request's canonical JSON: what must be the same when an idempotency key comes again. */
export const requestHash = (value: unknown): string => hash('sha256', canonicalBytes(value), 'hex');

/**
 * Reads a text that must be canonical JSON. Texts that JSON.stringify writes the same, with members in order, are; the
 * rest (members named like numbers, which JavaScript puts first) is written anew to see.
 *
 * @returns undefined for every other text, and for one nested more than `DEEPEST` deep.
 */
export const readCanonical = (text: string): unknown => {
  try {
    const value = JSON.parse(text) as unknown;
    if (isDeeper(value, DEEPEST)) return undefined;
    if (isOrdered(value) && JSON.stringify(value) === text && !text.includes('\\ud')) return value;
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
};

/** How many lists and objects may stand within one another in what is read. Every language can follow that far. */
export const DEEPEST = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

/** Whether all members of all objects come in the order of their UTF-16 code units. */
const isOrdered = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isOrdered);
  let before: string | undefined;
  for (const [name, member] of Object.entries(value)) {
    if (before !== undefined && name <= before) return false;
    if (!isOrdered(member)) return false;
    before = name;
  }
  return true;
};
