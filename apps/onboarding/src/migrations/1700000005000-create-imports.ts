import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Imports, what is wrong with them, and the keys of the commands that began and undid them. */
export class CreateImports implements MigrationInterface {
  readonly name = 'CreateImports1700000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table import (
        import uuid primary key,
        nr bigint generated always as identity unique,
        operator text not null,
        correlation_id text not null,
        file_name text,
        file_bytes integer not null,
        dry_run boolean not null,
        state text not null check (state in ('received', 'reading', 'checking', 'dropping', 'refused', 'checked', 'abandoned',
                                             'posting', 'posted', 'holding', 'undoing', 'undone')),
        outcome text check (outcome in ('refused', 'checked', 'abandoned')),
        reason jsonb,
        instance integer,
        owners text[] not null default '{}',
        projects text[] not null default '{}',
        percent integer not null default 0,
        rows integer not null default 0,
        rows_per_second integer not null default 0,
        fault_count integer not null default 0,
        warning_count integer not null default 0,
        warnings jsonb not null default '[]',
        counts jsonb not null default '[]',
        totals jsonb not null default '[]',
        positions jsonb not null default '{}',
        undone_by jsonb,
        version integer not null default 1,
        created_at timestamptz not null default clock_timestamp(),
        ended_at timestamptz,
        check ((state = 'dropping') = (outcome is not null))
      ) with (fillfactor = 50);
      comment on column import.nr is 'the order in which uploads arrived';
      comment on column import.outcome is 'the state that follows once every owner has dropped its stage';
      comment on column import.instance is 'the process that works on it; dead when its advisory lock is free';
      comment on column import.owners is 'topics whose service may have something staged';
      comment on column import.version is 'counts every change that a watcher should see';
      create index import_of_operator on import (operator, nr);
      create index import_unfinished on import (instance)
        where state in ('received', 'reading', 'checking', 'dropping', 'posting', 'holding', 'undoing');

      create table import_fault (
        import uuid not null references import,
        sheet smallint not null,
        row integer not null,
        col smallint not null,
        header text not null,
        code text not null,
        primary key (import, sheet, row, col, header, code));
      comment on column import_fault.sheet is 'as contracts list it, from 0';
      comment on column import_fault.col is 'the column as its sheet lists it, from 0';

      create table command_key (
        operator text not null,
        key text not null,
        request_hash text not null,
        import uuid not null references import,
        primary key (operator, key));
      create index command_key_of_import on command_key (import);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table command_key, import_fault, import');
  }
}
