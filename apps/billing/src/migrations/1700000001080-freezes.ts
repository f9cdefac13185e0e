import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Charges that bear no late fees for a time. */
export class Freezes implements MigrationInterface {
  readonly name = 'Freezes1700000001080';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table late_fee_freeze (
        book text not null,
        position bigint not null,
        charges jsonb not null,
        from_on day not null,
        to_on day,
        ended_at bigint,
        withdrawn_by bigint,
        primary key (book, position),
        check ((to_on is null) = (ended_at is null)));
      comment on column late_fee_freeze.charges is 'their positions';
      comment on column late_fee_freeze.to_on is 'the last day; null: it goes on';
      comment on column late_fee_freeze.ended_at is 'the position that recorded the last day';
      create index late_fee_freeze_by_end on late_fee_freeze (book, ended_at) where ended_at is not null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table late_fee_freeze');
  }
}
