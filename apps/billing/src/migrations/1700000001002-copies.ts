import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Copies of what the registry and customer-service tell: what bill runs compute from and commands are checked against. */
export class Copies implements MigrationInterface {
  readonly name = 'Copies1700000001002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table copy_project (project text primary key, first_period period not null);
      create table copy_resource (
        project text not null, resource text collate "C" not null, primary key (project, resource));
      create table copy_area (
        project text not null, resource text collate "C" not null, effective_on day not null, position bigint not null,
        area text, primary key (project, resource, effective_on, position));
      comment on table copy_area is 'billable area from a day on; of two for one day the later position holds';
      create table copy_customer (
        project text not null, customer text collate "C" not null, primary key (project, customer));
      create table copy_occupancy (
        project text not null, occupancy text not null, resource text collate "C" not null,
        customer text collate "C" not null, from_on day not null, to_on day, payer boolean not null,
        primary key (project, occupancy));
      create index copy_occupancy_by_resource on copy_occupancy (project, resource);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table copy_occupancy, copy_customer, copy_area, copy_resource, copy_project');
  }
}
