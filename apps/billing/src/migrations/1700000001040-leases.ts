import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Copies of leases and of the turnovers that tenants reported. What customer-service told before there was a copy of leases is read
 * again: the cursors of its books begin anew.
 */
export class Leases implements MigrationInterface {
  readonly name = 'Leases1700000001040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table copy_lease (
        project text not null, lease text collate "C" not null, body jsonb not null, changes jsonb not null,
        from_on day not null, to_on day not null,
        primary key (project, lease));
      comment on column copy_lease.to_on is 'the last day as it is agreed now; of one that was called off, the day before its first';
      create table copy_lease_turnover (
        project text not null, lease text collate "C" not null, period period not null, turnover text not null,
        primary key (project, lease, period));
      truncate copy_customer, copy_occupancy;
      delete from cursor where topic = 'customers' and book <> '~group';
      comment on column charge.subject is
        'what it is for beside its resource: "meter CODE", "pool CODE", "lease CODE", of a late fee "charge POSITION"';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table copy_lease_turnover, copy_lease');
  }
}
