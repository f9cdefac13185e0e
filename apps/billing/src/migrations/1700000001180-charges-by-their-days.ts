import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndexBeside, makeIndexBeside } from './index-beside';

/**
 * What stands for the days that a run looks at is found by where it ends: what a book was charged in the years before ends earlier. The
 * index is made while the release before goes on charging and collecting: for years of charges it takes a while.
 */
export class ChargesByTheirDays implements MigrationInterface {
  readonly name = 'ChargesByTheirDays1700000001180';
  readonly transaction = false;

  up(runner: QueryRunner): Promise<void> {
    return makeIndexBeside(
      runner,
      'charge_of_days',
      'charge (book, to_on) where binding is not null and reversed_by is null',
    );
  }

  down(runner: QueryRunner): Promise<void> {
    return dropIndexBeside(runner, 'charge_of_days');
  }
}
