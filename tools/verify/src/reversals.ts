import type { Fault } from './faults';

/** Which events were reversed: a bit each. */
export class Reversals {
  private bits = new Uint8Array(1 << 16);

  /** @param pairs position and the position that it reverses, in turn. */
  take(pairs: readonly number[]): Fault | null {
    for (let index = 0; index < pairs.length; index += 2) {
      const [position = 0, reversed = 0] = pairs.slice(index, index + 2);
      if (reversed < 1 || reversed >= position || !this.mark(reversed)) return { position, fault: 'reversed-twice' };
    }
    return null;
  }

  /** @returns false when it was marked before. */
  private mark(position: number): boolean {
    const [byte, bit] = [Math.floor(position / 8), 1 << (position % 8)];
    if (byte >= this.bits.length) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(byte + 1)));
      grown.set(this.bits);
      this.bits = grown;
    }
    const before = this.bits[byte] ?? 0;
    this.bits[byte] = before | bit;
    return (before & bit) === 0;
  }
}
