import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * 所属房间 of parking spaces by day, and prices of what is let by the month: what the registry told before the first was kept is read
 * again, the cursors of its books begin anew. (No 月租 was told before this.)
 */
export class Spaces implements MigrationInterface {
  readonly name = 'Spaces1700000001100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_occupancy add column price text;
      alter table copy_area add column room text;
      comment on table copy_area is 'areas (area: the billable one), floor and 所属房间 from a day on; of two for one day the later position holds';
      truncate copy_resource, copy_area;
      delete from cursor where topic = 'registry' and book <> '~group';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_area drop column room;
      alter table copy_occupancy drop column price;`);
  }
}
