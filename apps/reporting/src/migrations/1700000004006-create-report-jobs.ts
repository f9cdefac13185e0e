import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reports that are made in the background: what is asked, how far it is, and the rows that were made. `number` is what a process
 * locks while it works on a job; `next_step` the first of the question's projects that is not made whole.
 */
export class CreateReportJobs implements MigrationInterface {
  readonly name = 'CreateReportJobs1700000004006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`create table report_job (
      job uuid primary key default gen_random_uuid(),
      number integer not null generated always as identity unique,
      operator text not null,
      key text not null,
      request_hash text not null,
      question jsonb not null,
      state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
      failure text,
      next_step integer not null default 0,
      done bigint not null default 0,
      total bigint not null,
      rows bigint not null default 0,
      bytes bigint not null default 0,
      version integer not null default 1,
      asked_at timestamptz not null default now(),
      ended_at timestamptz,
      unique (operator, key)
    )`);
    await queryRunner.query(`create table report_job_rows (
      job uuid not null references report_job on delete cascade,
      step integer not null,
      part integer not null,
      first_row bigint not null,
      count integer not null,
      cells text not null,
      primary key (job, step, part)
    )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table report_job_rows, report_job');
  }
}
