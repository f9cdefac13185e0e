import type { Day, Occupancy } from '@propledger/contracts';

/** Days from one to another, both included; null: without end. */
export interface Days {
  readonly from: Day;
  readonly to: Day | null;
}

const END: Day = '9999-12-31';
const endOf = ({ to }: Days): Day => to ?? END;

export const overlap = (one: Days, other: Days): boolean => one.from <= endOf(other) && other.from <= endOf(one);

/** The payer, other than `except`, who has some of these days of the resource; undefined: they are free. */
export const otherPayer = (
  days: Days,
  standing: readonly Occupancy[],
  resource: string,
  except: string | null,
): Occupancy | undefined =>
  standing.find(
    (other) => other.payer && other.resource === resource && other.occupancy !== except && overlap(days, other),
  );

/** The id of the occupancy that the event at this position registers: unique in the book, as positions are. */
export const occupancyAt = (position: number): string => `O${position}`;

/** A day later or earlier. */
export const dayAfter = (day: Day, days: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Days that are taken, as ranges that neither touch nor cross, in order. A hundred thousand of them are no burden. */
export class TakenDays {
  private readonly ranges: { from: Day; end: Day }[] = [];

  /** Takes these days, and says whether any of them was taken already. */
  take(days: Days): boolean {
    let { from } = days;
    let end = endOf(days);
    const first = this.firstEndingFrom(from);
    let after = first;
    for (let range = this.ranges[after]; range !== undefined && range.from <= end; range = this.ranges[++after]) {
      from = range.from < from ? range.from : from;
      end = range.end > end ? range.end : end;
    }
    this.ranges.splice(first, after - first, { from, end });
    return after > first;
  }

  /** The first range that ends on this day or later. */
  private firstEndingFrom(day: Day): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ranges[middle]?.end ?? END) < day) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
