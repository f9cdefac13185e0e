import type { Day, PrepaymentReleased } from '@propledger/contracts';
import { formatMoney, smaller, sum, type Fen } from '../money';
import { findCharge } from './find';
import { mirrorOf, prepaymentApplied } from './journal';
import type { LedgerRejection } from './rejections';
import { balanceKey, type ApplicationState, type BookState, type Reading } from './state';

/** A part of an application to give back. */
export interface Release {
  readonly application: number;
  readonly index: number;
  readonly charge: number;
  readonly amount: Fen;
  readonly tie: string | null;
}

/** See releasesFor. */
export interface Released {
  readonly releases: readonly Release[];
  readonly left: Fen;
  readonly appliedOn: Day | null;
}

export const releaseOf = (application: Reading<ApplicationState>, amount: Fen): Release => {
  const { position, index, charge, tie } = application;
  return { application: position, index, charge, amount, tie };
};

/**
 * The applications of a balance to give back so that `wanted` can be taken from it: the latest first, only as much as is
 * missing. When all of them are not enough, because money was paid back, `left` is what could be taken. `appliedOn` is the
 * latest day on which any of them was applied; null: there is none.
 */
export const releasesFor = (book: Reading<BookState>, customer: string, tie: string | null, wanted: Fen): Released => {
  const key = balanceKey(customer, tie);
  const balance = book.balances.get(key)?.balance ?? 0n;
  let missing = wanted - balance;
  const releases: Release[] = [];
  let appliedOn: Day | null = null;
  for (const application of [...(book.applications.get(key) ?? [])].reverse()) {
    if (missing <= 0n) break;
    const part = smaller(missing, application.amount - application.released);
    if (part === 0n) continue;
    releases.push(releaseOf(application, part));
    missing -= part;
    if (appliedOn === null || application.effectiveOn > appliedOn) appliedOn = application.effectiveOn;
  }
  return { releases, left: balance + sum(releases.map(({ amount }) => amount)), appliedOn };
};

/**
 * Why these are not given back on that day: a charge is not opened before it was settled. Null: they may be. Without a day
 * what is undone is as if it had never been, and its applications go with it.
 */
export const releasedTooEarly = ({ appliedOn }: Released, date: Day | null): LedgerRejection | null =>
  appliedOn === null || date === null || date >= appliedOn
    ? null
    : { code: 'date-before-entry', effectiveOn: appliedOn };

/** The fact that these applications are given back. */
export const prepaymentReleased = (book: Reading<BookState>, customer: string, releases: readonly Release[]) => {
  const body: PrepaymentReleased = {
    customer,
    releases: releases.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
    lines: mirrorOf(prepaymentApplied(customer, releases, (charge) => findCharge(book, charge))),
  };
  return { type: 'prepayment.released', body } as const;
};
