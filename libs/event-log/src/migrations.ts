import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of books. The owner's role must be named `…_owner`, and the application's role `…_app` must exist. */
export class CreateEventLog implements MigrationInterface {
  readonly name = 'CreateEventLog1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table command (
        book text not null,
        command_id text not null,
        request_hash bytea not null check (length(request_hash) = 32),
        first_position bigint not null check (first_position > 0),
        last_position bigint not null check (last_position >= first_position - 1),
        answer text not null,
        primary key (book, command_id)
      );
      create table event (
        book text not null,
        position bigint not null check (position > 0),
        event_id uuid not null,
        command_id text not null,
        type text not null,
        schema_version integer not null check (schema_version > 0),
        effective_date date not null,
        accounting_period text check (accounting_period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
        recorded_at timestamptz not null,
        actor text not null,
        source text not null,
        reverses_position bigint check (reverses_position > 0 and reverses_position < position),
        correlation_id text not null,
        causation_id text,
        body text not null,
        content_hash bytea not null check (length(content_hash) = 32),
        hash bytea not null check (length(hash) = 32),
        primary key (book, position)
      );
      create unique index event_reversed_once on event (book, reverses_position) where reverses_position is not null;
      -- Heads are updated with every append: room on their pages keeps that within the page.
      create table book_head (
        book text primary key,
        position bigint not null default 0 check (position >= 0),
        hash bytea not null default decode(repeat('00', 32), 'hex') check (length(hash) = 32),
        recorded_at timestamptz,
        closed_through text,
        held_by text
      ) with (fillfactor = 50);`);
    await runner.query(APPEND_ONLY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table book_head, event, command');
  }
}

// Whatever default privileges gave is taken back first.
const APPEND_ONLY = `
  do $$
  declare
    app text := regexp_replace(current_user, '_owner$', '_app');
  begin
    if app = current_user or not exists (select from pg_roles where rolname = app) then
      raise exception 'books are append-only by privilege: migrate as a role named …_owner beside a role …_app, not as %', current_user;
    end if;
    execute format('revoke all on command, event, book_head from public, %I', app);
    execute format('grant select, insert on command, event to %I', app);
    execute format('grant select, insert, update on book_head to %I', app);
  end $$`;

/** The table of a consumer's cursors, beside the projections that they belong to. */
export class CreateCursors implements MigrationInterface {
  readonly name = 'CreateCursors1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table cursor (
        topic text not null,
        book text not null,
        position bigint not null default 0 check (position >= 0),
        parked_reason text,
        parked_at timestamptz,
        primary key (topic, book)
      ) with (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table cursor');
  }
}

export const eventLogMigration = CreateEventLog;
export const cursorMigration = CreateCursors;
