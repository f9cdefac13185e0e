import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Receipts are found by their number, their customer or their transaction through an index that begins with it. One that begins with
 * the book is also good for reading all of a book, and while books are short PostgreSQL finds any of these as good as the right one.
 */
export class KeysBeforeBooks implements MigrationInterface {
  readonly name = 'KeysBeforeBooks1700000001130';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index receipt_once, receipt_by_number, receipt_by_customer, receipt_transaction_by_receipt;
      create unique index receipt_once on receipt (receipt_no, book) where reversed_by is null;
      create index receipt_by_customer on receipt (customer, book, position);
      create index receipt_by_number on receipt (receipt_no, book, position);
      create index receipt_transaction_by_receipt on receipt_transaction (position, book);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index receipt_once, receipt_by_number, receipt_by_customer, receipt_transaction_by_receipt;
      create unique index receipt_once on receipt (book, receipt_no) where reversed_by is null;
      create index receipt_by_number on receipt (book, receipt_no, position);
      create index receipt_by_customer on receipt (book, customer, position);
      create index receipt_transaction_by_receipt on receipt_transaction (book, position);`);
  }
}
