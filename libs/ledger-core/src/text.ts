/** Orders texts by code point, as PostgreSQL does under collation "C". (JavaScript's `<` orders by UTF-16 unit.) */
export const compareText = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a === b) continue;
    // Surrogates stand for code points above every other unit.
    const high = isSurrogate(a) ? 1 : 0;
    const otherHigh = isSurrogate(b) ? 1 : 0;
    return high === otherHigh ? a - b : high - otherHigh;
  }
  return one.length - other.length;
};

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
