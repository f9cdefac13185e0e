import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A channel transaction is found by its reference alone, also when its receipt is reversed: one index less for each receipt to write. */
export class TransactionsByReference implements MigrationInterface {
  readonly name = 'TransactionsByReference1700000001140';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index receipt_transaction_by_receipt');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('create index receipt_transaction_by_receipt on receipt_transaction (position, book)');
  }
}
