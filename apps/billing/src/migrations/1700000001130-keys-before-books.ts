import type { MigrationInterface, QueryRunner } from 'typeorm';
import { makeIndexBeside } from './index-beside';

type Indexes = readonly (readonly [index: string, kind: 'index' | 'unique index', on: string])[];

const BY_KEY: Indexes = [
  ['receipt_once', 'unique index', 'receipt (receipt_no, book) where reversed_by is null'],
  ['receipt_by_customer', 'index', 'receipt (customer, book, position)'],
  ['receipt_by_number', 'index', 'receipt (receipt_no, book, position)'],
  ['receipt_transaction_by_receipt', 'index', 'receipt_transaction (position, book)'],
];
const BY_BOOK: Indexes = [
  ['receipt_once', 'unique index', 'receipt (book, receipt_no) where reversed_by is null'],
  ['receipt_by_number', 'index', 'receipt (book, receipt_no, position)'],
  ['receipt_by_customer', 'index', 'receipt (book, customer, position)'],
  ['receipt_transaction_by_receipt', 'index', 'receipt_transaction (book, position)'],
];

/**
 * Receipts are found by their number, their customer or their transaction through an index that begins with it. One that begins with
 * the book is also good for reading all of a book, and while books are short PostgreSQL finds any of these as good as the right one.
 * The release before goes on taking receipts meanwhile.
 */
export class KeysBeforeBooks implements MigrationInterface {
  readonly name = 'KeysBeforeBooks1700000001130';
  readonly transaction = false;

  up(runner: QueryRunner): Promise<void> {
    return replace(runner, BY_KEY);
  }

  down(runner: QueryRunner): Promise<void> {
    return replace(runner, BY_BOOK);
  }
}

/** Each is made beside the one whose place it takes, one after the other: an attempt that did not come to its end is made again. */
const replace = async (runner: QueryRunner, indexes: Indexes): Promise<void> => {
  for (const [index, kind, on] of indexes) {
    await makeIndexBeside(runner, `${index}_made`, on, kind);
    // Together, in one transaction: a receipt's number is never without the index that keeps it from being given twice.
    await runner.query(`drop index if exists ${index}; alter index ${index}_made rename to ${index};`);
  }
};
