import type { MigrationInterface, QueryRunner } from 'typeorm';
import { onlyTheseRights } from './rights';

/** Codes sort by code point everywhere, whatever the locale of the database. */
export class CreateArchives implements MigrationInterface {
  readonly name = 'CreateArchives1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table project (
        project text collate "C" primary key,
        name text not null, region text not null, company text not null,
        first_period text not null check (first_period ~ '^[0-9]{4}-[0-9]{2}$'));
      create index project_by_region on project (region);

      create table resource (
        project text collate "C" not null references project,
        resource text collate "C" not null,
        kind text not null check (kind in ('room', 'parking')),
        primary key (project, resource));
      create table resource_version (
        project text collate "C" not null, resource text collate "C" not null, position integer not null,
        effective_on date not null,
        kind text not null, name text not null, nature text not null,
        building text collate "C", entrance text, floor text, room text,
        gross_area numeric check (gross_area >= 0), inside_area numeric check (inside_area >= 0),
        billable_area numeric check (billable_area >= 0),
        handed_over_on date, location text, parent_room text collate "C",
        primary key (project, resource, position),
        foreign key (project, resource) references resource on delete cascade);
      create index resource_version_by_day on resource_version (project, resource, effective_on desc, position desc);

      create table operator (
        operator text collate "C" primary key,
        name text, password_hash text not null, enabled boolean not null);
      create table operator_grant (
        operator text collate "C" not null references operator,
        role text not null,
        scope_kind text not null check (scope_kind in ('group', 'region', 'project')),
        scope text not null,
        primary key (operator, role, scope_kind, scope));

      create table signing_key (
        kid text primary key, jwk jsonb not null, only_one boolean not null default true unique check (only_one));`);
    await runner.query(
      onlyTheseRights({
        project: 'select, insert, update, delete',
        resource: 'select, insert, delete',
        resource_version: 'select, insert',
        operator: 'select, insert, update',
        operator_grant: 'select, insert, delete',
        signing_key: 'select, insert',
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signing_key, operator_grant, operator, resource_version, resource, project');
  }
}
