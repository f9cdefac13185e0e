import type { Money, Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  addMonths,
  firstDay,
  groupedBy,
  lastDay,
  leaseUnits,
  monthsCharged,
  periodOf,
  planRun,
  subjectKey,
  type ChargeState,
  type LeaseHistory,
  type LeaseUnit,
  type MonthPart,
  type NewCharge,
  type NotComputed,
} from '@propledger/ledger-core';
import { CHARGE_COLUMNS, chargeOf, type ChargeRow } from '../ledger-store/rows';
import { historyOf, LEASE_COLUMNS, type LeaseRow } from '../projection/leases-copy';
import type { Difference, NotComputedDays } from './findings';

/** A turnover may be reported so much later: until then each run looks at it again. */
const MONTHS_BACK = 12;

/** A lease whose charges a run of the month looks at. */
export interface LeaseOfRun {
  readonly history: LeaseHistory;
  readonly turnovers: readonly { readonly period: Period; readonly turnover: Money }[];
  /** Its charges that stand, of the months that the run takes and of the turnovers. */
  readonly standing: readonly ChargeState[];
}

/** What a run does for leases. */
export interface LeasedCharges {
  /** With what stands of the same lease, item and resource. */
  readonly raise: readonly { readonly charges: readonly NewCharge[]; readonly standing: readonly ChargeState[] }[];
  /** Positions of charges that stand as they would be computed. */
  readonly standing: readonly number[];
  readonly differences: readonly Difference[];
  readonly notComputed: readonly NotComputedDays[];
}

/** What is not there yet of the leases' charges; where something stands otherwise it is listed, and nothing raised for the month. */
export const leasedCharges = (leases: readonly LeaseOfRun[], period: Period): LeasedCharges => {
  const raise: LeasedCharges['raise'][number][] = [];
  const standing: number[] = [];
  const differences: Difference[] = [];
  const notComputed: NotComputedDays[] = [];
  for (const unit of leases.flatMap((lease) => leaseUnits(lease, period))) {
    const plan = planRun(unit.computed.map(partOf), unit.standing);
    const stands = unit.standing as readonly ChargeState[];
    if (plan.kind === 'difference') differences.push(differenceOf(unit, plan));
    else if (plan.kind === 'too-much') notComputed.push(...plan.days.map((days) => ({ ...namesOf(unit), ...days })));
    else standing.push(...stands.map(({ position }) => position));
    if (plan.kind !== 'raise') continue;
    const missing = new Set(plan.parts.map(({ from }) => from));
    raise.push({ charges: unit.computed.filter(({ from }) => missing.has(from)), standing: stands });
  }
  return { raise, standing, differences, notComputed };
};

/** Those of some items and resources alone. */
export const narrowedTo = (
  has: ((of: { readonly item: string; readonly resource: string }) => boolean) | undefined,
  all: LeasedCharges,
): LeasedCharges =>
  has === undefined
    ? all
    : {
        raise: all.raise.filter(({ charges: [first] }) => first !== undefined && has(first)),
        standing: all.standing,
        differences: all.differences.filter(({ item = '', resource }) => has({ item, resource })),
        notComputed: all.notComputed.filter(({ item = '', resource }) => has({ item, resource })),
      };

const partOf = ({ from, to, customer, amount, basis, dueOn, priority }: NewCharge): MonthPart => ({
  from,
  to,
  customer,
  amount,
  basis,
  dueOn,
  priority,
});

const namesOf = ({ lease, item, resource }: LeaseUnit): Omit<NotComputedDays, keyof NotComputed> => ({
  resource,
  standard: '',
  lease,
  item,
});

const differenceOf = (
  unit: LeaseUnit,
  { standing, computed }: Pick<Difference, 'standing' | 'computed'>,
): Difference => ({ binding: unit.binding, ...namesOf(unit), standing, computed });

/** Leases that last in the month, or of which something stands or is reported that a run of the month looks at. */
export const readLeases = async (tx: Tx, book: string, period: Period): Promise<LeaseOfRun[]> => {
  const since = periodOf(addMonths(firstDay(period), -MONTHS_BACK));
  const rows = await tx.rows<LeaseRow>(
    `select ${LEASE_COLUMNS} from copy_lease l
      where l.project = $1 and l.from_on <= $3
        and (l.to_on >= $2
             or exists (select from charge c where c.book = $1 and c.subject = 'lease ' || l.lease
                           and c.reversed_by is null and c.to_on >= $2)
             or exists (select from copy_lease_turnover t where t.project = $1 and t.lease = l.lease and t.period >= $4))
      order by l.lease`,
    [book, firstDay(period), lastDay(period), since],
  );
  if (rows.length === 0) return [];
  const histories = rows.map(historyOf);
  const turnovers = await tx.rows<{ lease: string; period: Period; turnover: Money }>(
    `select lease, period, turnover from copy_lease_turnover
      where project = $1 and period >= $2 and period <= $3 and lease = any ($4) order by lease, period`,
    [book, since, period, rows.map(({ lease }) => lease)],
  );
  const until = histories.map((history) => monthsCharged(history, period).at(-1) ?? period).sort();
  const standing = await tx.rows<ChargeRow & { lease: string }>(
    `select ${CHARGE_COLUMNS}, substr(c.subject, 7) as lease from charge c
      where c.book = $1 and c.subject = any ($2) and c.reversed_by is null and c.from_on <= $4 and c.to_on >= $3
      order by c.position`,
    [
      book,
      rows.map(({ lease }) => subjectKey({ lease })),
      firstDay(turnovers.length === 0 ? period : since),
      lastDay(until.at(-1) ?? period),
    ],
  );
  const [reported, charges] = [groupedBy(turnovers, leaseOf), groupedBy(standing, leaseOf)];
  return histories.map((history) => {
    const { lease } = history.lease;
    return { history, turnovers: reported.get(lease) ?? [], standing: (charges.get(lease) ?? []).map(chargeOf) };
  });
};

const leaseOf = ({ lease }: { readonly lease: string }): string => lease;
