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

// Quotes, backslashes, control characters and surrogates; all else stands in JSON as it is.
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

const canonicalString = (text: string): string => {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new TypeError('a lone surrogate is not text');
  return JSON.stringify(text);
};

const canonicalObject = (object: object): string => {
  const speaksForItself = 'toJSON' in object && typeof object.toJSON === 'function';
  if (speaksForItself || object instanceof Map || object instanceof Set)
    throw new TypeError(`JSON has no ${object.constructor.name}`);
  const members = object as Readonly<Record<string, unknown>>;
  let text = '';
  for (const { name, before } of inOrder(Object.keys(members))) {
    const member = members[name];
    if (member !== undefined) text += (text === '' ? before.slice(1) : before) + canonicalJson(member);
  }
  return `{${text}}`;
};

/** A member's name, and what stands before its value: `,"name":`. */
interface MemberName {
  readonly name: string;
  readonly before: string;
}

/** Names in the order in which an object has them, one after the other, lead to the canonical order. */
interface Shape {
  readonly next: Map<string, Shape>;
  order: readonly MemberName[] | null;
}

// The events of a type have the same members over and over: their order is looked up.
const SHAPES_AT_MOST = 10_000;
const newShape = (): Shape => ({ next: new Map(), order: null });
let noNames = newShape();
let shapes = 0;

const inOrder = (names: readonly string[]): readonly MemberName[] => {
  if (shapes > SHAPES_AT_MOST) [noNames, shapes] = [newShape(), 0];
  let shape = noNames;
  for (const name of names) {
    let next = shape.next.get(name);
    if (next === undefined) {
      next = newShape();
      shape.next.set(name, next);
      shapes += 1;
    }
    shape = next;
  }
  return (shape.order ??= [...names].sort().map((name) => ({ name, before: `,${canonicalString(name)}:` })));
};

/** SHA-256, in hex, of a request's canonical JSON: what must be the same when an idempotency key comes again. */
export const requestHash = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');

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
