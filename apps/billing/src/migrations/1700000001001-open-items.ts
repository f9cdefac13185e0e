import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Open state and natural keys of the ledger: what deciders are given, and what lists show. */
export class OpenItems implements MigrationInterface {
  readonly name = 'OpenItems1700000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- As text under collation C: days and periods then sort as dates do, and come back as they went in.
      -- The check is a cheap one, made for every row of a run: YYYY-MM-DD and YYYY-MM.
      create domain day as text collate "C" check (octet_length(value) = 10);
      create domain period as text collate "C" check (octet_length(value) = 7);

      create table calendar (
        book text primary key,
        first_period period not null,
        closed_through period);

      create table standard (
        book text not null,
        standard text collate "C" not null,
        item text not null,
        body jsonb not null,
        position bigint not null,
        listed bigint not null,
        withdrawn boolean not null,
        primary key (book, standard));
      comment on column standard.position is 'the event that defined or last changed it';
      comment on column standard.listed is 'the event that defined it: the first listed standard of an item gives opening arrears their priority';

      create table binding (
        book text not null,
        binding text collate "C" not null,
        resource text collate "C" not null,
        standard text collate "C" not null,
        from_on day not null,
        to_on day,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, binding));
      -- Before the table was first analyzed the planner cannot tell that a standard has many bindings: whichever index it
      -- takes for a resource and a standard, there are few rows to read.
      create index binding_by_resource on binding (book, resource) where not withdrawn;
      create index binding_by_standard on binding (book, standard, resource) where not withdrawn;

      create table charge (
        book text not null,
        position bigint not null,
        origin text not null check (origin in ('run', 'opening', 'manual')),
        resource text collate "C" not null,
        customer text collate "C" not null,
        item text not null,
        from_on day not null,
        to_on day not null,
        due_on day not null,
        priority int not null,
        standard text,
        binding text,
        period period not null,
        effective_on day not null,
        amount_fen bigint not null,
        cash_fen bigint not null check (cash_fen >= 0),
        applied_fen bigint not null check (applied_fen >= 0),
        written_off_fen bigint not null check (written_off_fen >= 0),
        reversed_by bigint,
        open_fen bigint not null generated always as (
          case when reversed_by is null then amount_fen - cash_fen - applied_fen - written_off_fen else 0 end) stored
          check (open_fen >= 0),
        primary key (book, position));
      create index charge_open on charge (book, customer) where open_fen > 0;
      create index charge_by_customer on charge (book, customer, position);
      create index charge_by_resource on charge (book, resource, from_on);
      create unique index charge_once on charge (book, binding, from_on) where binding is not null and reversed_by is null;

      create table receipt (
        book text not null,
        position bigint not null,
        receipt_no text collate "C" not null,
        customer text collate "C" not null,
        resource text collate "C",
        item text,
        amount_fen bigint not null,
        tenders jsonb not null,
        settlements jsonb not null,
        prepaid_fen bigint not null check (prepaid_fen >= 0),
        period period not null,
        effective_on day not null,
        reversed_by bigint,
        primary key (book, position));
      create unique index receipt_once on receipt (book, receipt_no) where reversed_by is null;
      create index receipt_by_number on receipt (book, receipt_no, position);
      create index receipt_by_customer on receipt (book, customer, position);

      create table receipt_transaction (
        book text not null,
        method text not null,
        reference text not null,
        position bigint not null,
        primary key (book, method, reference));
      create index receipt_transaction_by_receipt on receipt_transaction (book, position);
      comment on table receipt_transaction is 'channel transactions of receipts that stand';

      create table prepayment_balance (
        book text not null,
        customer text collate "C" not null,
        tie text collate "C",
        balance_fen bigint not null check (balance_fen >= 0),
        unique nulls not distinct (book, customer, tie));

      create table prepayment_application (
        book text not null,
        position bigint not null,
        index int not null,
        customer text collate "C" not null,
        tie text collate "C",
        charge bigint not null,
        amount_fen bigint not null,
        released_fen bigint not null check (released_fen between 0 and amount_fen),
        primary key (book, position, index));
      create index application_unreleased on prepayment_application (book, customer, tie) where released_fen < amount_fen;
      create index application_by_charge on prepayment_application (book, charge);

      create table deposit (
        book text not null,
        position bigint not null,
        origin text not null check (origin in ('opening', 'receipt')),
        receipt_no text collate "C" not null,
        resource text collate "C" not null,
        customer text collate "C" not null,
        kind text not null,
        method text,
        amount_fen bigint not null,
        period period not null,
        effective_on day not null,
        refunded_fen bigint not null check (refunded_fen between 0 and amount_fen),
        reversed_by bigint,
        primary key (book, position));
      create unique index deposit_once on deposit (book, receipt_no) where reversed_by is null;
      create index deposit_by_number on deposit (book, receipt_no, position);

      create table deposit_refund (
        book text not null,
        position bigint not null,
        receipt_no text collate "C" not null,
        method text not null,
        amount_fen bigint not null,
        period period not null,
        effective_on day not null,
        reversed_by bigint,
        primary key (book, position));
      create index refund_by_deposit on deposit_refund (book, receipt_no);

      create table write_off (
        book text not null,
        position bigint not null,
        charge bigint not null,
        amount_fen bigint not null,
        period period not null,
        effective_on day not null,
        reversed_by bigint,
        primary key (book, position));
      create index write_off_by_charge on write_off (book, charge);

      create table brought_in (
        book text not null,
        position bigint not null,
        customer text collate "C" not null,
        tie text collate "C",
        amount_fen bigint not null,
        period period not null,
        effective_on day not null,
        reversed_by bigint,
        primary key (book, position));
      create index brought_in_by_customer on brought_in (book, customer, tie);

      create table note (
        book text not null,
        position bigint not null,
        text text not null,
        salt text not null,
        primary key (book, position));
      comment on table note is 'remarks and reasons by the event they belong to; a row may be erased, the event stays';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table note, brought_in, write_off, deposit_refund, deposit, prepayment_application, prepayment_balance,
        receipt_transaction, receipt, charge, binding, standard, calendar;
      drop domain period;
      drop domain day;`);
  }
}
