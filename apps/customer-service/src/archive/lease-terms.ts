import {
  LEASE_PRICINGS,
  LEASE_ROLES,
  ROUNDINGS,
  STEP_KINDS,
  type Lease,
  type LeaseItem,
  type LeasePricing,
  type LeaseRole,
  type LeaseStep,
  type LeaseTurnover,
  type Rounding,
  type StepKind,
} from '@propledger/contracts';
import { shortest } from '@propledger/ledger-core';
import {
  ChoiceField,
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  ListField,
  MoneyField,
  PartField,
  TextField,
} from '@propledger/service-kit';

/*
 * The terms of a lease, as bodies name them and answers show them.
 */

export class LeasePartyTerms {
  @CodeField({ description: '客户编码', example: 'YT01-K00001' })
  customer!: string;
  @ChoiceField(LEASE_ROLES, { description: '合同角色' })
  role!: LeaseRole;
  @FlagField({ description: '付款方: 有且只有一个 whether this party pays: one does' })
  payer!: boolean;
}

export class LeasedResourceTerms {
  @CodeField({ description: '资源编码', example: 'YT01-A-101' })
  resource!: string;
  @DecimalField({
    decimals: 4,
    optional: true,
    nullable: true,
    description: '租赁面积, 平方米; 按面积计价时必填 m² as agreed; needed where a price is by area',
    example: '20.5',
  })
  area?: string | null;
}

export class LeaseStepTerms {
  @DayField({
    optional: true,
    nullable: true,
    description: '递增日; 与 everyMonths 二选一 on this day; or everyMonths',
  })
  on?: string | null;
  @IntField({
    min: 1,
    max: 600,
    optional: true,
    nullable: true,
    description: '自起价日起每几个月 each time so many months have gone by since the item’s first day',
  })
  everyMonths?: number | null;
  @ChoiceField(STEP_KINDS, { description: '按百分比, 按金额, 或调至 by per cent, by yuan, or to a price' })
  kind!: StepKind;
  @DecimalField({
    decimals: 6,
    signed: true,
    description: '5: 增 5%, 增 5 元, 或调至 5 元; 负数为减 negative: less',
    example: '5',
  })
  value!: string;

  toStep(): LeaseStep {
    const { on = null, everyMonths = null, kind, value } = this;
    return { on, everyMonths, kind, value: shortest(value) };
  }
}

export class FreeDays {
  @DayField({ description: '免租起 the first day' })
  from!: string;
  @DayField({ description: '免租止, 含当日 the last day' })
  to!: string;
}

export class LeaseItemTerms {
  @TextField({ max: 50, description: '收费项目 charge item', example: '租金' })
  item!: string;
  @CodeField({ optional: true, nullable: true, description: '只对此资源; 空: 合同全部资源 null: for all of the lease' })
  resource?: string | null;
  @ChoiceField(LEASE_PRICINGS, {
    description:
      '计价: 每月 (全部资源合计, 按面积分到各资源), 每平方米每月, 每平方米每天 per month for all its resources together, shared by area; per m² and month; per m² and day',
  })
  pricing!: LeasePricing;
  @DecimalField({ decimals: 6, description: '单价, 元 yuan', example: '3000' })
  price!: string;
  @DayField({
    optional: true,
    description:
      '起价日: 此前不收; 缺省合同第一天或变更生效日 nothing is charged before it; the first day, or that of the change, when left out',
  })
  from?: string;
  @IntField({
    min: 0,
    max: 6,
    optional: true,
    description: '递增后单价的小数位, 缺省 2 decimals of a price that a step makes',
  })
  decimals?: number;
  @ListField(() => LeaseStepTerms, { min: 0, max: 60, optional: true, description: '租金递增' })
  steps?: LeaseStepTerms[];
  @ListField(() => FreeDays, { min: 0, max: 60, optional: true, description: '免租期' })
  free?: FreeDays[];
  @IntField({ min: 0, max: 9999, optional: true, description: '优先级, 缺省 10 settlement priority, low first' })
  priority?: number;

