import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 月租价: what was agreed with who has a resource by the month. */
export class LetPrices implements MigrationInterface {
  readonly name = 'LetPrices1700000002050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table occupancy add column price text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table occupancy drop column price');
  }
}
