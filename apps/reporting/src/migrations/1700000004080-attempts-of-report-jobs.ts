import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A report job that cannot be made is tried a few times, with growing pauses, and no more. */
export class AttemptsOfReportJobs implements MigrationInterface {
  readonly name = 'AttemptsOfReportJobs1700000004080';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`alter table report_job
      add column attempts integer not null default 0,
      add column next_attempt_at timestamptz,
      add column trouble text`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'alter table report_job drop column attempts, drop column next_attempt_at, drop column trouble',
    );
  }
}
