import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { encodeAfter } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeParam,
  IdempotencyKey,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Approvals } from '../ledger-store/approvals';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { DiscountsGiven, DiscountsPreview, DiscountsQuery, GiveDiscountsBody } from './discount-shapes';
import { giveDiscounts } from './give-discounts';
import { previewDiscounts } from './preview-discounts';

/** 优惠 by rule: what charges of a period lack, and giving it. A bill run gives it of what it raises. */
@ApiTags('discounts 优惠')
@Controller('projects/:project/discounts')
export class DiscountsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Get('preview')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'previewDiscounts',
    summary: '试算优惠 What discounts by rule of a period’s charges are not given yet',
    description: '只计算, 不入账 Computed, nothing is posted.',
  })
  @ApiOkResponse({ type: DiscountsPreview })
  async preview(
    @CodeParam('project') project: string,
    @Query() { period, unbilled = false }: DiscountsQuery,
  ): Promise<DiscountsPreview> {
    return previewDiscounts(this.reader, project, period, unbilled);
  }

  @Post()
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'giveDiscounts',
    summary: '给出优惠 Give discounts by rule that charges of a period lack',
    description:
      '只给尚未给出的部分, 重复不会多给; 已收的部分退回为预交款; 单笔超过限额的待他人复核 ' +
      'Only what is not given yet: repeating it gives nothing more. What was paid of it becomes a prepayment; above the limit for one charge it takes a second person.',
  })
  @ApiCreatedResponse({ type: DiscountsGiven })
  @Refuses(
    'unknown-project',
    'period-closed',
    'before-first-period',
    'date-after-period',
    'date-before-entry',
    'inputs-changed',
  )
  async give(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: GiveDiscountsBody,
    @Caller() { operator, correlationId }: CallerIdentity,
  ): Promise<DiscountsGiven> {
    const outcome = await giveDiscounts(
      { reader: this.reader, ledger: this.ledger, approvals: this.approvals },
      { project, operator, key, correlationId, ...body, posting: body.posting ?? 'own' },
    );
    switch (outcome.kind) {
      case 'key-reused':
        throw new Problem('idempotency-key-reused');
      case 'held':
        throw new Problem('book-held', { retryAfterSeconds: 5 });
      case 'refused':
        throw problemOf(outcome.rejection);
      case 'accepted': {
        const { given, awaiting, position } = outcome.result;
        return { given, awaiting: [...awaiting], after: encodeAfter({ ledger: { [project]: position } }) };
      }
    }
  }
}
