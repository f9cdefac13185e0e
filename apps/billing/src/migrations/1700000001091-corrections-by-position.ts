import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Corrections of a book are listed without reading the book. */
export class CorrectionsByPosition implements MigrationInterface {
  readonly name = 'CorrectionsByPosition1700000001091';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index event_of_correction on event (book, position) where type = 'charge.corrected';
      create index charge_by_correction on charge (book, position) where origin = 'correction';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index charge_by_correction; drop index event_of_correction');
  }
}
