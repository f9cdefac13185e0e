import { encodeAfter } from '@propledger/contracts';
import type { LeaseFault } from '@propledger/ledger-core';
import { Problem, type ProblemCatalogue, type ProblemExtras, type ProblemKind } from '@propledger/service-kit';
import { afterOf, type CustomersOutcome } from './archive/customers-books';
import type { CustomersRejection } from './archive/facts';

const kind = (status: number, zh: string, en: string): ProblemKind => ({ status, zh, en });

/** A new rejection does not compile until it has a status here. */
const REJECTIONS: Record<CustomersRejection['code'], ProblemKind> = {
  'project-not-found': kind(404, '没有这个项目', 'There is no such project'),
  'customer-exists': kind(409, '客户编码已被使用', 'This customer code is taken'),
  'customer-not-found': kind(404, '没有这个客户', 'There is no such customer'),
  'occupancy-not-found': kind(404, '没有这条入住关系', 'There is no such occupancy'),
  'resource-unknown': kind(422, '没有这个资源', 'The resource is not known'),
  'customer-unknown': kind(422, '没有这个客户', 'The customer is not known'),
  'range-reversed': kind(422, '结束日期早于开始日期', 'The end lies before the beginning'),
  'payer-overlap': kind(422, '同一资源同一天已有付费人', 'The resource has a payer on some of these days'),
  'let-overlap': kind(422, '同一资源这些日子已有月租', 'The resource is let by the month on some of these days'),
  'occupancy-overlap': kind(
    422,
    '该客户这些日子已有相同的入住关系',
    'The customer has the resource by this relation on some of these days already',
  ),
  'let-always-pays': kind(422, '月租的承租人总是付费人', 'Who lets a resource by the month pays for it'),
  'price-without-let': kind(422, '只有月租才有月租价', 'Only what is let by the month has a price of its own'),
  'vehicle-not-found': kind(404, '没有这辆车', 'There is no such car'),
  'vehicle-overlap': kind(422, '该车牌这些日子已登记在此', 'The plate is there on some of these days already'),
  'outside-occupancy': kind(422, '生效日期不在入住期间内', 'The day lies outside the occupancy'),
  'lease-exists': kind(409, '合同编号已被使用', 'This lease code is taken'),
  'lease-not-found': kind(404, '没有这份租赁合同', 'There is no such lease'),
  'lease-unsound': kind(422, '合同条款有误', 'The terms of the lease cannot be'),
  'resource-let': kind(422, '资源在这些日子已出租', 'The resource is let already on some of these days'),
  'too-many-changes': kind(422, '合同变更次数已达上限, 请另签合同', 'The lease has too many changes: sign another'),
  'no-turnover-rent': kind(422, '该月没有约定营业额租金', 'No turnover rent is agreed for this month'),
  'draft-not-found': kind(404, '没有这张变更单', 'There is no such change order'),
  'draft-decided': kind(409, '变更单已复核或已拒绝', 'The change order was approved or rejected already'),
  'approver-is-requester': kind(409, '申请人不能复核自己的申请', 'Nobody approves what he asked for'),
};

/** What is wrong with a lease, in words. */
const FAULTS: Record<LeaseFault['code'], string> = {
  'no-days': '最后一天早于第一天 the last day lies before the first',
  'term-too-long': '租期超过一百年 the term is longer than a hundred years',
  'one-payer': '须有且只有一个付款方 one party pays, and only one',
  'no-resource': '没有资源 there is no resource',
  'resource-twice': '资源重复 a resource is named twice',
  'item-twice': '费项重复 an item is named twice',
  'item-not-of-lease': '费项的资源不在合同内 the item is for a resource that is not of the lease',
  'area-missing': '按面积计价而没有面积 the price is by area, and none is given',
  'step-undated': '递增须为某日或每几个月之一 a step is on a day, or every so many months',
  'step-too-early': '递增早于起价日 a step comes before the first day of its price',
  'price-out-of-range':
    '单价为负, 或单价、月金额、提成过大 a price is below zero, or a price, a month’s amount or a share of the turnover is too high',
  'free-reversed': '免租期止早于起 a rent-free time ends before it begins',
  'minimum-not-an-item': '保底费项不在合同内 the minimum is no item of the lease',
  'amount-not-positive': '须大于零 this must be above zero',
  'too-many-steps': '递增次数过多 there are too many steps',
  'too-many-charges': '费项与资源过多, 请分签合同 too many items and resources: sign several leases',
  'nothing-changed': '没有变更内容 nothing is changed',
  'before-lease': '生效日早于合同第一天 it takes effect before the lease begins',
  'after-lease': '生效日在合同结束之后 it takes effect after the lease has ended',
};

export const CUSTOMERS_PROBLEMS = {
  ...REJECTIONS,
  'import-held': kind(409, '项目正被另一导入占用', 'Another import holds one of these projects'),
  'import-over': kind(409, '这个导入已结束', 'This import is over already'),
} as const satisfies ProblemCatalogue;

const extrasOf = (rejection: CustomersRejection): ProblemExtras => {
  switch (rejection.code) {
    case 'customer-exists':
    case 'customer-unknown':
      return { detail: rejection.customer };
    case 'resource-unknown':
      return { detail: rejection.resource };
    case 'payer-overlap':
    case 'let-overlap':
    case 'occupancy-overlap':
      return { detail: rejection.occupancy };
    case 'vehicle-overlap':
      return { detail: rejection.vehicle };
    case 'lease-exists':
      return { detail: rejection.lease };
    case 'resource-let':
      return { detail: `${rejection.resource}: ${rejection.lease}` };
    case 'lease-unsound': {
      const { code, item, resource } = rejection.fault;
      const named = [item, resource].filter((name) => name !== null).join(' ');
      return {
        errors: [{ pointer: '/body', code, message: named === '' ? FAULTS[code] : `${named}: ${FAULTS[code]}` }],
      };
    }
    case 'range-reversed':
      return {
        errors: [
          {
            pointer: `/body/${rejection.field}`,
            code: 'range-reversed',
            message: '早于开始日期 before the beginning',
          },
        ],
      };
    default:
      return {};
  }
};

/** A refusal as the answer of a route. */
export const problemOf = (rejection: CustomersRejection): Problem => new Problem(rejection.code, extrasOf(rejection));

/** What a recorded command answers: its `after` token, and what it registered, made or keeps. */
export interface RecordedCommand {
  readonly after: string;
  readonly occupancy: string | null;
  readonly vehicle: string | null;
  /** Of a lease. */
  readonly version: number | null;
  readonly draft: string | null;
}

/**
 * What a command answers that was recorded, now or when it first came.
 *
 * @throws Problem when it was not.
 */
export const recorded = (outcome: CustomersOutcome, book: string): RecordedCommand => {
  switch (outcome.kind) {
    case 'accepted': {
      const answer = outcome.answer as {
        readonly occupancy?: string;
        readonly vehicle?: string;
        readonly version?: number;
        readonly draft?: string;
      };
      const { occupancy = null, vehicle = null, version = null, draft = null } = answer;
      return { after: encodeAfter(afterOf(book, outcome.lastPosition)), occupancy, vehicle, version, draft };
    }
    case 'refused':
      throw problemOf(outcome.rejection);
    case 'key-reused':
      throw new Problem('idempotency-key-reused');
    case 'held':
      throw new Problem('book-held', { retryAfterSeconds: 5 });
    default:
      throw new Error(`no answer for ${String(outcome satisfies never)}`);
  }
};
