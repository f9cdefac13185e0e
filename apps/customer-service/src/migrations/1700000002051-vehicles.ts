import type { MigrationInterface, QueryRunner } from 'typeorm';
import { onlyTheseRights } from './rights';

/** Cars, by resource and by plate; plates are nowhere else. */
export class Vehicles implements MigrationInterface {
  readonly name = 'Vehicles1700000002051';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table vehicle (
        project text collate "C" not null, vehicle text collate "C" not null,
        plate text collate "C" not null, resource text collate "C" not null, customer text collate "C" not null,
        from_on text collate "C" not null check (from_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
        to_on text collate "C" check (to_on ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and to_on >= from_on),
        primary key (project, vehicle),
        foreign key (project, customer) references customer);
      create index vehicle_by_resource on vehicle (project, resource, from_on, vehicle);
      create index vehicle_by_customer on vehicle (project, customer);
      create index vehicle_by_plate on vehicle (project, plate);`);
    await runner.query(onlyTheseRights({ vehicle: 'select, insert, update, delete' }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table vehicle');
  }
}
