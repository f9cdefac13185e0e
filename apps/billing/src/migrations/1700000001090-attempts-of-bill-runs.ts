import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bill runs are tried a few times and no more, and what is decided about one has a key as every command has. */
export class AttemptsOfBillRuns implements MigrationInterface {
  readonly name = 'AttemptsOfBillRuns1700000001090';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table bill_run
        add column attempts integer not null default 0,
        add column next_attempt_at timestamptz,
        add column trouble text;
      comment on column bill_run.attempts is 'how often its task was begun and ended in an error that nobody foresaw, or with its process';
      comment on column bill_run.next_attempt_at is 'not taken up before';
      comment on column bill_run.trouble is 'the error of its latest attempt';

      create table bill_run_decision (
        book text not null,
        actor text not null,
        key text not null,
        request_hash text not null,
        run uuid not null references bill_run,
        decided_at timestamptz not null default now(),
        primary key (book, actor, key));
      comment on table bill_run_decision is 'what was decided about a run, by the key that it was sent with';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table bill_run_decision;
      alter table bill_run drop column attempts, drop column next_attempt_at, drop column trouble`);
  }
}
