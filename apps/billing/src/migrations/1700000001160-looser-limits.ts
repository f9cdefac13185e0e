import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Raising a limit, or taking it away, waits for a second person. */
export class LooserLimits implements MigrationInterface {
  readonly name = 'LooserLimits1700000001160';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table approval drop constraint approval_kind_check,
        add constraint approval_kind_check
          check (kind in ('write-off', 'waiver', 'refund', 'reopening', 'correction', 'vacancy', 'limits'));`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table approval drop constraint approval_kind_check,
        add constraint approval_kind_check
          check (kind in ('write-off', 'waiver', 'refund', 'reopening', 'correction', 'vacancy'));`);
  }
}
