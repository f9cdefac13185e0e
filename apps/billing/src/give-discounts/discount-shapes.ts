import { ApiProperty } from '@nestjs/swagger';
import type { DiscountRule } from '@propledger/contracts';
import type { Posting } from '@propledger/ledger-core';
import {
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  MoneyField,
  PeriodField,
  TextField,
  TextsField,
} from '@propledger/service-kit';
import { Allow } from 'class-validator';
import {
  CountAndAmount,
  ListQuery,
  MoneyShown,
  NullablePosition,
  NullableText,
  PositionShown,
  PostingField,
} from '../shapes';

/** A rule as it shall be, without its code. */
export class DiscountRuleTerms {
  @TextField({ max: 100, description: '名称' })
  name!: string;

  @TextsField({ most: 50, pattern: '^[^\\x00-\\x1f]+$', description: '收费项目 the items that it is of' })
  items!: string[];

  @CodeField({ optional: true, description: '客户分组; 缺省: 所有客户 by default all customers' })
  group?: string;

  @DayField({
    description:
      '起始日: 费用归属日在期间内的部分享受; 预交优惠看收款日期 from this day of service on; of who prepays, of the receipt’s date',
  })
  from!: string;

  @DayField({ nullable: true, description: '截止日 (含); null: 未定 the last day; null: without end' })
  to!: string | null;

  @IntField({
    optional: true,
    min: 1,
    max: 60,
    description: '预交月数: 只给预交满此月数的 of who prepays so many months',
  })
  prepaidMonths?: number;

  @DecimalField({ optional: true, decimals: 2, description: '优惠百分比: "5" 即九五折 per cent off', example: '5' })
  percentOff?: string;

  @MoneyField({
    optional: true,
    positive: true,
    description:
      '减额: 每笔应收减; 预交优惠为所预交各月合计减 off each charge; of who prepays, off all prepaid months together',
  })
  amountOff?: string;

  @IntField({
    optional: true,
    min: 1,
    max: 60,
    description: '赠送月数, 接在预交月之后 free months after the prepaid ones',
  })
  giftMonths?: number;

  @FlagField({
    optional: true,
    description: '可与其他优惠同享; 缺省只取最优的一个 beside others; by default the best one alone',
  })
  stacks?: boolean;

  toRule(rule: string): DiscountRule {
    const { stacks, ...terms } = this;
    return { rule, ...terms, ...(stacks ? { stacks } : {}) };
  }
}

export class DiscountRuleBody extends DiscountRuleTerms {
  @CodeField({ description: '优惠规则编码' })
  rule!: string;
}

export class DiscountRuleOfManyBody extends DiscountRuleBody {
  @TextField({ max: 100, optional: true, description: '区域; 缺省: 整个集团 by default the whole group' })
  region?: string;
}

export class RulesOfManyView {
  @ApiProperty({ type: 'integer', description: '已按此规则的项目数 projects that have the rule as it was given' })
  projects!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { YT01: 'book-held' },
    description: '没有写入的项目及原因 projects that have not, with a problem code',
  })
  refused!: Record<string, string>;
}

export class DiscountRuleView {
  @ApiProperty()
  rule!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ type: [String] })
  items!: string[];
  @ApiProperty({ type: String, required: false })
  group?: string;
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @NullableText()
  to!: string | null;
  @ApiProperty({ type: 'integer', required: false })
  prepaidMonths?: number;
  @ApiProperty({ type: String, required: false })
  percentOff?: string;
  @ApiProperty({ type: String, required: false })
  amountOff?: string;
  @ApiProperty({ type: 'integer', required: false })
  giftMonths?: number;
  @ApiProperty({ required: false })
  stacks?: boolean;
}

