import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What stands for the days that a run looks at is found by where it ends: what a book was charged in the years before ends earlier. The
 * index is made while the release before goes on charging and collecting: for years of charges it takes a while.
 */
export class ChargesByTheirDays implements MigrationInterface {
  readonly name = 'ChargesByTheirDays1700000001180';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // What an attempt that did not come to its end has left is not used by anybody.
    await runner.query('drop index concurrently if exists charge_of_days');
    await runner.query(
      'create index concurrently charge_of_days on charge (book, to_on) where binding is not null and reversed_by is null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index concurrently if exists charge_of_days');
  }
}
