import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 复核: the limits above which it takes two people, and what waits for the second. */
export class CreateApprovals implements MigrationInterface {
  readonly name = 'CreateApprovals1700000001008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table approval_limit (
        book text primary key,
        write_off_fen bigint check (write_off_fen >= 0),
        waiver_fen bigint check (waiver_fen >= 0),
        refund_fen bigint check (refund_fen >= 0));
      create table approval (
        approval uuid primary key,
        book text not null,
        kind text not null check (kind in ('write-off', 'waiver', 'refund', 'reopening')),
        amount text,
        requested_by text not null,
        key text not null,
        request_hash text not null,
        task jsonb not null,
        reason text,
        salt text,
        state text not null check (state in ('waiting', 'approved', 'rejected')),
        asked_at timestamptz not null default now(),
        decided_by text,
        decided_at timestamptz,
        position bigint);
      create unique index approval_once on approval (book, requested_by, key);
      create index approval_by_book on approval (book, state, asked_at desc, approval);
      comment on column approval.reason is 'may be erased, as notes may; the event keeps its digest';
      comment on column approval.position is 'of the fact that was approved';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table approval, approval_limit');
  }
}
