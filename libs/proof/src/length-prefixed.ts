import { hash } from 'node:crypto';

const NULL_LENGTH = 0xffff_ffff;

/** Each field is its length in bytes, four bytes big-endian, and its UTF-8; null is the greatest length and no bytes. */
export const lengthPrefixed = (fields: readonly (string | null)[]): Buffer => {
  const lengths = fields.map((field) => (field === null ? 0 : Buffer.byteLength(field)));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
  let at = 0;
  fields.forEach((field, index) => {
    at = bytes.writeUInt32BE(field === null ? NULL_LENGTH : (lengths[index] ?? 0), at);
    if (field !== null) at += bytes.write(field, at);
  });
  return bytes;
};

/** SHA-256 of the fields, in hex. */
export const hashOf = (fields: readonly (string | null)[]): string => hash('sha256', lengthPrefixed(fields), 'hex');
