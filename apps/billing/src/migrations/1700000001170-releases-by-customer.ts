import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was given back to a customer's prepayments, and when, is found without reading the book: it leaves no row of its own. */
export class ReleasesByCustomer implements MigrationInterface {
  readonly name = 'ReleasesByCustomer1700000001170';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index event_of_release on event ((body::jsonb ->> 'customer'), book, position) where type = 'prepayment.released'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index event_of_release');
  }
}
