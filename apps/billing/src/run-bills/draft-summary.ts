import type { Day, Money, Period } from '@propledger/contracts';
import { compareText, explain, formatMoney, monthOf, type Fen, type NewCharge } from '@propledger/ledger-core';
import type { Findings, MeterFinding, UnchargedDays, VacantDaysOf } from './findings';
import {
  Greatest,
  isFarApart,
  LISTED_AT_MOST,
  type Listed,
  type SkippedRow,
  type SkipReason,
  type UnusualRow,
} from './unusual-rows';

/** What stands of a resource, a standard and an item in one period. */
export interface PeriodSum {
  readonly resource: string;
  readonly standard: string;
  readonly item: string;
  readonly count: number;
  readonly amount: Fen;
}

interface CountAndMoney {
  readonly count: number;
  readonly amount: Money;
}

export interface DraftOfItem {
  readonly item: string;
  /** What the run would raise. */
  readonly toRaise: CountAndMoney;
  /** What stands of the period already. */
  readonly standing: CountAndMoney;
  /** Of the period before: the month, or the cycle, before. */
  readonly previous: CountAndMoney;
  /** Both together less what was before. */
  readonly difference: Money;
}

export interface Sample {
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly standard: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly amount: Money;
  readonly zh: readonly string[];
  readonly en: readonly string[];
}

/** What a draft shows to whoever decides on it. */
export interface Draft {
  readonly toRaise: CountAndMoney;
  readonly byItem: readonly DraftOfItem[];
  readonly unusual: {
    readonly added: Listed<UnusualRow>;
    readonly gone: Listed<UnusualRow>;
    readonly changed: Listed<UnusualRow>;
    readonly zero: Listed<UnusualRow>;
    readonly skipped: Listed<SkippedRow> & { readonly byReason: Readonly<Partial<Record<SkipReason, number>>> };
    readonly meters: Listed<MeterFinding>;
    readonly vacantDays: Listed<VacantDaysOf>;
  };
  /** Of each standard the first, the smallest and the greatest. */
  readonly samples: readonly Sample[];
}

const STANDARDS_SAMPLED = 20;

interface Sum {
  count: number;
  fen: Fen;
}
const none = (): Sum => ({ count: 0, fen: 0n });
const shown = ({ count, fen }: Sum): CountAndMoney => ({ count, amount: formatMoney(fen) });

interface OfItem {
  readonly toRaise: Sum;
  readonly standing: Sum;
  readonly previous: Sum;
}
interface Row {
  readonly resource: string;
  readonly standard: string;
  readonly item: string;
  before: Fen | null;
  now: Fen | null;
}

/** Gathers a draft piece by piece: of each resource and standard two sums, of each standard three charges. */
export class DraftSummary {
  private readonly total = none();
  private readonly items = new Map<string, OfItem>();
  private readonly rows = new Map<string, Row>();
  private readonly samples = new Map<string, NewCharge[]>();
  private readonly zero = new Greatest();

  constructor(previous: readonly PeriodSum[], standing: readonly PeriodSum[]) {
    for (const sum of previous) {
      const row = this.rowOf(sum);
      row.before = (row.before ?? 0n) + sum.amount;
      add(this.itemOf(sum.item).previous, sum.amount, sum.count);
    }
    for (const sum of standing) {
      const row = this.rowOf(sum);
      row.now = (row.now ?? 0n) + sum.amount;
      add(this.itemOf(sum.item).standing, sum.amount, sum.count);
    }
  }

  take(charges: readonly NewCharge[]): void {
    for (const charge of charges) {
      const { resource, item, amount } = charge;
      const standard = charge.standard ?? '';
      const row = this.rowOf({ resource, standard, item });
      row.now = (row.now ?? 0n) + amount;
      add(this.total, amount);
      add(this.itemOf(item).toRaise, amount);
      this.sample(`${standard}\u0001${item}`, charge);
      if (amount === 0n) this.zero.add({ ...row, now: 0n });
    }
  }

