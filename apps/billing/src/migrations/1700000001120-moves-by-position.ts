import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose a receipt was before is found without reading the book. */
export class MovesByPosition implements MigrationInterface {
  readonly name = 'MovesByPosition1700000001120';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index event_of_move on event (book, position) where type = 'receipt.moved'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index event_of_move');
  }
}
