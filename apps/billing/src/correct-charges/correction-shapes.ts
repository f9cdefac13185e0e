import { ApiProperty } from '@nestjs/swagger';
import { AREA_KINDS, CORRECTED_FACTS, type AreaKind, type CorrectedFact } from '@propledger/contracts';
import type { Posting } from '@propledger/ledger-core';
import {
  ChoiceField,
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  PeriodField,
  TextField,
} from '@propledger/service-kit';
import { Matches, IsOptional } from 'class-validator';
import {
  ListField,
  ListQuery,
  MoneyShown,
  NullableText,
  PartField,
  PositionShown,
  PostingField,
  Recorded,
} from '../shapes';
import type { Supposed } from './supposed';

const LISTED_AT_MOST = 1_000;

export class SupposedPriceBody {
  @CodeField({ description: '标准编码' })
  standard!: string;
  @DecimalField({ decimals: 4, description: '单价' })
  price!: string;
  @DayField({ description: '自此日' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '至此日, 含当日; 空: 不限' })
  to?: string | null;
}

export class SupposedAreaBody {
  @CodeField({ description: '资源编码' })
  resource!: string;
  @ChoiceField(AREA_KINDS, { optional: true, description: '缺省: 计费面积' })
  kind?: AreaKind;
  @DecimalField({ decimals: 2, description: '面积' })
  area!: string;
  @DayField({ description: '自此日 from this day on' })
  from!: string;
}

export class SupposedPayerBody {
  @CodeField({ description: '资源编码' })
  resource!: string;
  @CodeField({ description: '付费人: 客户编码' })
  customer!: string;
  @DayField({ description: '自此日' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '至此日, 含当日; 空: 不限' })
  to?: string | null;
}

export class SupposedLetBody {
  @CodeField({ description: '资源编码' })
  resource!: string;
  @CodeField({ nullable: true, description: '月租的客户编码; null: 这些天没有月租 nobody has it by the month' })
  customer!: string | null;
  @DecimalField({ decimals: 4, optional: true, description: '月租价, 元/月; 缺省: 标准的单价 yuan a month' })
  price?: string;
  @DayField({ description: '自此日' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '至此日, 含当日; 空: 不限' })
  to?: string | null;
}

export class SupposedRoomBody {
  @CodeField({ description: '车位的资源编码 a parking space' })
  resource!: string;
  @CodeField({ nullable: true, description: '所属房间; null: 没有 null: none' })
  room!: string | null;
  @DayField({ description: '自此日 from this day on' })
  from!: string;
}

export class SupposedReadingBody {
  @CodeField({ description: '仪表编码' })
  meter!: string;
  @PeriodField({ description: '抄表账期, 已有读数 the period of a reading that there is' })
  period!: string;
  @DecimalField({ decimals: 2, description: '读数' })
  reading!: string;
}

export class SupposedBindingBody {
  @CodeField({ description: '绑定编号' })
  binding!: string;
  @DayField({ description: '起计日期, 如交付日期 from this day, as the handover' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '止计日期, 含当日; 空: 不限' })
  to?: string | null;
}

export class SupposedHandoverBody {
  @CodeField({ description: '资源编码' })
  resource!: string;
  @DayField({ nullable: true, description: '交付日期; null: 未交付 null: not handed over' })
  on!: string | null;
}

export class SupposedVacancyBody {
  @CodeField({ description: '资源编码' })
  resource!: string;
  @FlagField({ description: '空置与否 vacant on these days, or not' })
  vacant!: boolean;
  @DayField({ description: '自此日' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '至此日, 含当日; 空: 不限' })
  to?: string | null;
}

