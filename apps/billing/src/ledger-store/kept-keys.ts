import type { Tx } from '@propledger/event-log';
import { lookUp } from './look-up';

/** Whose Idempotency-Key it is, in which book. */
export interface KeyInBook {
  readonly book: string;
  readonly operator: string;
  readonly key: string;
}

/** The id under which a book has the command of a person's key. */
export const commandIdOf = ({ operator, key }: Pick<KeyInBook, 'operator' | 'key'>): string => `key:${operator}:${key}`;

/**
 * Keeps a key for what it stands for though the book has no command of it; under the book's head, so that no command takes the key
 * meanwhile. Appends look for kept keys under the head, too.
 *
 * @param requestHash of what the key stands for.
 * @returns false: the key stands for something else.
 */
export const keepKey = async (tx: Tx, { book, operator, key }: KeyInBook, requestHash: string): Promise<boolean> => {
  await tx.rows('select 1 from book_head where book = $1 for update', [book]);
  await tx.rows(
    `insert into kept_key (book, operator, key, request_hash)
     select $1, $2, $3, $4 where not exists (select from command where book = $1 and command_id = $5)
     on conflict do nothing`,
    [book, operator, key, requestHash, commandIdOf({ operator, key })],
  );
  const [kept] = await tx.rows<{ request_hash: string }>(
    'select request_hash from kept_key where book = $1 and operator = $2 and key = $3',
    [book, operator, key],
  );
  return kept?.request_hash === requestHash;
};

/** What the kept ones among these keys stand for, each with its request's hash. */
export const keptKeys = (
  tx: Tx,
  keys: readonly KeyInBook[],
): Promise<(KeyInBook & { readonly request_hash: string })[]> =>
  lookUp(
    tx,
    keys.map(({ book, operator, key }) => [book, operator, key]),
    ['book text', 'operator text', 'key text'],
    'select k.* from kept_key k where k.key = w.key and k.operator = w.operator and k.book = w.book',
  );
