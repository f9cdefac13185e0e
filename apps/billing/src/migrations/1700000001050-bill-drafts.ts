import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bill runs that are looked at before they are posted, that are narrowed, reversed as a whole, and asked for together. */
export class BillDrafts implements MigrationInterface {
  readonly name = 'BillDrafts1700000001050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table bill_run
        add column task text not null default 'raise' check (task in ('raise', 'draft', 'post', 'reverse')),
        add column scope jsonb,
        add column draft jsonb,
        add column digest jsonb,
        add column acting jsonb,
        add column batch uuid,
        add column begun_at timestamptz not null default now(),
        drop constraint bill_run_state_check,
        add constraint bill_run_state_check
          check (state in ('waiting', 'running', 'drafted', 'discarded', 'done', 'failed', 'reversed'));
      comment on column bill_run.task is 'what it is at, or was at last';
      comment on column bill_run.draft is 'what it would raise, beside what was raised before';
      comment on column bill_run.digest is 'of what it would raise, by standard: posted is this or nothing';
      comment on column bill_run.acting is 'who asked for the task, when it is not who asked for the run';
      create index bill_run_of_batch on bill_run (batch) where batch is not null;

      create table bill_batch (
        batch uuid primary key,
        actor text not null,
        key text not null,
        request_hash text not null,
        period period not null,
        date day not null,
        draft boolean not null,
        projects text[] not null,
        refused jsonb not null default '{}',
        asked_at timestamptz not null default now(),
        unique (actor, key));
      comment on column bill_batch.refused is 'by project, the code of why it has no run';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table bill_batch;
      delete from bill_run where state in ('drafted', 'discarded', 'reversed');
      alter table bill_run drop column task, drop column scope, drop column draft, drop column digest, drop column acting,
        drop column batch, drop column begun_at, drop constraint bill_run_state_check,
        add constraint bill_run_state_check check (state in ('waiting', 'running', 'done', 'failed'))`);
  }
}
