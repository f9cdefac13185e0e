import type { LeaseChange } from '@propledger/contracts';
import { addDays, lastDayOf, type LeaseHistory } from '@propledger/ledger-core';
import { CodeField, DayField, ListField, PartField, Problem, TextField } from '@propledger/service-kit';
import {
  depositsOf,
  LeaseDepositTerms,
  LeasedResourceTerms,
  LeaseItemTerms,
  LeasePartyTerms,
  LeasePaymentTerms,
  LeaseTurnoverTerms,
  partiesOf,
  resourcesOf,
} from './lease-terms';

export class EndedItem {
  @TextField({ max: 50, description: '收费项目' })
  item!: string;
  @CodeField({ optional: true, nullable: true })
  resource?: string | null;
}

/** What holds instead from a day on; what is left out stays as it is. */
export class LeaseChangeBody {
  @DayField({
    optional: true,
    description:
      '生效日; 续租可省: 最后一天的次日; 退租不填 the day from which it holds; of a renewal the day after the last when left out; not with endOn',
  })
  effectiveOn?: string;
  @DayField({ optional: true, description: '退租: 最后一天 an early end: the last day' })
  endOn?: string;
  @DayField({ optional: true, description: '最后一天: 改期或续租 another last day, as of a renewal' })
  to?: string;
  @ListField(() => LeasePartyTerms, { min: 1, max: 20, optional: true, description: '主体变更: 合同各方 all parties' })
  parties?: LeasePartyTerms[];
  @ListField(() => LeasedResourceTerms, {
    min: 1,
    max: 200,
    optional: true,
    description: '资产或面积变更: 全部资源 all resources',
  })
  resources?: LeasedResourceTerms[];
  @ListField(() => LeaseItemTerms, {
    min: 1,
    max: 100,
    optional: true,
    description:
      '租金或费项变更: 替换同名同资源的费项, 或新增 in place of the item with its name and resource, or beside the others',
  })
  items?: LeaseItemTerms[];
  @ListField(() => EndedItem, { min: 1, max: 100, optional: true, description: '不再收的费项 charged no longer' })
  endedItems?: EndedItem[];
  @PartField(() => LeasePaymentTerms, { optional: true, description: '付款' })
  payment?: LeasePaymentTerms;
  @ListField(() => LeaseDepositTerms, { min: 0, max: 20, optional: true, description: '押金条款' })
  deposits?: LeaseDepositTerms[];
  @PartField(() => LeaseTurnoverTerms, { optional: true, nullable: true, description: '营业额租金; null: 取消' })
  turnover?: LeaseTurnoverTerms | null;

  /** @throws Problem invalid-input where its days do not go together */
  toChange(history: LeaseHistory): LeaseChange {
    const { endOn, parties, resources, items, endedItems, payment, deposits, turnover } = this;
    if (endOn !== undefined && (this.to !== undefined || this.effectiveOn !== undefined))
      throw notTogether('endOn 不与 to, effectiveOn 同用 endOn stands alone');
    if (endOn === undefined && this.effectiveOn === undefined && this.to === undefined)
      throw notTogether('须有 effectiveOn, endOn 或 to one of effectiveOn, endOn or to');
    const effectiveOn = this.effectiveOn ?? addDays(endOn ?? lastDayOf(history), 1);
    const to = endOn ?? this.to;
    return {
      effectiveOn,
      ...(to === undefined ? {} : { to }),
      ...(parties === undefined ? {} : { parties: partiesOf(parties) }),
      ...(resources === undefined ? {} : { resources: resourcesOf(resources) }),
      ...(items === undefined ? {} : { items: items.map((item) => item.toItem(effectiveOn)) }),
      ...(endedItems === undefined
        ? {}
        : { endedItems: endedItems.map(({ item, resource = null }) => ({ item, resource })) }),
      ...(payment === undefined ? {} : { payment: { months: payment.months, dueDay: payment.dueDay } }),
      ...(deposits === undefined ? {} : { deposits: depositsOf(deposits) }),
      ...(turnover === undefined ? {} : { turnover: turnover?.toTurnover() ?? null }),
    };
  }
}

const notTogether = (message: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer: '/body', code: 'days', message }] });
