import { DEEPEST } from './canonical-json';

/**
 * Whether these bytes, which are UTF-8, are canonical JSON of a plain kind: texts without escapes, whole numbers of at most
 * 15 digits. Looking at bytes is several times faster than writing the value anew.
 *
 * @returns true only for canonical JSON (RFC 8785). False says nothing: see `readCanonical`.
 */
export const isPlainCanonical = (bytes: Uint8Array): boolean => {
  const scanner = new Scanner(bytes);
  return scanner.value(0) && scanner.isAtEnd;
};

class Scanner {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  value(depth: number): boolean {
    switch (this.bytes[this.at]) {
      case 0x22: // "
        return this.text();
      case 0x7b: // {
        return this.object(depth);
      case 0x5b: // [
        return this.array(depth);
      case 0x74: // t
        return this.literal(TRUE);
      case 0x66: // f
        return this.literal(FALSE);
      case 0x6e: // n
        return this.literal(NULL);
      default:
        return this.number();
    }
  }

  private text(): boolean {
    const { bytes } = this;
    for (let at = this.at + 1; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === 0x22) {
        this.at = at + 1;
        return true;
      }
      if (byte < 0x20 || byte === 0x5c) return false;
    }
    return false;
  }

  private array(depth: number): boolean {
    if (depth === DEEPEST) return false;
    this.at += 1;
    if (this.skip(0x5d)) return true;
    do {
      if (!this.value(depth + 1)) return false;
    } while (this.skip(0x2c));
    return this.skip(0x5d);
  }

  private object(depth: number): boolean {
    if (depth === DEEPEST) return false;
    this.at += 1;
    if (this.skip(0x7d)) return true;
    let before = -1;
    do {
      const name = this.at;
      if (this.bytes[name] !== 0x22 || !this.text()) return false;
      if (before >= 0 && !this.isBefore(before, name)) return false;
      before = name;
      if (!this.skip(0x3a) || !this.value(depth + 1)) return false;
    } while (this.skip(0x2c));
    return this.skip(0x7d);
  }

  /** Whether the text at `one` comes before that at `other`. Both end with a quote, and have none within. */
  private isBefore(one: number, other: number): boolean {
    const { bytes } = this;
    for (let offset = 1; ; offset++) {
      const a = bytes[one + offset] as number;
      const b = bytes[other + offset] as number;
      if (a === b && a !== 0x22) continue;
      // From U+E000 on, UTF-8 and UTF-16 order differently.
      if (a >= 0xee || b >= 0xee) return false;
      // The end comes before everything, also before a blank and an exclamation mark.
      return b !== 0x22 && (a === 0x22 || a < b);
    }
  }

  private number(): boolean {
    const { bytes } = this;
    if (bytes[this.at] === 0x30) {
      this.at += 1;
      return !isDigit(bytes[this.at]);
    }
    const start = bytes[this.at] === 0x2d ? this.at + 1 : this.at;
    let at = start;
    while (isDigit(bytes[at])) at += 1;
    this.at = at;
    return at > start && at - start <= 15 && bytes[start] !== 0x30;
  }

  private literal(word: Uint8Array): boolean {
    for (const byte of word) if (!this.skip(byte)) return false;
    return true;
  }

  private skip(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
