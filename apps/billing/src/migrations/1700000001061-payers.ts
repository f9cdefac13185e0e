import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Prices and payers of bindings, and how customers are related to resources: what customer-service told before that was kept is read
 * again, the cursors of its books begin anew.
 */
export class Payers implements MigrationInterface {
  readonly name = 'Payers1700000001061';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table binding add column own jsonb;
      comment on column binding.own is 'prices and payers of its own; null: none';
      truncate copy_customer, copy_occupancy, copy_lease, copy_lease_turnover;
      alter table copy_occupancy add column relation text not null;
      delete from cursor where topic = 'customers' and book <> '~group';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_occupancy drop column relation;
      alter table binding drop column own;`);
  }
}
