import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndexBeside, makeIndexBeside } from './index-beside';

/**
 * What was given back to a customer's prepayments, and when, is found without reading the book: it leaves no row of its own. The index
 * is made while the release before goes on appending: all events are looked at for it.
 */
export class ReleasesByCustomer implements MigrationInterface {
  readonly name = 'ReleasesByCustomer1700000001170';
  readonly transaction = false;

  up(runner: QueryRunner): Promise<void> {
    return makeIndexBeside(
      runner,
      'event_of_release',
      `event ((body::jsonb ->> 'customer'), book, position) where type = 'prepayment.released'`,
    );
  }

  down(runner: QueryRunner): Promise<void> {
    return dropIndexBeside(runner, 'event_of_release');
  }
}
