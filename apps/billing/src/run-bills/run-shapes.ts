import { ApiProperty } from '@nestjs/swagger';
import {
  ChoiceField,
  CODE_PATTERN,
  DayField,
  FlagField,
  PeriodField,
  Problem,
  TextsField,
} from '@propledger/service-kit';
import { CountAndAmount, ListQuery, MoneyShown, NullableText, ReadingReviewView } from '../shapes';
import { POOL_REASONS, type PoolReason } from './findings';
import { RUN_PHASES, RUN_STATES, type Progress, type RunState } from './run-job';
import type { RunScope } from './scope';

/** What a run is narrowed to. */
export class ScopeBody {
  @TextsField({
    optional: true,
    most: 100,
    pattern: '^[^\\x00-\\x1f]+$',
    description: '只出这些收费项目 these items alone',
  })
  items?: string[];

  @TextsField({
    optional: true,
    most: 1_000,
    pattern: CODE_PATTERN,
    description: '只出这些收费标准 these standards alone',
  })
  standards?: string[];

  @TextsField({
    optional: true,
    most: 1_000,
    pattern: CODE_PATTERN,
    description: '只出这些资源; 公摊除外, 须整池分摊 these resources alone; not pools, which are shared as a whole',
  })
  resources?: string[];

  /** Null: the whole project. */
  toScope(): RunScope | null {
    const { items, standards, resources } = this;
    const scope = Object.entries({ items, standards, resources }).filter(([, texts]) => (texts?.length ?? 0) > 0);
    return scope.length === 0 ? null : Object.fromEntries(scope);
  }
}

export class RecomputeBody extends ScopeBody {
  @FlagField({
    optional: true,
    description:
      '整个项目: 取消此前的缩小范围, 不与其他字段同用 the whole project again: lifts what it was narrowed to; not with the other fields',
  })
  whole?: boolean;

  /** No scope: it stays what it is; null: the whole project. @throws Problem when both are asked for. */
  toNewScope(): { readonly scope?: RunScope | null } {
    const scope = this.toScope();
    if (this.whole !== true) return scope === null ? {} : { scope };
    if (scope === null) return { scope };
    const message = '整个项目, 或缩小的范围, 不能都要 the whole project or a part of it, not both';
    throw new Problem('invalid-input', { errors: [{ pointer: '/body/whole', code: 'whole', message }] });
  }
}

export class BillRunBody extends ScopeBody {
  @PeriodField({ description: '账期' })
  period!: string;

  @DayField({
    description: '出账日期: 应收与预交款冲抵的生效日 the day on which charges and applied prepayments take effect',
  })
  date!: string;

  @FlagField({
    optional: true,
    description:
      '只试算: 什么都不入账, 看过后再 post 或 discard only compute it: nothing is posted until it is asked for',
  })
  draft?: boolean;
}

export class RunProgress {
  @ApiProperty({ enum: RUN_PHASES })
  phase!: Progress['phase'];
  @ApiProperty({ type: 'integer' })
  done!: number;
  @ApiProperty({ type: 'integer' })
  total!: number;
}

export class RaisedOfItem extends CountAndAmount {
  @ApiProperty()
  item!: string;
}

export class ComparedCharge {
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @ApiProperty()
  customer!: string;
  @MoneyShown()
  amount!: string;
}

export class RunDifference {
  @ApiProperty()
  binding!: string;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  standard!: string;
  @ApiProperty({ required: false, description: '租赁合同编号, 租金时 of rent: the lease' })
  lease?: string;
  @ApiProperty({ required: false, description: '收费项目, 租金时 of rent' })
  item?: string;
  @ApiProperty({ type: [ComparedCharge], description: '已有的应收 what stands' })
  standing!: ComparedCharge[];
  @ApiProperty({ type: [ComparedCharge], description: '现在算出的 what would be computed now' })
  computed!: ComparedCharge[];
}

export class UnchargedDaysView {
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  standard!: string;
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
}

