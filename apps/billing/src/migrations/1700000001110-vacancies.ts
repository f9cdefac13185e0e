import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 空置申报, and whether more vacant days take two people. */
export class Vacancies implements MigrationInterface {
  readonly name = 'Vacancies1700000001110';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table vacancy (
        book text not null,
        vacancy text collate "C" not null,
        resource text collate "C" not null,
        from_on day not null,
        to_on day,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, vacancy));
      comment on table vacancy is 'from when to when a resource was declared vacant; to_on null: without end';
      create index vacancy_of_resource on vacancy (book, resource, from_on) where not withdrawn;

      alter table approval_limit add column vacancies boolean not null default false;
      comment on column approval_limit.vacancies is 'more vacant days take two people';
      alter table approval drop constraint approval_kind_check,
        add constraint approval_kind_check
          check (kind in ('write-off', 'waiver', 'refund', 'reopening', 'correction', 'vacancy'));`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table approval drop constraint approval_kind_check,
        add constraint approval_kind_check check (kind in ('write-off', 'waiver', 'refund', 'reopening', 'correction'));
      alter table approval_limit drop column vacancies;
      drop table vacancy`);
  }
}
