import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 人数 of bindings, for what is charged per person. */
export class Persons implements MigrationInterface {
  readonly name = 'Persons1700000001021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table binding add column persons int');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table binding drop column persons');
  }
}
