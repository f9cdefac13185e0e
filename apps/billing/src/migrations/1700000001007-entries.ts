import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of a receipt was paid back, and facts that leave no row of their own but can be reversed. */
export class Entries implements MigrationInterface {
  readonly name = 'Entries1700000001007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table receipt
        add column refunded_fen bigint not null default 0 check (refunded_fen >= 0),
        add column handled_on day;
      comment on column receipt.settlements is 'what it settles now; "0.00" once it is given back';
      comment on column receipt.handled_on is 'the latest date of what was done with it; null: only taken';

      create table entry (
        book text not null,
        position bigint not null,
        type text not null,
        subject text collate "C" not null,
        reversed_by bigint,
        primary key (book, position));
      create index entry_by_subject on entry (book, subject, position);
      comment on table entry is 'facts that can be reversed and leave no other row; what they did is in their events';
      comment on column entry.subject is 'the receipt number or customer that the fact is about';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table entry;
      alter table receipt drop column refunded_fen, drop column handled_on;`);
  }
}
