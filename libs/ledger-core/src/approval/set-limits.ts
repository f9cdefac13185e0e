import { LIMITED, type Day, type Limited, type Limits } from '@propledger/contracts';
import { accept, reject } from '../decision';
import type { SetLimits } from '../ledger/commands';
import { known } from '../ledger/find';
import type { LedgerDecision } from '../ledger/facts';
import type { BookState, LimitsState, Reading } from '../ledger/state';
import { formatMoney, parseMoney } from '../money';
import { unposted } from '../period/posting';

/** The limits that are there already need no event. Refused: limit-negative. */
export const setLimits = (book: Reading<BookState>, { limits: asked, date }: SetLimits): LedgerDecision => {
  const before = known(book.limits ?? undefined, 'the limits');
  const limits = { ...before, ...asked };
  const negative = LIMITED.find((kind) => (limits[kind] ?? 0n) < 0n);
  if (negative !== undefined) return reject({ code: 'limit-negative', kind: negative });
  const isAlike = LIMITED.every((kind) => limits[kind] === before[kind]) && limits.vacancies === before.vacancies;
  if (isAlike) return accept();
  return accept(limitsSet(limits, date));
};

const limitsSet = (limits: LimitsState, date: Day) =>
  ({
    type: 'limits.set',
    body: { limits: bodyOf(limits) },
    ...unposted(date),
  }) as const;

/** Without a limit of corrections there is no member for it, as before there was one; vacancies likewise. */
const bodyOf = (limits: LimitsState): Limits => {
  const { correction, ...others } = record((kind) => (limits[kind] === null ? null : formatMoney(limits[kind])));
  return {
    ...others,
    ...(correction === null ? {} : { correction }),
    ...(limits.vacancies ? { vacancies: true } : {}),
  };
};

/** Limits as the event carries them, in fen. */
export const limitsOf = (body: Limits): LimitsState => ({
  ...record((kind) => {
    const limit = body[kind] ?? null;
    return limit === null ? null : parseMoney(limit);
  }),
  vacancies: body.vacancies === true,
});

const record = <Value>(of: (kind: Limited) => Value): Record<Limited, Value> => ({
  'write-off': of('write-off'),
  waiver: of('waiver'),
  refund: of('refund'),
  correction: of('correction'),
});
