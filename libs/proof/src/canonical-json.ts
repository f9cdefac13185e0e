import { hash } from 'node:crypto';

/**
 * The canonical JSON of RFC 8785: no blanks, members sorted by UTF-16 code units, numbers as ECMAScript writes them.
 * Members that are undefined are left out.
 *
 * @throws TypeError for what JSON has no form for (bigint, NaN, functions, dates …) and for lone surrogates.
 */
export const canonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(canonicalJson).join(',')}]` : canonicalObject(value);
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
};

const LONE_SURROGATE = /\p{Surrogate}/u;

const canonicalString = (text: string): string => {
  const json = JSON.stringify(text);
  // Lone surrogates are written as \udXXX; looking for that first is much faster than the expression.
  if (json.includes('\\ud') && LONE_SURROGATE.test(text)) throw new TypeError('a lone surrogate is not text');
  return json;
};

const canonicalObject = (object: object): string => {
  if ('toJSON' in object || object instanceof Map || object instanceof Set)
    throw new TypeError(`JSON has no ${object.constructor.name}`);
  const members = object as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${canonicalString(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
};

/** SHA-256, in hex, of a request's canonical JSON: what must be the same when an idempotency key comes again. */
export const requestHash = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');

/**
 * Reads a text that must be canonical JSON. Texts that JSON.stringify writes the same, with members in order, are; the
 * rest (members named like numbers, which JavaScript puts first) is written anew to see.
 *
 * @returns undefined for every other text.
 */
export const readCanonical = (text: string): unknown => {
  try {
    const value = JSON.parse(text) as unknown;
    if (isOrdered(value) && JSON.stringify(value) === text && !text.includes('\\ud')) return value;
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
};

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
