import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * All areas of resources, their floors and when they were handed over, for standards that charge by them. The copies of
 * projects' registries are made anew: their cursors begin again.
 */
export class Areas implements MigrationInterface {
  readonly name = 'Areas1700000001020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_area add column gross text, add column inside text, add column floor text;
      comment on table copy_area is 'areas (area: the billable one) and floor from a day on; of two for one day the later position holds';
      alter table copy_resource add column handed_over_on day;
      truncate copy_resource, copy_area;
      delete from cursor where topic = 'registry' and book <> '~group';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_resource drop column handed_over_on;
      alter table copy_area drop column gross, drop column inside, drop column floor;`);
  }
}
