/**
 * Writes canonical JSON as UTF-8: no blanks, members sorted by UTF-16 code units, numbers as ECMAScript writes them. All of it is
 * written into the same bytes, over and over: made as texts, a bill run's events would be half garbage.
 */
export class CanonicalWriter {
  private bytes = Buffer.allocUnsafe(4096);
  private length = 0;

  /** @returns what was written; its bytes are good until the next call. @throws TypeError, see canonicalJson */
  write(value: unknown): Buffer {
    this.length = 0;
    this.value(value);
    return this.bytes.subarray(0, this.length);
  }

  private value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.string(value);
      case 'number':
        if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
        return this.plain(JSON.stringify(value));
      case 'boolean':
        return this.plain(value ? 'true' : 'false');
      case 'object':
        if (value === null) return this.plain('null');
        return Array.isArray(value) ? this.list(value) : this.object(value);
      default:
        throw new TypeError(`JSON has no ${typeof value}`);
    }
  }

  private list(items: readonly unknown[]): void {
    this.byte(OPENING_BRACKET);
    for (let i = 0; i < items.length; i += 1) {
      if (i > 0) this.byte(COMMA);
      this.value(items[i]);
    }
    this.byte(CLOSING_BRACKET);
  }

  private object(object: object): void {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) mustBeData(object);
    const members = object as Readonly<Record<string, unknown>>;
    this.byte(OPENING_BRACE);
    let isFirst = true;
    for (const { name, before } of inOrder(Object.keys(members))) {
      const member = members[name];
      if (member === undefined) continue;
      this.copy(before, isFirst ? 1 : 0);
      isFirst = false;
      this.value(member);
    }
    this.byte(CLOSING_BRACE);
  }

  private string(text: string): void {
    this.reserve(2 + 3 * text.length);
    const { bytes, length: from } = this;
    let at = from;
    bytes[at++] = QUOTE;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) {
        if (unit < 0x20 || unit === QUOTE || unit === BACKSLASH) return this.escaped(text);
        bytes[at++] = unit;
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else {
        if (unit >= 0xd800 && unit <= 0xdfff) return this.escaped(text);
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[at++] = 0x80 | (unit & 0x3f);
      }
    }
    bytes[at++] = QUOTE;
    this.length = at;
  }

  /** One with quotes, backslashes, control characters or surrogates. */
  private escaped(text: string): void {
    if (LONE_SURROGATE.test(text)) throw new TypeError('a lone surrogate is not text');
    const json = JSON.stringify(text);
    this.reserve(3 * json.length);
    this.length += this.bytes.write(json, this.length);
  }

  /** ASCII. */
  private plain(text: string): void {
    this.reserve(text.length);
    const { bytes, length } = this;
    for (let i = 0; i < text.length; i += 1) bytes[length + i] = text.charCodeAt(i);
    this.length = length + text.length;
  }

  private copy(from: Uint8Array, start: number): void {
    this.reserve(from.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = start; i < from.length; i += 1) bytes[at++] = from[i] as number;
    this.length = at;
  }

  private byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws TypeError for an object that is more than its members. */
const mustBeData = (object: object): void => {
  const speaksForItself = 'toJSON' in object && typeof object.toJSON === 'function';
  if (speaksForItself || object instanceof Map || object instanceof Set)
    throw new TypeError(`JSON has no ${object.constructor.name}`);
};

/** A member's name, and what stands before its value: `,"name":`. */
interface MemberName {
  readonly name: string;
  readonly before: Uint8Array;
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
  return (shape.order ??= [...names].sort().map(memberName));
};

const memberName = (name: string): MemberName => ({
  name,
  before: Buffer.from(`,${new CanonicalWriter().write(name).toString()}:`),
});
