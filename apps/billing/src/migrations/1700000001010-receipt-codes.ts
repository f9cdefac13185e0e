import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Receipts have a code with which their owners may ask for a proof. Those taken before have none. */
export class ReceiptCodes implements MigrationInterface {
  readonly name = 'ReceiptCodes1700000001010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table receipt add column receipt_code text collate "C";
      create unique index receipt_by_code on receipt (receipt_code) where receipt_code is not null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table receipt drop column receipt_code');
  }
}
