import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DiscountGranted, DiscountRule } from '@propledger/contracts';
import { formatMoney, neededFor } from '@propledger/ledger-core';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  PositionParam,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { Recorded, ReversalBody } from '../shapes';
import { firstOf, lastOf, submit } from '../submit';
import { GrantBody, GrantsPage, GrantsQuery, Offers, OffersQuery } from './discount-shapes';
import { chargesToCome, worthOf } from './preview-discounts';

/** 预交优惠: what prepaying some months costs, and the discount that a receipt has earned by it. */
@ApiTags('discounts 优惠')
@Controller('projects/:project/discount-grants')
export class DiscountGrantsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get('offers')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'offerDiscounts',
    summary: '预交优惠试算 What prepaying costs by each rule that fits the customer',
    description:
      '按现行标准、绑定与付费人试算这些月 These months as bill runs would charge them, with standards, bindings and payers as they are.',
  })
  @ApiOkResponse({ type: Offers })
  async offers(
    @CodeParam('project') project: string,
    @Query() { customer, resource, from, date }: OffersQuery,
  ): Promise<Offers> {
    const groups = await this.groupsOf(project, customer);
    const rows = await this.reader.rows<{ body: DiscountRule }>(
      `select body from discount_rule
        where book = $1 and not withdrawn and body ? 'prepaidMonths' and body->>'from' <= $2
          and coalesce(body->>'to', $2) >= $2 and (not body ? 'group' or body->>'group' = any ($3))
        order by rule`,
      [project, date, groups],
    );
    const months = Math.max(0, ...rows.map(({ body }) => body.prepaidMonths ?? 0));
    const charges = await chargesToCome(this.reader, project, { customer, resource, from, months });
    return {
      items: rows.flatMap(({ body }) => {
        const { rule, name, items, prepaidMonths = 0, giftMonths = null } = body;
        const worth = worthOf(charges, items, from, prepaidMonths);
        if (worth === 0n) return [];
        const needed = neededFor(body, worth);
        return {
          ...{ rule, name, months: prepaidMonths, giftMonths },
          ...{ worth: formatMoney(worth), toPrepay: formatMoney(needed), discount: formatMoney(worth - needed) },
        };
      }),
    };
  }

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listDiscountGrants', summary: '预交优惠列表 List discounts granted for prepaying' })
  @ApiOkResponse({ type: GrantsPage })
  async list(@CodeParam('project') project: string, @Query() query: GrantsQuery): Promise<GrantsPage> {
    const from = decodeCursor(query.cursor, 'number');
    const where = new Conditions()
      .and('g.book = ?', project)
      .only('g.withdrawn_by is null')
      .and('g.customer = ?', query.customer)
      .and('g.position > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<{ grant: string; body: DiscountGranted; given: string }>(
      `select g.position as grant, g.body,
              coalesce((select sum(r.amount_fen) from reduction r
                         where r.book = g.book and r.grant_at = g.position and r.reversed_by is null), 0) as given
         from discount_grant g where ${where.sql} order by g.position limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      ({ grant, body, given }) => {
        const { rule, receiptNo, customer, resource, items, worth, needed, percentOff = null, amountOff = null } = body;
        return {
          ...{ grant: Number(grant), rule, receiptNo, customer, resource, items: [...items] },
          ...{ from: body.from, to: body.to, percentOff, amountOff, worth, needed },
          given: formatMoney(BigInt(given)),
        };
      },
      ({ grant }) => [Number(grant)],
    );
  }

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'grantDiscount',
    summary: '给予预交优惠 Grant a discount for what a receipt has prepaid',
    description:
      '预交金额须不少于这些月应收减去优惠; 此后出账按它给出折扣. 收据红冲时一并收回 ' +
      'The receipt has prepaid what these months come to, less the discount. Bill runs give it from then on; reversed with its receipt.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-discount-rule',
    'discount-rule-unfit',
    'unknown-receipt',
    'already-reversed',
    'receipt-has-discount',
    'discount-rule-not-met',
    'prepaid-too-little',
    'inputs-changed',
  )
  async grant(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: GrantBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { rule, receiptNo, resource, from } = body;
    const known = await this.reader.first<{ body: DiscountRule; position: string }>(
      'select body, position from discount_rule where book = $1 and rule = $2 and not withdrawn',
      [project, rule],
    );
    const receipt = await this.reader.first<{ customer: string; date: string }>(
      `select customer, effective_on as date from receipt where book = $1 and receipt_no = $2 order by position desc limit 1`,
      [project, receiptNo],
    );
    const customer = receipt?.customer ?? '';
    const months = known?.body.prepaidMonths ?? 0;
    const charges = await chargesToCome(this.reader, project, { customer, resource, from, months });
    const task: LedgerTask = {
      command: {
        ...{ type: 'GrantDiscount', rule, ruleAt: Number(known?.position ?? 0), receiptNo, resource, from },
        groups: await this.groupsOf(project, customer),
        worth: worthOf(charges, known?.body.items ?? [], from, months),
        date: receipt?.date ?? `${from}-01`,
      },
    };
    return firstOf(await submit(this.ledger, { project, key, caller }, { type: 'GrantDiscount', ...body }, task));
  }

  @Post(':grant/withdrawal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawDiscountGrant',
    summary: '撤销预交优惠 Withdraw a discount for prepaying',
    description: '已按它给出的折扣一并红冲 What was given by it is reversed with it.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-grant', 'date-before-entry', 'period-closed', 'before-first-period')
  async withdraw(
    @CodeParam('project') project: string,
    @PositionParam('grant') at: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { date, reason, posting = 'own' } = body;
    const grant = Number(at);
    const task: LedgerTask = { command: { type: 'WithdrawDiscountGrant', grant, date, posting }, note: noteOf(reason) };
    return lastOf(
      await submit(this.ledger, { project, key, caller }, { type: 'WithdrawDiscountGrant', grant, ...body }, task),
    );
  }

  private async groupsOf(project: string, customer: string): Promise<string[]> {
    const row = await this.reader.first<{ groups: string[] }>(
      'select groups from copy_customer where project = $1 and customer = $2',
      [project, customer],
    );
    return row?.groups ?? [];
  }
}
