import type { Day, Money } from '@propledger/contracts';
import { formatMoney, type Fen } from '@propledger/ledger-core';
import type { PoolReason } from './findings';

/** What is charged for a resource by a standard, this period and the one before it. */
export interface UnusualRow {
  readonly resource: string;
  /** Of a lease: empty. */
  readonly standard: string;
  readonly item: string;
  /** Null: nothing. */
  readonly before: Money | null;
  readonly now: Money | null;
}

/** Why something was passed over: nobody pays, no area, no price in force, a formula that lets nothing be said, something else stands, a pool that is not shared, a meter that nobody read, a use that is held. */
export type SkipReason =
  'no-payer' | 'no-area' | 'no-price' | 'not-computed' | 'differs' | 'unread' | 'held' | PoolReason;
export interface SkippedRow {
  /** Empty: a whole pool. */
  readonly resource: string;
  /** Or the pool's code. */
  readonly standard: string;
  readonly from: Day;
  readonly to: Day;
  readonly reason: SkipReason;
}

/** How many there are, and the first of them. */
export interface Listed<Row> {
  readonly count: number;
  readonly listed: readonly Row[];
}

export const LISTED_AT_MOST = 200;
const CHANGED_FROM_PERCENT = 30n;

/** Whether two amounts are further apart than anybody expects without a reason. */
export const isFarApart = (before: Fen, now: Fen): boolean => {
  const difference = now > before ? now - before : before - now;
  return before > 0n && difference * 100n >= before * CHANGED_FROM_PERCENT;
};

type Found = Omit<UnusualRow, 'before' | 'now'> & { readonly before: Fen | null; readonly now: Fen | null };

/** Counts rows of one kind, and keeps those that matter most: by how much they differ. */
export class Greatest {
  private count = 0;
  private kept: Found[] = [];

  add(row: Found): void {
    this.count += 1;
    this.kept.push(row);
    if (this.kept.length >= LISTED_AT_MOST * 4) this.trim();
  }

  get listed(): Listed<UnusualRow> {
    this.trim();
    return {
      count: this.count,
      listed: this.kept.map(({ before, now, ...row }) => ({ ...row, before: shown(before), now: shown(now) })),
    };
  }

  private trim(): void {
    this.kept = this.kept
      .sort((one, other) => {
        const [a, b] = [differenceOf(one), differenceOf(other)];
        if (a !== b) return a > b ? -1 : 1;
        return one.resource < other.resource ? -1 : one.resource > other.resource ? 1 : 0;
      })
      .slice(0, LISTED_AT_MOST);
  }
}

const shown = (fen: Fen | null): Money | null => (fen === null ? null : formatMoney(fen));
const differenceOf = ({ before, now }: Found): Fen => {
  const difference = (now ?? 0n) - (before ?? 0n);
  return difference < 0n ? -difference : difference;
};
