import { isPeriod, parseMoney, type Fen } from '@propledger/ledger-core';
import { isObject, type BundleEvent } from './bundle-event';
import type { FaultName } from './faults';

/** What one period got: where first, and its sums by account and item (see `rowKey`). */
export interface Posted {
  readonly first: number;
  readonly sums: Map<string, Fen>;
}

/** An event that opens, closes or reopens, with its body as it is. */
export interface Turn {
  readonly position: number;
  readonly type: string;
  readonly body: unknown;
}

/** What was posted up to a turn of the calendar, and that turn; null after the last. */
export interface Span {
  readonly posted: Map<string, Posted>;
  readonly turn: Turn | null;
}

const TURNS = new Set(['book.opened', 'period.closed', 'period.reopened']);

/** What the events of a piece posted and reversed, for putting together with what was before. */
export class Postings {
  readonly spans: Span[] = [];
  /** Position and the position that it reverses, in turn. */
  readonly reversals: number[] = [];
  private posted = new Map<string, Posted>();

  /** @returns what is wrong with the event's lines: they must be money that adds up to zero, and be posted into a period. */
  take(event: BundleEvent): FaultName | null {
    const { position, accountingPeriod, reversesPosition, type, body } = event;
    const lines = isObject(body) ? body['lines'] : undefined;
    const sums = accountingPeriod === null ? undefined : this.sumsOf(accountingPeriod, position);
    if (lines !== undefined) {
      if (!Array.isArray(lines) || !addUp(lines, sums)) return 'not-balanced';
      if (accountingPeriod === null || !isPeriod(accountingPeriod)) return 'not-posted';
    }
    if (reversesPosition !== null) this.reversals.push(position, reversesPosition);
    if (TURNS.has(type)) this.turn({ position, type, body });
    return null;
  }

  /** Everything so far. */
  end(): { readonly spans: readonly Span[]; readonly reversals: readonly number[] } {
    return { spans: [...this.spans, { posted: this.posted, turn: null }], reversals: this.reversals };
  }

  private turn(turn: Turn): void {
    this.spans.push({ posted: this.posted, turn });
    this.posted = new Map();
  }

  private sumsOf(period: string, position: number): Map<string, Fen> {
    const known = this.posted.get(period);
    if (known) return known.sums;
    const posted = { first: position, sums: new Map<string, Fen>() };
    this.posted.set(period, posted);
    return posted.sums;
  }
}

const addUp = (lines: readonly unknown[], sums: Map<string, Fen> | undefined): boolean => {
  let total = 0n;
  for (const line of lines) {
    if (!isObject(line)) return false;
    const amount = moneyOf(line['amount']);
    const key = rowKey(line['account'], line['item']);
    if (amount === null || key === null) return false;
    total += amount;
    sums?.set(key, (sums.get(key) ?? 0n) + amount);
  }
  return total === 0n;
};

/** Account and item as one text, of no other two; null: they are not what they should be. Without an item is not the same as an empty one. */
export const rowKey = (account: unknown, item: unknown): string | null => {
  if (typeof account !== 'string') return null;
  if (item === undefined || item === null) return `:${account}`;
  return typeof item === 'string' ? `${account.length}:${account}${item}` : null;
};

export const moneyOf = (text: unknown): Fen | null => {
  try {
    return typeof text === 'string' ? parseMoney(text) : null;
  } catch {
    return null;
  }
};
