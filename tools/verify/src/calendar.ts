import { isPeriod, previousPeriod, type Fen } from '@propledger/ledger-core';
import { canonicalJson } from '@propledger/proof';
import { hash } from 'node:crypto';
import { isObject } from './bundle-event';
import type { Fault, FaultName } from './faults';
import { moneyOf, rowKey, type Span, type Turn } from './postings';

/** The periods of a book as its events tell them, with what was posted into each. Spans must come in order. */
export class Calendar {
  private readonly sums = new Map<string, Map<string, Fen>>();
  private firstPeriod: string | null = null;
  private closedThrough: string | null = null;
  /** Closings that were checked. */
  closings = 0;

  take({ posted, turn }: Span): Fault | null {
    const intoClosed = [...posted].flatMap(([period, { first }]) => (this.isClosed(period) ? [first] : []));
    if (intoClosed.length > 0) return { position: Math.min(...intoClosed), fault: 'posted-into-closed' };

    for (const [period, { sums }] of posted) {
      const all = this.sums.get(period) ?? new Map<string, Fen>();
      this.sums.set(period, all);
      for (const [row, amount] of sums) all.set(row, (all.get(row) ?? 0n) + amount);
    }
    const fault = turn === null ? null : this.turn(turn);
    return turn === null || fault === null ? null : { position: turn.position, fault };
  }

  private isClosed(period: string): boolean {
    return this.closedThrough !== null && period <= this.closedThrough;
  }

  private turn({ type, body }: Turn): FaultName | null {
    const of = isObject(body) ? body : {};
    const period = type === 'book.opened' ? of['firstPeriod'] : of['period'];
    if (typeof period !== 'string' || !isPeriod(period)) return 'close-out-of-order';
    if (type === 'book.opened') {
      // Anew after an import was undone: then nothing stands.
      if (this.closedThrough !== null || this.anythingStands()) return 'opened-late';
      [this.firstPeriod, this.closedThrough] = [period, null];
      return null;
    }
    if (type === 'period.reopened') {
      if (period !== this.closedThrough) return 'close-out-of-order';
      if (!areTwo(of['approval'])) return 'reopened-alone';
      // With the first period, what is brought in may be posted again.
      this.closedThrough = period === this.firstPeriod ? null : previousPeriod(period);
      return null;
    }
    if (!this.isNext(period)) return 'close-out-of-order';
    this.closedThrough = period;
    this.closings += 1;
    return this.faultOf(period, of['trialBalance'], of['trialBalanceHash']);
  }

  private anythingStands(): boolean {
    return [...this.sums.values()].some((sums) => [...sums.values()].some((amount) => amount !== 0n));
  }

  private isNext(period: string): boolean {
    if (this.closedThrough === null) return period === this.firstPeriod;
    return period > this.closedThrough && previousPeriod(period) === this.closedThrough;
  }

  private faultOf(period: string, rows: unknown, rowsHash: unknown): FaultName | null {
    if (!Array.isArray(rows)) return 'trial-balance-wrong';
    const open = new Map([...(this.sums.get(period) ?? [])].filter(([, amount]) => amount !== 0n));
    for (const row of rows as readonly unknown[]) {
      const { account, item, amount } = isObject(row) ? row : {};
      const key = rowKey(account, item);
      const fen = moneyOf(amount);
      if (key === null || fen === null || open.get(key) !== fen) return 'trial-balance-wrong';
      open.delete(key);
    }
    if (open.size > 0) return 'trial-balance-wrong';
    return rowsHash === hash('sha256', canonicalJson(rows), 'hex') ? null : 'trial-balance-hash-wrong';
  }
}

/** Whether an approval names two different people. */
const areTwo = (approval: unknown): boolean => {
  const { requestedBy, approvedBy } = isObject(approval) ? approval : {};
  return isName(requestedBy) && isName(approvedBy) && requestedBy !== approvedBy;
};
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
