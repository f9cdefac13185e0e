import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The log in which all books are sealed: its leaves, the nodes of its tree, its checkpoints. */
export class SealedLog implements MigrationInterface {
  readonly name = 'SealedLog1700000004005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table seal_leaf (
        index bigint primary key check (index >= 0),
        topic text collate "C" not null,
        book text collate "C" not null,
        first_position bigint not null check (first_position > 0),
        last_position bigint not null check (last_position >= first_position),
        hash bytea not null check (length(hash) = 32));
      create unique index seal_leaf_by_book on seal_leaf (topic, book, last_position);
      create table seal_node (
        level smallint not null,
        index bigint not null,
        hash bytea not null check (length(hash) = 32),
        primary key (level, index));
      comment on table seal_node is 'perfect subtrees of 2^level leaves, level 0 being the leaves'' own hashes';
      create table seal_checkpoint (
        size bigint primary key check (size > 0),
        root bytea not null check (length(root) = 32),
        note text not null,
        sealed_at timestamptz not null default now());
      do $$
      declare
        app text := regexp_replace(current_user, '_owner$', '_app');
      begin
        if app = current_user or not exists (select from pg_roles where rolname = app) then
          raise exception 'the log is append-only by privilege: migrate as a role named …_owner beside a role …_app, not as %', current_user;
        end if;
        execute format('revoke all on seal_leaf, seal_node, seal_checkpoint from public, %I', app);
        execute format('grant select, insert on seal_leaf, seal_node, seal_checkpoint to %I', app);
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table seal_checkpoint, seal_node, seal_leaf');
  }
}
