import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Charges that another customer owes by now, and what of deposits was applied or forfeited. */
export class Moves implements MigrationInterface {
  readonly name = 'Moves1700000001011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table charge drop column open_fen;
      alter table charge drop constraint charge_origin_check;
      alter table charge
        add constraint charge_origin_check check (origin in ('run', 'opening', 'manual', 'transfer')),
        add column transferred_fen bigint not null default 0 check (transferred_fen >= 0),
        add column transferred_from bigint,
        add column open_fen bigint not null generated always as (
          case when reversed_by is null
            then amount_fen - cash_fen - applied_fen - written_off_fen - reduced_fen - transferred_fen else 0 end)
          stored check (open_fen >= 0);
      create index charge_open on charge (book, customer) where open_fen > 0;
      create index charge_transferred_from on charge (book, transferred_from) where transferred_from is not null;
      comment on column charge.transferred_from is 'the charge that it was under another customer';

      alter table deposit
        add column used_fen bigint not null default 0 check (used_fen >= 0),
        add constraint deposit_held_check check (refunded_fen + used_fen <= amount_fen);
      comment on column deposit.used_fen is 'applied to charges, or forfeited';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table deposit drop column used_fen;
      alter table charge drop column open_fen, drop column transferred_from, drop column transferred_fen,
        drop constraint charge_origin_check;
      alter table charge
        add constraint charge_origin_check check (origin in ('run', 'opening', 'manual')),
        add column open_fen bigint not null generated always as (
          case when reversed_by is null then amount_fen - cash_fen - applied_fen - written_off_fen - reduced_fen else 0 end)
          stored check (open_fen >= 0);
      create index charge_open on charge (book, customer) where open_fen > 0;`);
  }
}
