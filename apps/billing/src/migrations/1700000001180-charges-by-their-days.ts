import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What stands for the days that a run looks at is found by where it ends: what a book was charged in the years before ends earlier. */
export class ChargesByTheirDays implements MigrationInterface {
  readonly name = 'ChargesByTheirDays1700000001180';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create index charge_of_days on charge (book, to_on) where binding is not null and reversed_by is null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index charge_of_days');
  }
}
