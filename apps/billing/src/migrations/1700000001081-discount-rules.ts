import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 优惠规则, discounts granted for prepaying, what gave each discount, and which groups a customer is in. */
export class DiscountRules implements MigrationInterface {
  readonly name = 'DiscountRules1700000001081';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table discount_rule (
        book text not null,
        rule text collate "C" not null,
        body jsonb not null,
        position bigint not null,
        withdrawn boolean not null,
        primary key (book, rule));

      create table discount_grant (
        book text not null,
        position bigint not null,
        receipt bigint not null,
        customer text collate "C" not null,
        body jsonb not null,
        to_on day not null,
        withdrawn_by bigint,
        primary key (book, position));
      comment on column discount_grant.to_on is 'the last day of charges that it is of';
      create index discount_grant_by_receipt on discount_grant (book, receipt);

      alter table reduction add column rule text collate "C", add column grant_at bigint;
      comment on column reduction.grant_at is 'the position of the discount.granted; rule alone: by the rule itself; neither: by hand';
      create index reduction_by_grant on reduction (book, grant_at) where grant_at is not null;

      alter table copy_customer add column groups text[] not null default '{}';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table copy_customer drop column groups;
      alter table reduction drop column rule, drop column grant_at;
      drop table discount_grant, discount_rule`);
  }
}