export class DiscountRulesPage {
  @ApiProperty({ type: [DiscountRuleView] })
  items!: DiscountRuleView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class DiscountsQuery {
  @PeriodField({ description: '账期' })
  period!: string;

  @FlagField({
    optional: true,
    description: 'true: 连同出账将生成的应收 with the charges that a bill run would raise now',
  })
  unbilled?: boolean;

  @Allow()
  after?: string;
}

export class DiscountShown {
  @NullablePosition('应收编号; null: 尚未生成 null: not raised yet')
  charge!: number | null;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @MoneyShown('应收')
  of!: string;
  @ApiProperty({ description: '优惠规则编码' })
  rule!: string;
  @NullablePosition('预交优惠编号 the discount for prepaying that it comes from')
  grant!: number | null;
  @MoneyShown('优惠')
  amount!: string;
  @ApiProperty({ type: [String], description: '逐步说明' })
  zh!: string[];
  @ApiProperty({ type: [String], description: 'The same' })
  en!: string[];
}

export class OfRule extends CountAndAmount {
  @ApiProperty()
  rule!: string;
}

export class DiscountsPreview {
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @ApiProperty({ type: CountAndAmount })
  total!: CountAndAmount;
  @ApiProperty({ type: [OfRule] })
  byRule!: OfRule[];
  @ApiProperty({ type: [DiscountShown], description: '至多 500 条 at most 500' })
  listed!: DiscountShown[];
}

export class GiveDiscountsBody {
  @PeriodField({ description: '账期' })
  period!: string;

  @DayField({ description: '优惠日期 the day on which they take effect' })
  date!: string;

  @PostingField()
  posting?: Posting;
}

export class DiscountAwaiting {
  @ApiProperty({ format: 'uuid' })
  approval!: string;
  @PositionShown('应收编号')
  charge!: number;
  @MoneyShown()
  amount!: string;
}

export class DiscountsGiven {
  @ApiProperty({ type: CountAndAmount })
  given!: CountAndAmount;
  @ApiProperty({
    type: [DiscountAwaiting],
    description: '超过限额, 待他人复核 above the limit: kept until a second person approves',
  })
  awaiting!: DiscountAwaiting[];
  @ApiProperty({ description: '之后的查询带上它即可看到本次结果 Give it to later queries, and they have seen this' })
  after!: string;
}

export class OffersQuery {
  @CodeField({ description: '客户编码' })
  customer!: string;

  @CodeField({ description: '资源编码' })
  resource!: string;

  @PeriodField({ description: '预交的第一个月 the first prepaid month' })
  from!: string;

  @DayField({ description: '收款日期 the day of the receipt' })
  date!: string;

  @Allow()
  after?: string;
}

export class Offer {
  @ApiProperty()
  rule!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ type: 'integer', description: '预交月数' })
  months!: number;
  @MoneyShown('这些月尚未生成的应收合计 what these months come to, as far as they are not charged yet')
  worth!: string;
  @MoneyShown('应预交 to be prepaid')
  toPrepay!: string;
  @MoneyShown('少交 the difference')
  discount!: string;
  @ApiProperty({ type: 'integer', nullable: true, description: '赠送月数' })
  giftMonths!: number | null;
}

export class Offers {
  @ApiProperty({ type: [Offer] })
  items!: Offer[];
}

export class GrantBody {
  @CodeField({ description: '优惠规则编码' })
  rule!: string;

  @CodeField({ description: '收据号' })
  receiptNo!: string;

  @CodeField({ description: '资源编码' })
  resource!: string;

  @PeriodField({ description: '预交的第一个月 the first prepaid month' })
  from!: string;
}

export class GrantView {
  @PositionShown('编号: 记入账簿的位置 what it is known by: where it stands in the book')
  grant!: number;
  @ApiProperty()
  rule!: string;
  @ApiProperty()
  receiptNo!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty()
  resource!: string;
  @ApiProperty({ type: [String] })
  items!: string[];
  @ApiProperty({ example: '2026-04-01', description: '享受优惠的费用归属日 days of service that have it' })
  from!: string;
  @ApiProperty({ example: '2027-03-31' })
  to!: string;
  @ApiProperty({ type: String, nullable: true })
  percentOff!: string | null;
  @ApiProperty({ type: String, nullable: true })
  amountOff!: string | null;
  @MoneyShown('所预交各月的应收')
  worth!: string;
  @MoneyShown('须预交')
  needed!: string;
  @MoneyShown('已给的优惠 what was given by it')
  given!: string;
}

export class GrantsQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;
}

export class GrantsPage {
  @ApiProperty({ type: [GrantView] })
  items!: GrantView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
