import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 收费项目 of projects and of the group, and who is a project's developer. */
export class ChargeItems implements MigrationInterface {
  readonly name = 'ChargeItems1700000001060';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table item_terms (
        book text not null,
        item text collate "C" not null,
        from_on day not null,
        body jsonb not null,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, item, from_on));
      comment on table item_terms is 'what holds of a charge item from a day on; ~group: in every project without terms of its own';

      create table developer (
        book text not null,
        from_on day not null,
        customer text collate "C",
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, from_on));`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table developer, item_terms');
  }
}
