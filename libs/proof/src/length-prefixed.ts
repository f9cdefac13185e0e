import { hash } from 'node:crypto';

const NULL_LENGTH = 0xffff_ffff;

/** As long as the longest fields so far, and written over every time: making one anew would take longer than hashing. */
let scratch = Buffer.allocUnsafe(4096);

/** Each field is its length in bytes, four bytes big-endian, and its UTF-8; null is the greatest length and no bytes. */
const writeToScratch = (fields: readonly (string | null)[]): Buffer => {
  let at = 0;
  for (const field of fields) {
    const endAtMost = at + 4 + (field === null ? 0 : 3 * field.length);
    if (endAtMost > scratch.length) scratch = Buffer.concat([scratch.subarray(0, at)], 2 * endAtMost);
    const length = field === null ? 0 : scratch.write(field, at + 4);
    scratch.writeUInt32BE(field === null ? NULL_LENGTH : length, at);
    at += 4 + length;
  }
  return scratch.subarray(0, at);
};

export const lengthPrefixed = (fields: readonly (string | null)[]): Buffer => Buffer.from(writeToScratch(fields));

/** SHA-256 of the fields, in hex. */
export const hashOf = (fields: readonly (string | null)[]): string => hash('sha256', writeToScratch(fields), 'hex');
