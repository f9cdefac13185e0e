import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { Problem } from '@propledger/service-kit';

const COST = 2 ** 15;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const HASH_BYTES = 32;

/** How many hashes are computed at once, and how many may wait. Each takes 32 MB and about a tenth of a second. */
const AT_ONCE = 2;
const MAY_WAIT = 32;

/** Too many passwords are being checked already. */
export class TooManyPasswords extends Error {}

let running = 0;
const waiting: (() => void)[] = [];

/** @throws TooManyPasswords when the queue is full. */
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAY_WAIT) throw new TooManyPasswords();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
};

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  inTurn(
    () =>
      new Promise((resolve, reject) => {
        const options = { N: COST, r: BLOCK_SIZE, p: PARALLEL, maxmem: 256 * COST * BLOCK_SIZE };
        scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, hash) =>
          error ? reject(error) : resolve(hash),
        );
      }),
  );

const encoded = (salt: Buffer, hash: Buffer): string =>
  ['scrypt', COST, BLOCK_SIZE, PARALLEL, salt.toString('base64'), hash.toString('base64')].join('$');

/** The hash to keep, with its own salt. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  return encoded(salt, await derive(password, salt));
};

/** What stands for a request with a password when it is sent again: as slow to guess from as the hash itself. */
export const fingerprintOf = async (parts: readonly string[], salt: string): Promise<string> =>
  (await derive(JSON.stringify(parts), Buffer.from(salt))).toString('base64');

/** @throws Problem `too-many-requests` instead of TooManyPasswords. */
export const unlessTooMany = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw error instanceof TooManyPasswords ? new Problem('too-many-requests', { retryAfterSeconds: 2 }) : error;
  });

const NOBODY = encoded(Buffer.alloc(16), Buffer.alloc(HASH_BYTES));

/** Whether the password fits the hash. For an unknown operator (null) it takes as long, and never fits. */
export const passwordFits = async (password: string, hash: string | null): Promise<boolean> => {
  const [, , , , salt = '', kept = ''] = (hash ?? NOBODY).split('$');
  const derived = await derive(password, Buffer.from(salt, 'base64'));
  return timingSafeEqual(derived, Buffer.from(kept, 'base64')) && hash !== null;
};

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** 20 characters that are told apart easily: 116 bits. */
export const randomPassword = (): string =>
  Array.from({ length: 20 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
