import type { MigrationInterface, QueryRunner } from 'typeorm';
import { onlyTheseRights } from './rights';

/** Rows of an import that say a lease are found by it; a lease that nothing was built on can go again. */
export class LeasesByWorkbook implements MigrationInterface {
  readonly name = 'LeasesByWorkbook1700000002040';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table import_stage add column lease text collate "C";
      create index import_stage_by_lease on import_stage (import, project, lease) where lease is not null;`);
    await runner.query(
      onlyTheseRights({
        lease: 'select, insert, update, delete',
        lease_draft: 'select, insert, update, delete',
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table import_stage drop column lease');
    await runner.query(onlyTheseRights({ lease: 'select, insert, update', lease_draft: 'select, insert, update' }));
  }
}
