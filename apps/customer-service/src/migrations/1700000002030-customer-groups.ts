import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 客户分组: codes of the group's own, which decide on discounts. */
export class CustomerGroups implements MigrationInterface {
  readonly name = 'CustomerGroups1700000002030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table customer add column groups text[] not null default '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customer drop column groups');
  }
}
