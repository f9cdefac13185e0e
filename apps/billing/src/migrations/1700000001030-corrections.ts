import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 红冲 and 补差: what was taken back of a charge, charges that stand beside those which they correct, and the limit of a correction. */
export class Corrections implements MigrationInterface {
  readonly name = 'Corrections1700000001030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table charge drop column open_fen, drop constraint charge_origin_check;
      alter table charge
        add constraint charge_origin_check
          check (origin in ('run', 'opening', 'manual', 'transfer', 'late-fee', 'correction')),
        add column corrected_fen bigint not null default 0 check (corrected_fen >= 0),
        add column open_fen bigint not null generated always as (
          case when reversed_by is null
            then amount_fen - corrected_fen - cash_fen - applied_fen - written_off_fen - reduced_fen - transferred_fen
            else 0 end) stored check (open_fen >= 0);
      create index charge_open on charge (book, customer) where open_fen > 0;
      comment on column charge.corrected_fen is 'taken back: it should not have been charged';

      drop index charge_once;
      create unique index charge_once on charge (book, binding, from_on, subject) nulls not distinct
        where binding is not null and reversed_by is null and origin <> 'correction';
      create index charge_correction on charge (book, binding, from_on) where origin = 'correction' and reversed_by is null;

      alter table approval_limit add column correction_fen bigint check (correction_fen >= 0);
      alter table approval drop constraint approval_kind_check,
        add constraint approval_kind_check check (kind in ('write-off', 'waiver', 'refund', 'reopening', 'correction'));`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table approval drop constraint approval_kind_check,
        add constraint approval_kind_check check (kind in ('write-off', 'waiver', 'refund', 'reopening'));
      alter table approval_limit drop column correction_fen;
      drop index charge_correction;
      drop index charge_once;
      create unique index charge_once on charge (book, binding, from_on, subject) nulls not distinct
        where binding is not null and reversed_by is null;
      alter table charge drop column open_fen, drop column corrected_fen, drop constraint charge_origin_check;
      alter table charge
        add constraint charge_origin_check check (origin in ('run', 'opening', 'manual', 'transfer', 'late-fee')),
        add column open_fen bigint not null generated always as (
          case when reversed_by is null
            then amount_fen - cash_fen - applied_fen - written_off_fen - reduced_fen - transferred_fen else 0 end)
          stored check (open_fen >= 0);
      create index charge_open on charge (book, customer) where open_fen > 0;`);
  }
}
