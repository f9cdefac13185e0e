import type { Vacancy } from '@propledger/contracts';
import { overlapOf } from '../day';
import { accept, reject } from '../decision';
import type { ChangeVacancy, DeclareVacancy, WithdrawVacancy } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import type { BookState, Reading } from '../ledger/state';
import { unposted } from '../period/posting';

/** Refused, in this order: vacancy-exists (with other content), range-reversed, vacancies-overlap. */
export const declareVacancy = (book: Reading<BookState>, command: DeclareVacancy): LedgerDecision => {
  const { vacancy, resource, from, to } = command.vacancy;
  const known = book.vacancies.get(vacancy);
  if (known) {
    const { vacancy: stands, withdrawn } = known;
    const isSame = stands.resource === resource && stands.from === from && stands.to === to && !withdrawn;
    return isSame ? accept() : reject({ code: 'vacancy-exists', vacancy });
  }
  const fault = faultOfDays(book, command.vacancy);
  if (fault) return reject(fault);
  return accept({ type: 'vacancy.declared', body: { vacancy, resource, from, to }, ...unposted(from) });
};

/**
 * An earlier last day is an end; whatever else changes is a change, and may take two people. The days that there are already need no
 * event. Refused, in this order: unknown-vacancy, range-reversed, vacancies-overlap.
 */
export const changeVacancy = (book: Reading<BookState>, command: ChangeVacancy): LedgerDecision => {
  const { vacancy: id, from, to } = command;
  const known = standing(book, id);
  if (!known) return reject({ code: 'unknown-vacancy', vacancy: id });
  if (known.from === from && known.to === to) return accept();
  const body = { ...known, from, to };
  const fault = faultOfDays(book, body);
  if (fault) return reject(fault);
  const isEnd = from === known.from && to !== null && (known.to === null || to < known.to);
  return accept(
    isEnd ? { type: 'vacancy.ended', body, ...unposted(to) } : { type: 'vacancy.changed', body, ...unposted(from) },
  );
};

/** Refused: unknown-vacancy. */
export const withdrawVacancy = (book: Reading<BookState>, { vacancy }: WithdrawVacancy): LedgerDecision => {
  const known = standing(book, vacancy);
  return known
    ? accept({ type: 'vacancy.withdrawn', body: { vacancy }, ...unposted(known.from) })
    : reject({ code: 'unknown-vacancy', vacancy });
};

const standing = (book: Reading<BookState>, id: string): Reading<Vacancy> | null => {
  const known = book.vacancies.get(id);
  return known && !known.withdrawn ? known.vacancy : null;
};

const faultOfDays = (book: Reading<BookState>, { vacancy, ...wanted }: Vacancy): LedgerRejection | null => {
  if (wanted.to !== null && wanted.to < wanted.from) return { code: 'range-reversed' };
  const other = [...book.vacancies.values()].find(
    ({ id, withdrawn, vacancy: stands }) =>
      !withdrawn && id !== vacancy && stands.resource === wanted.resource && overlapOf(stands, wanted) !== null,
  );
  return other ? { code: 'vacancies-overlap', vacancy: other.id } : null;
};
