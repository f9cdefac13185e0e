import { randomFillSync } from 'node:crypto';

// Drawn in bulk: a system call for each few bytes would take longer than all that is done with them.
const POOL_BYTES = 8_192;
let pool = Buffer.alloc(0);
let used = 0;

/**
 * Bytes of the system's cryptographic generator, each given out once.
 *
 * @param count at most 8,192.
 */
export const drawRandom = (count: number): Buffer => {
  if (used + count > pool.length) {
    pool = randomFillSync(Buffer.allocUnsafeSlow(POOL_BYTES));
    used = 0;
  }
  return pool.subarray(used, (used += count));
};
