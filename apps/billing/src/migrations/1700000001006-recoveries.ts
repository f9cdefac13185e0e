import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 坏账收回, tax of charges by hand, and what is collected for others. */
export class Recoveries implements MigrationInterface {
  readonly name = 'Recoveries1700000001006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table charge
        add column tax_fen bigint not null default 0 check (tax_fen >= 0),
        add column for_others boolean not null default false;
      alter table write_off
        add column recovered_fen bigint not null default 0,
        add check (recovered_fen between 0 and amount_fen);
      create table recovery (
        book text not null,
        position bigint not null,
        write_off bigint not null,
        method text not null,
        amount_fen bigint not null,
        period period not null,
        effective_on day not null,
        reversed_by bigint,
        primary key (book, position));
      create index recovery_by_write_off on recovery (book, write_off);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table recovery;
      alter table write_off drop column recovered_fen;
      alter table charge drop column tax_fen, drop column for_others;`);
  }
}