  /** @param first the item's first day when the body names none */
  toItem(first: string): LeaseItem {
    const {
      item,
      resource = null,
      pricing,
      price,
      from = first,
      decimals = 2,
      steps = [],
      free = [],
      priority = 10,
    } = this;
    return {
      item,
      resource,
      pricing,
      price: shortest(price),
      from,
      decimals,
      steps: steps.map((step) => step.toStep()),
      free: free.map((span) => ({ from: span.from, to: span.to })),
      priority,
    };
  }
}

export class LeasePaymentTerms {
  @IntField({
    min: 1,
    max: 60,
    description: '一次付几个月, 预付, 自合同第一个月数起 in advance, for so many months at once',
  })
  months!: number;
  @IntField({ min: 1, max: 28, description: '应收日 due day, in the first of them' })
  dueDay!: number;
}

export class LeaseDepositTerms {
  @TextField({ max: 50, description: '押金名目', example: '租赁押金' })
  item!: string;
  @MoneyField({ positive: true })
  amount!: string;
}

export class LeaseTurnoverTerms {
  @TextField({ max: 50, description: '收费项目', example: '营业额租金' })
  item!: string;
  @DecimalField({ decimals: 4, description: '提成, % of the turnover', example: '8' })
  percent!: string;
  @MoneyField({
    optional: true,
    nullable: true,
    description: '起点营业额; 空: 与保底费项取高 above this; null: what the share comes to above the minimum',
  })
  threshold?: string | null;
  @TextField({ max: 50, description: '保底费项 the item that is the minimum rent', example: '租金' })
  minimum!: string;
  @IntField({ min: 0, max: 9999, optional: true, description: '优先级, 缺省 10' })
  priority?: number;

  toTurnover(): LeaseTurnover {
    const { item, percent, threshold = null, minimum, priority = 10 } = this;
    return { item, percent: shortest(percent), threshold, minimum, priority };
  }
}

export const partiesOf = (parties: readonly LeasePartyTerms[]): Lease['parties'] =>
  parties.map(({ customer, role, payer }) => ({ customer, role, payer }));
export const resourcesOf = (resources: readonly LeasedResourceTerms[]): Lease['resources'] =>
  resources.map(({ resource, area = null }) => ({ resource, area: area === null ? null : shortest(area) }));
export const depositsOf = (deposits: readonly LeaseDepositTerms[]): Lease['deposits'] =>
  deposits.map(({ item, amount }) => ({ item, amount }));

/** A lease as it is to be signed. */
export class LeaseBody {
  @CodeField({ description: '合同编号', example: 'HT-2026-001' })
  lease!: string;
  @DayField({ description: '第一天 the first day' })
  from!: string;
  @DayField({ description: '最后一天 the last day' })
  to!: string;
  @ListField(() => LeasePartyTerms, { min: 1, max: 20, description: '合同各方' })
  parties!: LeasePartyTerms[];
  @ListField(() => LeasedResourceTerms, { min: 1, max: 200, description: '租赁资源' })
  resources!: LeasedResourceTerms[];
  @ListField(() => LeaseItemTerms, { min: 1, max: 100, description: '租金与其他费项' })
  items!: LeaseItemTerms[];
  @PartField(() => LeasePaymentTerms, { description: '付款' })
  payment!: LeasePaymentTerms;
  @ChoiceField(ROUNDINGS, { optional: true, description: '取整, 缺省 分 of a month’s amounts, half up' })
  rounding?: Rounding;
  @ListField(() => LeaseDepositTerms, { min: 0, max: 20, optional: true, description: '押金条款' })
  deposits?: LeaseDepositTerms[];
  @PartField(() => LeaseTurnoverTerms, { optional: true, nullable: true, description: '营业额租金' })
  turnover?: LeaseTurnoverTerms | null;

  toLease(): Lease {
    const { lease, from, to, payment, rounding = '分', deposits = [], turnover = null } = this;
    return {
      lease,
      from,
      to,
      parties: partiesOf(this.parties),
      resources: resourcesOf(this.resources),
      items: this.items.map((item) => item.toItem(from)),
      payment: { months: payment.months, dueDay: payment.dueDay },
      rounding,
      deposits: depositsOf(deposits),
      turnover: turnover?.toTurnover() ?? null,
    };
  }
}
