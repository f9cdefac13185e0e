import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Idempotency-Keys that stand for something though no command of the book has them: what waits for a second person or was rejected, and
 * what somebody said to it.
 */
export class KeptKeys implements MigrationInterface {
  readonly name = 'KeptKeys1700000001150';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kept_key (
        book text collate "C" not null,
        operator text collate "C" not null,
        key text collate "C" not null,
        request_hash text not null,
        primary key (key, operator, book));
      insert into kept_key (book, operator, key, request_hash) select book, requested_by, key, request_hash from approval;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kept_key');
  }
}
