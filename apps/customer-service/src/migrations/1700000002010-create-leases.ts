import type { MigrationInterface, QueryRunner } from 'typeorm';
import { onlyTheseRights } from './rights';

/** Leases with their changes, change orders that wait for a second person, and turnovers that tenants reported. */
export class CreateLeases implements MigrationInterface {
  readonly name = 'CreateLeases1700000002010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table lease (
        project text collate "C" not null, lease text collate "C" not null,
        body jsonb not null, changes jsonb not null, positions bigint[] not null,
        payer text collate "C" not null, from_on text collate "C" not null, to_on text collate "C" not null,
        resources text[] not null, customers text[] not null,
        primary key (project, lease));
      comment on column lease.positions is 'of the events that made each version';
      comment on column lease.resources is 'of all versions, as customers are';

      create table lease_draft (
        draft uuid primary key, project text collate "C" not null, lease text collate "C" not null, change jsonb not null,
        requested_by text not null, asked_at timestamptz not null default now(),
        state text not null check (state in ('waiting', 'approved', 'rejected')),
        decided_by text, decided_at timestamptz,
        foreign key (project, lease) references lease);
      create index lease_draft_by_project on lease_draft (project, state, asked_at);

      create table lease_turnover (
        project text collate "C" not null, lease text collate "C" not null, period text collate "C" not null,
        turnover text not null,
        primary key (project, lease, period),
        foreign key (project, lease) references lease);`);
    await runner.query(
      onlyTheseRights({
        lease: 'select, insert, update',
        lease_draft: 'select, insert, update',
        lease_turnover: 'select, insert, update',
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table lease_turnover, lease_draft, lease');
  }
}