  draft(findings: Findings, period: Period): Draft {
    const [added, gone, changed] = [new Greatest(), new Greatest(), new Greatest()];
    for (const row of this.rows.values()) {
      const { before, now } = row;
      if (before === null) added.add(row);
      else if (now === null) gone.add(row);
      else if (isFarApart(before, now)) changed.add(row);
    }
    const byItem = [...this.items].sort(([one], [other]) => compareText(one, other));
    return {
      toRaise: shown(this.total),
      byItem: byItem.map(([item, { toRaise, standing, previous }]) => ({
        item,
        toRaise: shown(toRaise),
        standing: shown(standing),
        previous: shown(previous),
        difference: formatMoney(toRaise.fen + standing.fen - previous.fen),
      })),
      unusual: {
        added: added.listed,
        gone: gone.listed,
        changed: changed.listed,
        zero: this.zero.listed,
        skipped: skippedOf(findings, period),
        meters: listed(findings.meters),
        vacantDays: listed(findings.vacantDays),
      },
      samples: [...this.samples.values()].flat().map(sampleOf),
    };
  }

  private itemOf(item: string): OfItem {
    const known = this.items.get(item) ?? { toRaise: none(), standing: none(), previous: none() };
    this.items.set(item, known);
    return known;
  }

  private rowOf({ resource, standard, item }: Pick<Row, 'resource' | 'standard' | 'item'>): Row {
    const key = `${resource}\u0001${standard}\u0001${item}`;
    const known = this.rows.get(key);
    if (known) return known;
    const row: Row = { resource, standard, item, before: null, now: null };
    this.rows.set(key, row);
    return row;
  }

  /** Keeps the first; the smallest and the greatest of all as the second and the third, where they are others. */
  private sample(standard: string, charge: NewCharge): void {
    const kept = this.samples.get(standard);
    if (!kept) {
      if (this.samples.size < STANDARDS_SAMPLED) this.samples.set(standard, [charge]);
      return;
    }
    const [first = charge, smallest = first, greatest = smallest] = kept;
    const least = charge.amount < smallest.amount ? charge : smallest;
    const most = charge.amount > greatest.amount ? charge : greatest;
    this.samples.set(standard, [...new Set([first, least, most])].length === 1 ? [first] : [first, least, most]);
  }
}

const listed = <Item>(items: readonly Item[]): Listed<Item> => ({
  count: items.length,
  listed: items.slice(0, LISTED_AT_MOST),
});

const add = (sum: Sum, fen: Fen, count = 1): void => {
  sum.count += count;
  sum.fen += fen;
};

const sampleOf = ({ resource, customer, item, standard, from, to, dueOn, amount, basis }: NewCharge): Sample => {
  const { zh, en } = explain(basis);
  const named = { resource, customer, item, standard: standard ?? '', from, to, dueOn };
  return { ...named, amount: formatMoney(amount), zh, en };
};

/** Everything that was looked at and not raised, though it has not been raised before. */
const skippedOf = (findings: Findings, period: Period): Draft['unusual']['skipped'] => {
  const of = (days: readonly UnchargedDays[], reason: SkipReason): SkippedRow[] =>
    days.map(({ resource, standard, from, to }) => ({ resource, standard, from, to, reason }));
  const month = monthOf(period);
  const all: SkippedRow[] = [
    ...of(findings.daysWithoutPayer, 'no-payer'),
    ...of(findings.daysWithoutArea, 'no-area'),
    ...of(findings.daysWithoutPrice, 'no-price'),
    ...of(findings.notComputed, 'not-computed'),
    ...findings.differences.map(({ resource, standard }): SkippedRow => ({
      ...{ resource, standard },
      ...month,
      reason: 'differs',
    })),
    ...findings.poolsNotShared.map(({ pool, reason }): SkippedRow => ({
      resource: '',
      standard: pool,
      ...month,
      reason,
    })),
    ...findings.meters.flatMap(({ resource, standard, from, to, reason }): SkippedRow[] =>
      reason === 'unread' || reason === 'held' ? [{ resource, standard, from, to, reason }] : [],
    ),
  ];
  const byReason: Partial<Record<SkipReason, number>> = {};
  for (const { reason } of all) byReason[reason] = (byReason[reason] ?? 0) + 1;
  return { count: all.length, listed: all.slice(0, LISTED_AT_MOST), byReason };
};
