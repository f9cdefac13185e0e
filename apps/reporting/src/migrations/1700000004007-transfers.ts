import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Charges that go over to another customer move a receivable, too. */
export class Transfers implements MigrationInterface {
  readonly name = 'Transfers1700000004007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table receivable_movement drop constraint receivable_movement_kind_check,
        add constraint receivable_movement_kind_check
          check (kind in ('charge', 'cash', 'prepayment', 'write-off', 'transfer'))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table receivable_movement drop constraint receivable_movement_kind_check,
        add constraint receivable_movement_kind_check check (kind in ('charge', 'cash', 'prepayment', 'write-off'))`);
  }
}
