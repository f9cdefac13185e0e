import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 红冲 of a part of a charge moves a receivable, too. */
export class Corrections implements MigrationInterface {
  readonly name = 'Corrections1700000004030';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table receivable_movement drop constraint receivable_movement_kind_check,
        add constraint receivable_movement_kind_check
          check (kind in ('charge', 'cash', 'prepayment', 'write-off', 'transfer', 'correction'))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table receivable_movement drop constraint receivable_movement_kind_check,
        add constraint receivable_movement_kind_check
          check (kind in ('charge', 'cash', 'prepayment', 'write-off', 'transfer'))`);
  }
}
