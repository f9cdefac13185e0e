import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Meters, readings and pools; what a charge is for beside its resource; and where resources are, for which the copies of
 * projects' registries are made anew: their cursors begin again.
 */
export class Meters implements MigrationInterface {
  readonly name = 'Meters1700000001012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table meter (
        book text not null,
        meter text collate "C" not null,
        kind text not null,
        resource text collate "C",
        body jsonb not null,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, meter));

      create table meter_record (
        book text not null,
        position bigint not null,
        meter text collate "C" not null,
        on_day day not null,
        period period,
        body jsonb not null,
        withdrawn_by bigint,
        primary key (book, position));
      comment on table meter_record is 'readings (with their 账期) and replacements of meters';
      create index meter_record_by_meter on meter_record (book, meter) where withdrawn_by is null;
      create unique index meter_record_once on meter_record (book, period, meter)
        where period is not null and withdrawn_by is null;

      create table pool (
        book text not null,
        pool text collate "C" not null,
        standard text collate "C" not null,
        body jsonb not null,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, pool));

      create table pool_amount (
        book text not null,
        pool text collate "C" not null,
        period period not null,
        amount_fen bigint not null,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, pool, period));

      alter table charge drop constraint charge_origin_check;
      alter table charge
        add constraint charge_origin_check check (origin in ('run', 'opening', 'manual', 'transfer', 'late-fee')),
        add column subject text collate "C";
      comment on column charge.subject is 'what it is for beside its resource: "meter CODE", "pool CODE", of a late fee "charge POSITION"';
      create index charge_by_subject on charge (book, subject, from_on) where subject is not null and reversed_by is null;
      drop index charge_once;
      create unique index charge_once on charge (book, binding, from_on, subject) nulls not distinct
        where binding is not null and reversed_by is null;

      create index event_of_sharing on event (book, position) where type = 'pool.shared';

      create table late_fee_run (
        run uuid primary key,
        book text not null,
        as_of day not null,
        actor text not null,
        key text not null,
        request_hash text not null,
        result jsonb,
        unique (book, actor, key));

      alter table copy_resource add column building text, add column entrance text;
      truncate copy_resource, copy_area;
      delete from cursor where topic = 'registry' and book <> '~group';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_resource drop column building, drop column entrance;
      drop table late_fee_run;
      drop index event_of_sharing;
      drop index charge_once;
      drop index charge_by_subject;
      alter table charge drop column subject, drop constraint charge_origin_check;
      alter table charge
        add constraint charge_origin_check check (origin in ('run', 'opening', 'manual', 'transfer'));
      create unique index charge_once on charge (book, binding, from_on) where binding is not null and reversed_by is null;
      drop table pool_amount, pool, meter_record, meter;`);
  }
}