export class ListedDifferences {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [RunDifference], description: '至多 500 条 at most 500 of them' })
  listed!: RunDifference[];
}

export class ListedDays {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [UnchargedDaysView], description: '至多 500 条 at most 500 of them' })
  listed!: UnchargedDaysView[];
}

export class NotComputedView extends UnchargedDaysView {
  @ApiProperty({
    enum: ['no-persons', 'no-handover', 'deposit-item', 'no-value', 'division-by-zero', 'overflow', 'negative'],
    description:
      '绑定没有人数; 资源没有交付日期; 公式中的变量没有值, 除以零, 过大 (也指金额过大), 小于零 why nothing can be said of these days; overflow also of an amount',
  })
  reason!: string;
  @ApiProperty({ required: false, description: '租赁合同编号, 租金时 of rent: the lease' })
  lease?: string;
  @ApiProperty({ required: false, description: '收费项目, 租金时 of rent' })
  item?: string;
  @NullableText('没有值的变量 the variable without a value')
  name!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: '公式中的位置, 自 1 起 the place in the formula' })
  at!: number | null;
}

export class ListedNotComputed {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [NotComputedView], description: '至多 500 条 at most 500 of them' })
  listed!: NotComputedView[];
}

export class PoolNotSharedView {
  @ApiProperty({ description: '公摊编码' })
  pool!: string;
  @ApiProperty({ type: String, nullable: true, description: '公摊金额; null: 按仪表, 未能算出 not known, of meters' })
  amount!: string | null;
  @ApiProperty({
    enum: POOL_REASONS,
    description:
      '无人参与或付费; 权数合计为零; 缺系数; 比例合计不是一百; 仪表未抄; 用量待复核; 没有用量; 分表之和大于总表 ' +
      'nobody takes part; nobody has a weight; a coefficient is missing; per cents that make no hundred; a meter unread; a use that ' +
      'waits for review; no use; the meters below counted more',
  })
  reason!: PoolReason;
}

export class ListedPools {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [PoolNotSharedView], description: '至多 500 条 at most 500 of them' })
  listed!: PoolNotSharedView[];
}

export class TooHighView {
  @ApiProperty({ example: '2026-04', description: '估抄的账期' })
  period!: string;
  @ApiProperty({ description: '估抄读数' })
  estimated!: string;
  @ApiProperty({ description: '此后实抄读数, 估抄只计到此 what was read later: the estimate counts up to that' })
  read!: string;
}

export class MeterFindingView extends UnchargedDaysView {
  @ApiProperty()
  meter!: string;
  @ApiProperty({
    enum: ['unread', 'held', 'gap', 'too-high'],
    description:
      'unread 本期未抄, 未计费; held 用量异常待复核, 未计费; gap 跨期抄表, 已计费; too-high 估抄偏高, 多计的须更正 ' +
      'nothing charged; charged once confirmed or corrected; charged for longer than a period; corrected for what was charged too much',
  })
  reason!: string;
  @ApiProperty({ type: ReadingReviewView, required: false, description: 'held 的原因' })
  review?: ReadingReviewView;
  @ApiProperty({ type: TooHighView, required: false })
  tooHigh?: TooHighView;
}

export class ListedMeters {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [MeterFindingView], description: '至多 500 条 at most 500 of them' })
  listed!: MeterFindingView[];
}

export class VacantDaysView extends UnchargedDaysView {
  @ApiProperty({ example: '70', description: '按应收的 % 计, 0 为不计 per cent that is charged; 0: nothing' })
  percent!: string;
}

export class ListedVacantDays {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [VacantDaysView], description: '至多 500 条 at most 500 of them' })
  listed!: VacantDaysView[];
}

