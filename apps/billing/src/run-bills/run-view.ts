import { encodeAfter } from '@propledger/contracts';
import type { Reader } from '../ledger-store/reader';
import { isAtRest, RUN_COLUMNS, type RunRow } from './run-job';
import type { BillRunView } from './run-shapes';

export type ShownRow = RunRow & { readonly head: string | null };
export const SHOWN = `select ${RUN_COLUMNS}, (select h.position from book_head h where h.book = r.book) as head from bill_run r`;

/** A run as it is shown; undefined: the project has none of that id. */
export const shownRun = (reader: Reader, project: string, run: string): Promise<ShownRow | undefined> =>
  reader.first<ShownRow>(`${SHOWN} where book = $1 and run = $2`, [project, run]);

const NONE = { count: 0, listed: [] };
/** What runs of before there were meters, formulas, or vacancies, have no word of. */
const NOT_LOOKED_FOR = {
  ...{ daysWithoutPrice: NONE, poolsNotShared: NONE, notComputed: NONE, meters: NONE },
  vacantDays: NONE,
};

export const viewOf = (row: ShownRow): BillRunView => {
  const {
    run,
    period,
    date,
    actor,
    state,
    progress,
    result,
    failure,
    attempts,
    trouble,
    scope,
    batch,
    askedAt,
    endedAt,
    book,
    head,
  } = row;
  return {
    run,
    period,
    date,
    operator: actor,
    state,
    scope: scope === null ? null : { ...scope },
    batch,
    progress,
    result: result === null ? null : ({ ...NOT_LOOKED_FOR, ...result } as BillRunView['result']),
    failure,
    attempts,
    trouble,
    askedAt,
    endedAt,
    after: isAtRest(state) ? encodeAfter({ ledger: { [book]: Number(head ?? 0) } }) : null,
  };
};
