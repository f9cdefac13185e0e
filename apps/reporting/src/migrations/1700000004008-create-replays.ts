import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rebuilding projections beside the live ones. The application's role may not make tables; these functions of the owner make, index
 * and exchange those that `projection_table` names, and nothing else. A migration that adds a table of a projection adds its
 * name there.
 */
export class CreateReplays implements MigrationInterface {
  readonly name = 'CreateReplays1700000004008';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('drop table drift_check, replay_book, replay, projection_table');
    for (const schema of ['rebuilding', 'kept', 'checking']) await queryRunner.query(`drop schema ${schema} cascade`);
    for (const name of ['prepare_projection(text)', 'index_projection(text)', 'exchange_projection(text)'])
      await queryRunner.query(`drop function ${name}`);
  }
}

const STATEMENTS = [
  // With the charge, so that what came after a cut is found in the index alone.
  `drop index receivable_movement_position`,
  `create index receivable_movement_position on receivable_movement (book, position, charge)`,
  `create table projection_table (name text primary key)`,
  `insert into projection_table values ('cursor'), ('charge'), ('receivable_movement'), ('prepayment_movement'), ('deposit'),
     ('deposit_movement'), ('receipt_movement'), ('resource_version'), ('arrears_sum'), ('receivable_month'), ('receivable_day'),
     ('collection_day'), ('book_dates')`,
  // rebuilding: what a replay makes; kept: what was live before; checking: one book at a time, looked through for drift.
  ...['rebuilding', 'kept', 'checking'].map((schema) => `create schema ${schema}`),
  `create table replay (
    replay uuid primary key,
    key text not null unique,
    state text not null check (state in
      ('folding', 'finishing', 'ready', 'swapping', 'live', 'returning', 'kept', 'replaced', 'dropped', 'failed')),
    actor text not null,
    asked_at timestamptz not null default now(),
    ready_at timestamptz,
    live_at timestamptz,
    events bigint not null default 0,
    failure text
  )`,
  // Only one uses the tables in the making.
  `create unique index replay_in_the_making on replay ((true)) where state in ('folding', 'finishing', 'ready')`,
  // Positions up to which the book is folded, and the checksums of the live tables at these.
  `create table replay_book (
    replay uuid not null references replay,
    book text collate "C" not null,
    ledger bigint not null,
    registry bigint not null,
    live jsonb not null,
    folded boolean not null default false,
    differs text[],
    primary key (replay, book)
  )`,
  // The last look at each book: up to where, and which tables were not what its events make.
  `create table drift_check (
    book text collate "C" primary key,
    checked_at timestamptz not null default now(),
    ledger bigint not null,
    registry bigint not null,
    differs text[] not null
  )`,
  // Tables like the live ones, without indexes but the key of charge, by which a fold finds a charge that it has written.
  `create function prepare_projection(target text) returns void
   language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
   declare
     t record;
     app text := regexp_replace(current_user, '_owner$', '_app');
   begin
     if target not in ('rebuilding', 'checking') then raise exception 'not a place to rebuild in: %', target; end if;
     for t in select p.name, c.reloptions from public.projection_table p
       join pg_class c on c.relname = p.name and c.relnamespace = 'public'::regnamespace
     loop
       execute format('drop table if exists %I.%I', target, t.name);
       execute format('create %s table %I.%I (like public.%I including defaults including constraints including generated)',
         case target when 'checking' then 'unlogged' else '' end, target, t.name, t.name);
       if t.reloptions is not null then
         execute format('alter table %I.%I set (%s)', target, t.name, array_to_string(t.reloptions, ', '));
       end if;
       if app <> current_user and exists (select from pg_roles where rolname = app) then
         execute format('grant select, insert, update, delete, truncate on %I.%I to %I', target, t.name, app);
       end if;
     end loop;
     execute format('alter table %I.charge add primary key (book, position)', target);
     execute format('alter table %I.cursor add primary key (topic, book)', target);
   end $$`,
  // The indexes that the live tables have, by the same names.
  `create function index_projection(target text) returns void
   language plpgsql security definer set search_path = pg_catalog, pg_temp set maintenance_work_mem = '256MB' as $$
   declare
     i record;
   begin
     if target <> 'rebuilding' then raise exception 'not a place to rebuild in: %', target; end if;
     for i in select x.tablename, x.indexname, x.indexdef, k.conname from public.projection_table p
       join pg_indexes x on x.schemaname = 'public' and x.tablename = p.name
       left join pg_constraint k on k.conindid = format('public.%I', x.indexname)::regclass and k.contype = 'p'
     loop
       if to_regclass(format('%I.%I', target, i.indexname)) is not null then continue; end if;
       execute replace(i.indexdef, ' ON public.', format(' ON %I.', target));
       if i.conname is not null then
         execute format('alter table %I.%I add constraint %I primary key using index %I', target, i.tablename, i.conname, i.indexname);
       end if;
     end loop;
     for i in select name from public.projection_table loop execute format('analyze %I.%I', target, i.name); end loop;
   end $$`,
  // Makes the tables in source the live ones and keeps those that were.
  `create function exchange_projection(source text) returns void
   language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
   declare
     t record;
     spare text := case source when 'kept' then 'rebuilding' else 'kept' end;
   begin
     if source not in ('rebuilding', 'kept') then raise exception 'not a projection: %', source; end if;
     for t in select name from public.projection_table loop
       if array(select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
             where attrelid = to_regclass(format('%I.%I', source, t.name)) and attnum > 0 and not attisdropped order by attnum)
         is distinct from array(select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
             where attrelid = format('public.%I', t.name)::regclass and attnum > 0 and not attisdropped order by attnum)
       then raise exception 'the tables have changed since: %', t.name using errcode = '55000'; end if;
     end loop;
     for t in select name from public.projection_table loop
       execute format('drop table if exists %I.%I', spare, t.name);
       execute format('alter table public.%I set schema %I', t.name, spare);
       execute format('alter table %I.%I set schema public', source, t.name);
       if source = 'kept' then execute format('alter table rebuilding.%I set schema kept', t.name); end if;
     end loop;
   end $$`,
  `do $$
   declare
     app text := regexp_replace(current_user, '_owner$', '_app');
     f text;
   begin
     foreach f in array array['prepare_projection(text)', 'index_projection(text)', 'exchange_projection(text)'] loop
       execute format('revoke all on function %s from public', f);
     end loop;
     if app <> current_user and exists (select from pg_roles where rolname = app) then
       foreach f in array array['prepare_projection(text)', 'index_projection(text)', 'exchange_projection(text)'] loop
         execute format('grant execute on function %s to %I', f, app);
       end loop;
       execute format('revoke insert, update, delete on projection_table from %I', app);
       execute format('grant usage on schema rebuilding, kept, checking to %I', app);
     end if;
   end $$`,
];
