import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bill runs as jobs: what was asked, how far each has come, and what came out. */
export class BillRuns implements MigrationInterface {
  readonly name = 'BillRuns1700000001004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table bill_run (
        run uuid primary key,
        book text not null,
        period period not null,
        date day not null,
        actor text not null,
        key text not null,
        request_hash text not null,
        correlation_id text not null,
        state text not null check (state in ('waiting', 'running', 'done', 'failed')),
        progress jsonb not null,
        result jsonb,
        failure text,
        asked_at timestamptz not null default now(),
        ended_at timestamptz);
      create unique index bill_run_once on bill_run (book, actor, key);
      create unique index bill_run_unfinished on bill_run (book) where state in ('waiting', 'running');
      create index event_by_period on event (book, accounting_period, position) where accounting_period is not null;
      create index event_of_closing on event (book, position) where type = 'period.closed';
      create index bill_run_by_book on bill_run (book, asked_at desc, run);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table bill_run');
  }
}
