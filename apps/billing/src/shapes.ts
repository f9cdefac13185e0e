import { ApiProperty } from '@nestjs/swagger';
import { REVIEW_REASONS } from '@propledger/contracts';
import { parseMoney, type ChargePart, type Posting } from '@propledger/ledger-core';
import {
  ChoiceField,
  DayField,
  IntField,
  MONEY_PATTERN,
  MoneyField,
  PageQuery,
  TextField,
} from '@propledger/service-kit';
import { Allow } from 'class-validator';

export { ListField, PartField } from '@propledger/service-kit';

/*
 * Parts of bodies and answers that several use cases share.
 */

/** Query of a list that may be asked to wait: `after` itself is read and documented by the decorator of that name. */
export class ListQuery extends PageQuery {
  @Allow()
  after?: string;
}

export const POSTINGS = ['own', 'first-open'] as const;

/** 入账期 of an entry. */
export const PostingField = (): PropertyDecorator =>
  ChoiceField(POSTINGS, {
    optional: true,
    description:
      'own (缺省): 记入日期所在账期, 已关账则拒绝. first-open: 已关账时记入第一个未关账期, 日期不变 ' +
      'own (default): into the period of its date, refused when that is closed. first-open: into the first open period then; the date is kept',
  });

/** A money amount of an answer. */
export const MoneyShown = (description?: string): PropertyDecorator =>
  ApiProperty({ type: String, pattern: MONEY_PATTERN, example: '1234.50', ...(description ? { description } : {}) });

export const PositionShown = (description?: string): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 1, ...(description ? { description } : {}) });

export const NullablePosition = (description?: string): PropertyDecorator =>
  ApiProperty({ type: 'integer', minimum: 1, nullable: true, ...(description ? { description } : {}) });

export const NullableText = (description?: string): PropertyDecorator =>
  ApiProperty({ type: String, nullable: true, ...(description ? { description } : {}) });

/** A reversal 红冲 of an entry. */
export class ReversalBody {
  @DayField({ description: '红冲日期, 不早于原记账日期 not before the entry’s date' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** An amount of one charge. */
export class ChargePartBody {
  @IntField({ min: 1, max: Number.MAX_SAFE_INTEGER, description: '应收编号 the charge' })
  charge!: number;

  @MoneyField({ positive: true })
  amount!: string;

  toPart(): ChargePart {
    return { charge: this.charge, amount: parseMoney(this.amount) };
  }
}

/** Where a command was recorded. */
export class Recorded {
  @NullablePosition('记入账簿的位置; null: 无需记账 Where it stands in the book; null: nothing needed to be recorded')
  position!: number | null;

  @ApiProperty({ description: '之后的查询带上它即可看到本次结果 Give it to later queries, and they have seen this' })
  after!: string;
}

export class CountAndAmount {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @MoneyShown()
  amount!: string;
}

/** Why a reading waits for somebody to look at it. */
export class ReadingReviewView {
  @ApiProperty({ enum: REVIEW_REASONS, description: '超过平时三倍, 或超过月最大用量' })
  reason!: string;
  @ApiProperty({ example: '310', description: '用量' })
  quantity!: string;
  @ApiProperty({
    example: '100',
    description: '平时同样天数的用量, 或最大用量 the usual, or the most, of as many days',
  })
  expected!: string;
}
