import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables of movements: what each event moved, with its effective date, its accounting period and its position, so that
 * every report can be answered as of a day and as known at a position. Codes compare by code point.
 */
export class CreateProjection implements MigrationInterface {
  readonly name = 'CreateProjection1700000004000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `drop table charge, receivable_movement, prepayment_movement, deposit, deposit_movement, receipt_movement, resource_version, cut`,
    );
  }
}

const TABLES = [
  // open_fen, moved_on and moved_at are as of the last event applied: what is open, the latest effective date and position of
  // its movements. A question about a later day and position need not add up the movements of a charge that is settled.
  `create table charge (
    book text collate "C" not null,
    position bigint not null,
    resource text collate "C" not null,
    customer text collate "C" not null,
    item text collate "C" not null,
    service_from date not null,
    service_to date not null,
    due_on date not null,
    priority integer not null,
    effective_on date not null,
    period text collate "C" not null,
    amount_fen bigint not null,
    open_fen bigint not null,
    moved_on date not null,
    moved_at bigint not null,
    primary key (book, position)
  ) with (fillfactor = 80)`,
  // counts_on: the first day on which arrears count it, since the charge must be due and effective, too. The key begins with
  // the charge and is the only index, so that no planner without statistics can look a charge's movements up otherwise.
  `create table receivable_movement (
    book text collate "C" not null,
    position bigint not null,
    charge bigint not null,
    kind text collate "C" not null check (kind in ('charge', 'cash', 'prepayment', 'write-off')),
    amount_fen bigint not null,
    effective_on date not null,
    period text collate "C" not null,
    item text collate "C" not null,
    charge_period text collate "C" not null,
    counts_on date not null,
    primary key (book, charge, position)
  )`,
  `create table prepayment_movement (
    book text collate "C" not null,
    position bigint not null,
    customer text collate "C" not null,
    tie text collate "C" not null,
    amount_fen bigint not null,
    effective_on date not null,
    primary key (book, position, customer, tie)
  )`,
  `create table deposit (
    book text collate "C" not null,
    position bigint not null,
    receipt_no text collate "C" not null,
    resource text collate "C" not null,
    customer text collate "C" not null,
    kind text collate "C" not null,
    received_on date not null,
    primary key (book, position)
  )`,
  `create index deposit_receipt_no on deposit (book, receipt_no, position)`,
  `create table deposit_movement (
    book text collate "C" not null,
    position bigint not null,
    deposit bigint not null,
    kind text collate "C" not null check (kind in ('received', 'refunded')),
    amount_fen bigint not null,
    effective_on date not null,
    primary key (book, deposit, position)
  )`,
  `create table receipt_movement (
    book text collate "C" not null,
    position bigint not null,
    line integer not null,
    method text collate "C" not null,
    receipts integer not null,
    amount_fen bigint not null,
    effective_on date not null,
    period text collate "C" not null,
    primary key (book, position, line)
  )`,
  `create index receipt_movement_period on receipt_movement (book, period)`,
  // generation: position of the registration that this version belongs to; a code registered anew begins a new history.
  `create table resource_version (
    book text collate "C" not null,
    resource text collate "C" not null,
    position bigint not null,
    generation bigint not null,
    effective_on date not null,
    parking boolean not null,
    building text collate "C",
    primary key (book, resource, position)
  )`,
  `create table cut (
    cut text collate "C" primary key,
    taken_on date not null,
    positions text not null,
    stored_at timestamptz not null default now()
  )`,
  // A cut is never changed and never removed: the application's role may add cuts and read them.
  `do $$
   declare
     app text := regexp_replace(current_user, '_owner$', '_app');
   begin
     if app <> current_user and exists (select from pg_roles where rolname = app) then
       execute format('revoke all on cut from public, %I', app);
       execute format('grant select, insert on cut to %I', app);
     end if;
   end $$`,
];
