import { encodeAfter } from '@propledger/contracts';
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
  'outside-occupancy': kind(422, '生效日期不在入住期间内', 'The day lies outside the occupancy'),
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
      return { detail: rejection.occupancy };
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

/** What a recorded command answers: its `after` token, and the id of the occupancy that it registered. */
export interface RecordedCommand {
  readonly after: string;
  readonly occupancy: string | null;
}

/**
 * What a command answers that was recorded, now or when it first came.
 *
 * @throws Problem when it was not.
 */
export const recorded = (outcome: CustomersOutcome, book: string): RecordedCommand => {
  switch (outcome.kind) {
    case 'accepted': {
      const { occupancy = null } = outcome.answer as { readonly occupancy?: string };
      return { after: encodeAfter(afterOf(book, outcome.lastPosition)), occupancy };
    }
    case 'refused':
      throw new Problem(outcome.rejection.code, extrasOf(outcome.rejection));
    case 'key-reused':
      throw new Problem('idempotency-key-reused');
    case 'held':
      throw new Problem('book-held', { retryAfterSeconds: 5 });
    default:
      throw new Error(`no answer for ${String(outcome satisfies never)}`);
  }
};
