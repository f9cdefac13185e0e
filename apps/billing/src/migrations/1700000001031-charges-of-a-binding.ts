import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One index finds all charges of a binding, and lets corrections alone stand beside others: each is told from them by its position. */
export class ChargesOfABinding implements MigrationInterface {
  readonly name = 'ChargesOfABinding1700000001031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index charge_correction;
      drop index charge_once;
      create unique index charge_once
        on charge (book, binding, from_on, subject, (case when origin = 'correction' then position end))
        nulls not distinct where binding is not null and reversed_by is null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index charge_once;
      create unique index charge_once on charge (book, binding, from_on, subject) nulls not distinct
        where binding is not null and reversed_by is null and origin <> 'correction';
      create index charge_correction on charge (book, binding, from_on) where origin = 'correction' and reversed_by is null;`);
  }
}
