import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workbooks with faulty cells, kept for some days so that they can be given back with these cells in red. */
export class KeptUploads implements MigrationInterface {
  readonly name = 'KeptUploads1700000005010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kept_upload (
        import uuid primary key references import,
        file bytea not null,
        kept_until timestamptz not null);
      alter table kept_upload alter column file set storage external;
      create index kept_upload_until on kept_upload (kept_until);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kept_upload');
  }
}
