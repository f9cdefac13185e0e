import { randomFillSync } from 'node:crypto';

// Random bytes are drawn in bulk: one system call for 512 ids.
const pool = Buffer.alloc(8_192);
let used = pool.length;

/** A UUID of version 7 (RFC 9562): 48 bits of time, 74 random bits. */
export const uuidV7 = (epochMs: number): string => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, (used += 16));
  bytes.writeUIntBE(epochMs, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
