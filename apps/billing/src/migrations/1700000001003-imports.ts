import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What billing stages of an import, and what it keeps for it until the decision. */
export class Imports implements MigrationInterface {
  readonly name = 'Imports1700000001003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table import_stage (
        import uuid primary key,
        state text not null check (state in ('staging', 'checked', 'applied', 'dropped', 'undo-held', 'undone')),
        staged_at timestamptz not null default now());
      create table import_chunk (
        import uuid not null, sheet text not null, chunk int not null, primary key (import, sheet, chunk));
      create table import_row (
        import uuid not null, sheet text not null, row int not null, project text, cells jsonb not null,
        faulty jsonb not null, unusable jsonb not null, skipped boolean not null default false,
        primary key (import, sheet, row));
      create index import_row_by_project on import_row (import, sheet, project, row);
      comment on column import_row.faulty is 'columns in which the reader found faults';
      comment on column import_row.unusable is 'columns with text that the books cannot hold';
      create table import_book (
        import uuid not null, book text not null, first_period period, held boolean not null,
        first_position bigint, last_position bigint,
        primary key (import, book));
      comment on table import_book is 'the books an import writes to; held: no set-up and no closing until it is decided';
      create unique index import_book_held on import_book (book) where held;
      create table reservation (
        book text not null, kind text not null check (kind in ('receipt', 'deposit')), number text collate "C" not null,
        import uuid not null, primary key (book, kind, number));
      create index reservation_by_import on reservation (import);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table reservation, import_book, import_row, import_chunk, import_stage');
  }
}
