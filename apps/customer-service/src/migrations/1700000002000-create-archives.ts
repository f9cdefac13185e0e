import type { MigrationInterface, QueryRunner } from 'typeorm';
import { onlyTheseRights } from './rights';

/** Codes and days sort by code point everywhere, whatever the locale of the database. */
export class CreateArchives implements MigrationInterface {
  readonly name = 'CreateArchives1700000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table customer (
        project text collate "C" not null, customer text collate "C" not null,
        kind text not null, name text not null,
        id_type text, id_number text, phone text, address text,
        primary key (project, customer));

      create table occupancy (
        project text collate "C" not null, occupancy text collate "C" not null,
        resource text collate "C" not null, customer text collate "C" not null,
        relation text not null,
        from_on text collate "C" not null check (from_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
        to_on text collate "C" check (to_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and to_on >= from_on),
        payer boolean not null,
        primary key (project, occupancy),
        foreign key (project, customer) references customer);
      create index occupancy_by_resource on occupancy (project, resource, from_on, occupancy);
      create index occupancy_by_customer on occupancy (project, customer);

      create table project_copy (project text collate "C" primary key);
      create table resource_copy (
        project text collate "C" not null, resource text collate "C" not null, primary key (project, resource));

      create table digest_key (
        key bytea not null check (length(key) = 32), only_one boolean not null default true unique check (only_one));`);
    await runner.query(
      onlyTheseRights({
        customer: 'select, insert, update, delete',
        occupancy: 'select, insert, update, delete',
        project_copy: 'select, insert, delete',
        resource_copy: 'select, insert, delete',
        digest_key: 'select, insert',
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table digest_key, resource_copy, project_copy, occupancy, customer');
  }
}
