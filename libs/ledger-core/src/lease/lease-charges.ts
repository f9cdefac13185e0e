import type { Day, LeaseTurnover, Money, Period } from '@propledger/contracts';
import { monthOf, overlapOf } from '../day';
import type { NewCharge } from '../ledger/commands';
import type { ChargeState, Reading } from '../ledger/state';
import { monthsCharged, rentDueOn } from './due';
import { rentSchedule, type RentPart, type RentSchedule } from './rent';
import type { LeaseHistory } from './terms';
import { turnoverRent } from './turnover';

/**
 * In place of a binding, what a charge of a lease is for: of one lease, item and resource no two standing charges cover the same
 * day. No binding's own id is such a text.
 */
export const leaseBinding = ({ lease, item, resource }: Pick<RentPart, 'lease' | 'item' | 'resource'>): string =>
  JSON.stringify([lease, item, resource]);

/** What is computed together, and so compared together: an item and resource of a lease, for a month. */
export interface LeaseUnit {
  readonly lease: string;
  readonly item: string;
  readonly resource: string;
  readonly binding: string;
  readonly period: Period;
  readonly computed: readonly NewCharge[];
  /** What stands for it, corrections too. */
  readonly standing: readonly Reading<ChargeState>[];
}

/** What a lease's charges of some months are computed from and compared with. */
export interface LeaseInputs {
  readonly history: LeaseHistory;
  /** Turnovers that were reported. */
  readonly turnovers: readonly { readonly period: Period; readonly turnover: Money }[];
  /** Charges of the lease that are not reversed; of other months they do not matter. */
  readonly standing: readonly Reading<ChargeState>[];
}

/** What the bill run of a month is to raise for a lease, beside what stands: the rent of the months that it takes, and turnovers. */
export const leaseUnits = (inputs: LeaseInputs, period: Period): LeaseUnit[] => {
  const { history, turnovers } = inputs;
  const schedule = rentSchedule(history);
  const dueOn = rentDueOn(history, period).slice(8);
  // In the run's own month, whichever was the first of those that are paid at once.
  return [
    ...rentUnits(schedule, inputs, monthsCharged(history, period), () => `${period}-${dueOn}`),
    ...turnoverUnits(
      schedule,
      inputs,
      turnovers.filter((reported) => reported.period <= period),
      `${period}-${dueOn}`,
    ),
  ];
};

/** The same of every month in which anything stands: what a lease has been charged beside what it should have been by now. */
export const leaseUnitsCharged = (inputs: LeaseInputs): LeaseUnit[] => {
  const { history, turnovers, standing } = inputs;
  const schedule = rentSchedule(history);
  const turnoverItems = itemsOfTurnover(history);
  const months = [...new Set(standing.map(({ from }) => from.slice(0, 7)))].sort();
  const charged = new Set(standing.flatMap(({ item, from }) => (turnoverItems.has(item) ? [from.slice(0, 7)] : [])));
  return [
    ...rentUnits(schedule, inputs, months, (month) => rentDueOn(history, month)),
    ...turnoverUnits(
      schedule,
      inputs,
      turnovers.filter(({ period }) => charged.has(period)),
      null,
    ),
  ];
};

const rentUnits = (
  schedule: RentSchedule,
  { history, standing }: LeaseInputs,
  months: readonly Period[],
  dueOn: (month: Period) => Day,
): LeaseUnit[] => {
  const turnoverItems = itemsOfTurnover(history);
  return months.flatMap((period) => {
    const days = monthOf(period);
    const stands = standing.filter((charge) => !turnoverItems.has(charge.item) && overlapOf(charge, days) !== null);
    return unitsOf(history.lease.lease, period, schedule.month(period), stands, dueOn(period));
  });
};

const turnoverUnits = (
  schedule: RentSchedule,
  { history, standing }: LeaseInputs,
  reported: LeaseInputs['turnovers'],
  dueOn: Day | null,
): LeaseUnit[] => {
  const items = itemsOfTurnover(history);
  return reported.flatMap(({ period, turnover }) => {
    const part = turnoverRent(schedule, period, turnover);
    const stands = standing.filter((charge) => items.has(charge.item) && overlapOf(charge, monthOf(period)) !== null);
    const due = dueOn ?? rentDueOn(history, period);
    return unitsOf(history.lease.lease, period, part ? [part] : [], stands, due);
  });
};

const unitsOf = (
  lease: string,
  period: Period,
  parts: readonly RentPart[],
  standing: readonly Reading<ChargeState>[],
  dueOn: Day,
): LeaseUnit[] => {
  const named = new Map(
    [...parts, ...standing].map(({ item, resource }) => [leaseBinding({ lease, item, resource }), { item, resource }]),
  );
  return [...named].map(([binding, { item, resource }]) => {
    const isOfUnit = (other: { readonly item: string; readonly resource: string }): boolean =>
      other.item === item && other.resource === resource;
    const computed = parts.filter(isOfUnit).map((part) => chargeOf(part, binding, dueOn));
    return { lease, item, resource, binding, period, computed, standing: standing.filter(isOfUnit) };
  });
};

const chargeOf = (part: RentPart, binding: string, dueOn: Day): NewCharge => {
  const { lease, resource, customer, item, from, to, priority, amount, basis } = part;
  const charge = { resource, customer, item, from, to, dueOn, priority, amount, standard: null, binding, basis };
  return { ...charge, subject: { lease } };
};

const itemsOfTurnover = ({ lease, changes }: LeaseHistory): Set<string> =>
  new Set(
    [lease, ...changes].flatMap(
      ({ turnover }: { turnover?: LeaseTurnover | null | undefined }) => turnover?.item ?? [],
    ),
  );
