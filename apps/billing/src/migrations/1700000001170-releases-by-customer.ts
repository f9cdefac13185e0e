import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was given back to a customer's prepayments, and when, is found without reading the book: it leaves no row of its own. The index
 * is made while the release before goes on appending: all events are looked at for it.
 */
export class ReleasesByCustomer implements MigrationInterface {
  readonly name = 'ReleasesByCustomer1700000001170';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // What an attempt that did not come to its end has left is not used by anybody.
    await runner.query('drop index concurrently if exists event_of_release');
    await runner.query(
      `create index concurrently event_of_release on event ((body::jsonb ->> 'customer'), book, position)
         where type = 'prepayment.released'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index concurrently if exists event_of_release');
  }
}