/** Facts as they might be recorded. */
export class SupposedBody {
  @ListField(() => SupposedPriceBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  prices?: SupposedPriceBody[];
  @ListField(() => SupposedAreaBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  areas?: SupposedAreaBody[];
  @ListField(() => SupposedPayerBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  payers?: SupposedPayerBody[];
  @ListField(() => SupposedLetBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  lets?: SupposedLetBody[];
  @ListField(() => SupposedRoomBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  rooms?: SupposedRoomBody[];
  @ListField(() => SupposedReadingBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  readings?: SupposedReadingBody[];
  @ListField(() => SupposedBindingBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  bindings?: SupposedBindingBody[];

  @ListField(() => SupposedHandoverBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  handovers?: SupposedHandoverBody[];

  @ListField(() => SupposedVacancyBody, { min: 1, max: LISTED_AT_MOST, optional: true })
  vacancies?: SupposedVacancyBody[];

  toSupposed(): Supposed {
    const { prices = [], areas = [], payers = [], lets = [], rooms = [] } = this;
    const { readings = [], bindings = [], handovers = [], vacancies = [] } = this;
    const open = <Body extends { to?: string | null }>(body: Body) => ({ ...body, to: body.to ?? null });
    return {
      prices: prices.map(open),
      areas: areas.map((area) => ({ ...area, kind: area.kind ?? '计费面积' })),
      payers: payers.map(open),
      lets: lets.map(open),
      rooms,
      readings,
      bindings: bindings.map(open),
      handovers,
      vacancies: vacancies.map(open),
    };
  }
}

export class CorrectionScopeBody {
  @PeriodField({ description: '自此账期' })
  from!: string;
  @PeriodField({ description: '至此账期, 与起始账期相距至多 36 个月 at most 36 months' })
  to!: string;
  @CodeField({ optional: true, description: '仅此收费标准' })
  standard?: string;
  @CodeField({ optional: true, description: '仅此资源' })
  resource?: string;
}

export class PreviewBody extends CorrectionScopeBody {
  @PartField(() => SupposedBody, {
    optional: true,
    description: '假设的事实, 不保存; 缺省: 现有的事实 facts as they might be, not kept; default: as they are',
  })
  supposing?: SupposedBody;
}

export class PreviewQuery extends ListQuery {}

export class CorrectionsQuery extends ListQuery {
  @ChoiceField(CORRECTED_FACTS, { optional: true, description: '更正的是什么 which fact was otherwise' })
  fact?: CorrectedFact;
  @CodeField({ optional: true, description: '标准、资源、仪表或绑定的编码 what it was about' })
  of?: string;
  @DayField({ optional: true, description: '更正日期自' })
  from?: string;
  @DayField({ optional: true, description: '更正日期至, 含当日' })
  to?: string;
}

export class CorrectionView {
  @PositionShown('第一笔分录的位置 of its first entry')
  position!: number;
  @ApiProperty({ example: '2026-04-20', description: '更正日期' })
  date!: string;
  @ApiProperty({ example: '2026-04', description: '入账期' })
  period!: string;
  @ApiProperty({ enum: CORRECTED_FACTS, description: '更正的是什么' })
  fact!: CorrectedFact;
  @NullableText('标准、资源、仪表或绑定的编码 what it was about')
  of!: string | null;
  @ApiProperty({ type: 'integer', description: '差额笔数, 红冲与补差 entries, both ways' })
  count!: number;
  @MoneyShown('红冲合计')
  credited!: string;
  @MoneyShown('补差合计')
  charged!: string;
  @ApiProperty({ description: '操作员' })
  operator!: string;
  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;
}

export class CorrectionsPage {
  @ApiProperty({ type: [CorrectionView] })
  items!: CorrectionView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class CorrectionBody extends CorrectionScopeBody {
  @ChoiceField(CORRECTED_FACTS, { description: '更正的是什么 which fact was otherwise' })
  fact!: CorrectedFact;
  @CodeField({ optional: true, description: '标准、资源、仪表或绑定的编码 what it is about' })
  of?: string;
  @TextField({ max: 500, description: '原因' })
  reason!: string;
  @DayField({ description: '更正日期' })
  date!: string;
  @PostingField()
  posting?: Posting;
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  @ApiProperty({
    required: false,
    pattern: '^[0-9a-f]{64}$',
    description: '所预览的结果; 有变动则拒绝 the preview that was seen: refused when something else came of it by now',
  })
  preview?: string;
}

export class CorrectedCharge {
  @PositionShown('应收编号')
  charge!: number;
  @MoneyShown('已计金额, 已扣除此前的红冲 what is left of it')
  amount!: string;
  @MoneyShown('收款结清')
  received!: string;
  @MoneyShown('预交款冲抵')
  applied!: string;
  @MoneyShown('未收')
  open!: string;
  @ApiProperty({ example: '2026-03', description: '账期' })
  period!: string;
  @ApiProperty({ description: '账期已关账 the period is closed' })
  closed!: boolean;
}

export const HELD = ['charge-is-settled'] as const;

export class CorrectionRow {
  @ApiProperty()
  resource!: string;
  @ApiProperty({ description: '标准编码' })
  standard!: string;
  @ApiProperty({ description: '绑定编号' })
  binding!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty({ example: '2026-03', description: '账期' })
  period!: string;
  @ApiProperty({ example: '2026-03-01', description: '一起计算的日子 the days that are computed together' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @MoneyShown('已计 what stands')
  standing!: string;
  @MoneyShown('应计 what is computed')
  computed!: string;
  @MoneyShown('差额: 正为补差, 负为红冲 above zero to be charged in addition, below to be credited')
  difference!: string;
  @MoneyShown('须释放为预交款的已收款 money received that becomes a prepayment')
  givenBack!: string;
  @ApiProperty({
    enum: HELD,
    nullable: true,
    description:
      '不能更正的原因: 已核销、减免、过户或以押金冲抵, 须先撤销 not posted: written off, waived, transferred or settled from a deposit, to be undone first',
  })
  held!: (typeof HELD)[number] | null;
  @ApiProperty({ type: [CorrectedCharge] })
  charges!: CorrectedCharge[];
}

export class CorrectionTotals {
  @ApiProperty({ type: 'integer', description: '差额笔数' })
  count!: number;
  @MoneyShown('红冲合计')
  credited!: string;
  @MoneyShown('补差合计')
  charged!: string;
  @MoneyShown('释放为预交款')
  givenBack!: string;
}

export class TotalsOfItem extends CorrectionTotals {
  @ApiProperty()
  item!: string;
}

export class TotalsOfPeriod extends CorrectionTotals {
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @ApiProperty({ description: '已关账: 差额记入未关账期' })
  closed!: boolean;
}

export class NotCompared {
  @ApiProperty()
  binding!: string;
  @ApiProperty({ example: '2026-03' })
  period!: string;
}

export class PreviewPage {
  @ApiProperty({ description: '提交更正时带上, 结果有变则拒绝 give it to the correction' })
  preview!: string;
  @ApiProperty({ type: CorrectionTotals, description: '将入账的, 不含不能更正的 without what is held' })
  totals!: CorrectionTotals;
  @ApiProperty({ type: [TotalsOfItem] })
  byItem!: TotalsOfItem[];
  @ApiProperty({ type: [TotalsOfPeriod] })
  byPeriod!: TotalsOfPeriod[];
  @ApiProperty({ type: 'integer', description: '不能更正的笔数 how many are held' })
  held!: number;
  @ApiProperty({ type: [String], description: '尚未出账的账期, 不更正 not billed yet: left to a bill run' })
  notBilled!: string[];
  @ApiProperty({
    type: [NotCompared],
    description:
      '计费周期变更过, 或缺面积、缺公式的变量, 未比较; 至多 500 条 a charge covers other days than are computed together now, or an area or a variable is missing; at most 500',
  })
  notCompared!: NotCompared[];
  @ApiProperty({ type: [CorrectionRow] })
  items!: CorrectionRow[];
  @NullableText()
  nextCursor!: string | null;
}

export class CorrectionPosted extends Recorded {
  @ApiProperty({ type: 'integer', description: '红冲与补差笔数' })
  count!: number;
  @MoneyShown('红冲合计')
  credited!: string;
  @MoneyShown('补差合计')
  charged!: string;
}
