import type { Day, Occupancy } from '@propledger/contracts';
import type { CustomersRejection, KeptVehicle, NewVehicle } from './facts';

/** Days from one to another, both included; null: without end. */
export interface Days {
  readonly from: Day;
  readonly to: Day | null;
}

const END: Day = '9999-12-31';
const endOf = ({ to }: Days): Day => to ?? END;

export const overlap = (one: Days, other: Days): boolean => one.from <= endOf(other) && other.from <= endOf(one);

/** Whether a resource is let by the month. */
export const isLet = ({ relation }: Pick<Occupancy, 'relation'>): boolean => relation === '月租';

/**
 * Why a payer cannot have these days: of its `standing` occupancies another payer, or of 月租 another one, has some of them. Null: they are free, or he
 * does not pay. `asked.occupancy` itself does not count.
 */
export const daysTaken = (
  asked: Omit<Occupancy, 'occupancy'> & { readonly occupancy?: string },
  standing: readonly Occupancy[],
): CustomersRejection | null => {
  if (!asked.payer) return null;
  const other = standing.find(
    (one) =>
      one.payer &&
      isLet(one) === isLet(asked) &&
      one.resource === asked.resource &&
      one.occupancy !== asked.occupancy &&
      overlap(asked, one),
  );
  return other ? { code: isLet(asked) ? 'let-overlap' : 'payer-overlap', occupancy: other.occupancy } : null;
};

/** Why the same occupancy cannot be once more: its customer has the resource by this relation on some of these days. Null: he has not. */
export const standsAlready = (
  asked: Omit<Occupancy, 'occupancy'> & { readonly occupancy?: string },
  standing: readonly Occupancy[],
): CustomersRejection | null => {
  const same = standing.find(
    (one) =>
      one.resource === asked.resource &&
      one.customer === asked.customer &&
      one.relation === asked.relation &&
      one.occupancy !== asked.occupancy &&
      overlap(asked, one),
  );
  return same ? { code: 'occupancy-overlap', occupancy: same.occupancy } : null;
};

/** Why a car cannot be at its resource on these days: its plate is there, by another of the `standing`. Null: it can. */
export const plateThere = (
  asked: NewVehicle & { readonly vehicle?: string },
  standing: readonly KeptVehicle[],
): CustomersRejection | null => {
  const other = standing.find(
    (one) => one.vehicle !== asked.vehicle && one.plate === asked.plate && overlap(one, asked),
  );
  return other ? { code: 'vehicle-overlap', vehicle: other.vehicle } : null;
};

/** The id of the occupancy that the event at this position registers: unique in the book, as positions are. */
export const occupancyAt = (position: number): string => `O${position}`;

/** The id of the car that the event at this position registers. */
export const vehicleAt = (position: number): string => `V${position}`;

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
