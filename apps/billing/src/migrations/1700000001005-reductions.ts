import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 减免与折扣: waivers and discounts of charges, and what is open of a charge less them. */
export class Reductions implements MigrationInterface {
  readonly name = 'Reductions1700000001005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table reduction (
        book text not null,
        position bigint not null,
        kind text not null check (kind in ('waiver', 'discount')),
        charge bigint not null,
        amount_fen bigint not null,
        period period not null,
        effective_on day not null,
        reversed_by bigint,
        primary key (book, position));
      create index reduction_by_charge on reduction (book, charge);

      alter table charge drop column open_fen;
      alter table charge
        add column reduced_fen bigint not null default 0 check (reduced_fen >= 0),
        add column open_fen bigint not null generated always as (
          case when reversed_by is null then amount_fen - cash_fen - applied_fen - written_off_fen - reduced_fen else 0 end)
          stored check (open_fen >= 0);
      create index charge_open on charge (book, customer) where open_fen > 0;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table charge drop column open_fen, drop column reduced_fen;
      alter table charge add column open_fen bigint not null generated always as (
        case when reversed_by is null then amount_fen - cash_fen - applied_fen - written_off_fen else 0 end) stored
        check (open_fen >= 0);
      create index charge_open on charge (book, customer) where open_fen > 0;
      drop table reduction;`);
  }
}
