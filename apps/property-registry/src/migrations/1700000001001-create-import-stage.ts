import type { MigrationInterface, QueryRunner } from 'typeorm';
import { onlyTheseRights } from './rights';

/**
 * An import's rows stand in import_stage from their upload until they are applied or dropped. What it brought into which
 * book stands in import_book for ever, so that it can be undone. `defines` is the code that a row brings in, with its kind and
 * project in one text: looked up by it, a row is found by the one index that has it, before there are any statistics.
 */
export class CreateImportStage implements MigrationInterface {
  readonly name = 'CreateImportStage1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table import (
        import text primary key,
        state text not null check (state in ('staging', 'checked', 'applied', 'dropped', 'undo-held', 'undone')));
      create table import_chunk (
        import text not null references import, sheet smallint not null, chunk integer not null,
        primary key (import, sheet, chunk));
      create table import_stage (
        import text not null, sheet smallint not null, row integer not null,
        project text collate "C", defines text collate "C",
        cells jsonb not null, faulty text[] not null,
        outcome text not null check (outcome in ('add', 'skip', 'fault')),
        primary key (import, sheet, row));
      create index import_stage_by_defined on import_stage (import, defines);
      create index import_stage_by_project on import_stage (import, project, sheet, row);
      create table import_book (
        import text not null references import, book text collate "C" not null,
        first_position integer, last_position integer,
        primary key (import, book));`);
    await runner.query(
      onlyTheseRights({
        import: 'select, insert, update',
        import_chunk: 'select, insert, delete',
        import_stage: 'select, insert, update, delete',
        import_book: 'select, insert, update, delete',
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table import_book, import_stage, import_chunk, import');
  }
}