export class RunResultView {
  @ApiProperty({ type: CountAndAmount, description: '新生成的应收' })
  raised!: CountAndAmount;
  @ApiProperty({ type: [RaisedOfItem] })
  byItem!: RaisedOfItem[];
  @ApiProperty({ type: 'integer', description: '此前已有且相符的应收 charges that stood already' })
  standing!: number;
  @ApiProperty({ type: CountAndAmount, description: '预交款冲抵' })
  prepaymentsApplied!: CountAndAmount;
  @ApiProperty({
    type: ListedDifferences,
    description: '与已有应收不符而未生成的 computed otherwise than what stands: nothing raised',
  })
  differences!: ListedDifferences;
  @ApiProperty({ type: ListedDays, description: '没有付费人的日子' })
  daysWithoutPayer!: ListedDays;
  @ApiProperty({ type: ListedDays, description: '按面积计费而没有面积的日子' })
  daysWithoutArea!: ListedDays;
  @ApiProperty({
    type: ListedDays,
    description:
      '抄表日或公摊月末没有单价; 月租价没有可用的标准 (须固定金额并允许绑定单价) no price in force on the day of a reading; a price let by the month that no standard takes',
  })
  daysWithoutPrice!: ListedDays;
  @ApiProperty({ type: ListedPools, description: '未能分摊的公摊池' })
  poolsNotShared!: ListedPools;
  @ApiProperty({ type: ListedNotComputed, description: '公式或人数使之无法计算的日子 not computed, and not charged' })
  notComputed!: ListedNotComputed;
  @ApiProperty({ type: ListedMeters, description: '须看一看的仪表 meters that somebody should look at' })
  meters!: ListedMeters;
  @ApiProperty({
    type: ListedVacantDays,
    description: '按空置比例计费的日子 days that are charged by a rate of vacancy',
  })
  vacantDays!: ListedVacantDays;
}

export class ScopeView {
  @ApiProperty({ type: [String], required: false })
  items?: readonly string[];
  @ApiProperty({ type: [String], required: false })
  standards?: readonly string[];
  @ApiProperty({ type: [String], required: false })
  resources?: readonly string[];
}

export class BillRunView {
  @ApiProperty({ format: 'uuid' })
  run!: string;
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @ApiProperty({ example: '2026-03-01' })
  date!: string;
  @ApiProperty({ description: '操作员' })
  operator!: string;
  @ApiProperty({
    enum: RUN_STATES,
    description:
      'drafted 已试算, discarded 已弃用, reversed 已整体红冲; 直接出账只有其余几种 of drafts and reversals alone',
  })
  state!: RunState;
  @ApiProperty({ type: ScopeView, nullable: true, description: '只出这些; null: 整个项目 the whole project' })
  scope!: ScopeView | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '同批出账的编号 asked for together' })
  batch!: string | null;
  @ApiProperty({ type: RunProgress })
  progress!: RunProgress;
  @ApiProperty({ type: RunResultView, nullable: true, description: '完成之前为 null until done' })
  result!: RunResultView | null;
  @NullableText(
    '失败的原因 why it failed: a problem code; unexpected: 未预料的错误, 可 retry 重新开始 an error of ours, see trouble and …/retry',
  )
  failure!: string | null;
  @ApiProperty({
    type: 'integer',
    description:
      '尝试次数: 遇未预料的错误隔 5 秒、10 秒、20 秒…重试, 至多 6 次 attempts: after an unforeseen error again in 5, 10, 20 … seconds, 6 at most',
  })
  attempts!: number;
  @NullableText('最近一次尝试的错误 the unforeseen error of its latest attempt')
  trouble!: string | null;
  @ApiProperty({ format: 'date-time' })
  askedAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt!: string | null;
  @NullableText(
    '完成后: 带上它即可看到本次结果 once it has ended: give it to later queries, and they have seen this run',
  )
  after!: string | null;
}

export class BillRunsQuery extends ListQuery {
  @PeriodField({ optional: true, description: '账期' })
  period?: string;

  @ChoiceField(RUN_STATES, { optional: true })
  state?: RunState;
}

export class BillRunsPage {
  @ApiProperty({ type: [BillRunView] })
  items!: BillRunView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
