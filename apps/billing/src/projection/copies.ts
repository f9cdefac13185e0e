import type { Day, Decimal, Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';

/** Which of these the copies do not know. */
export interface Unknown {
  readonly project: boolean;
  readonly resources: readonly string[];
  readonly customers: readonly string[];
}

/** Looks up what a command names. One round trip. */
export const unknownOf = async (
  tx: Tx,
  project: string,
  resources: readonly string[],
  customers: readonly string[],
): Promise<Unknown> => {
  const [found] = await tx.rows<{ project: boolean; resources: string[] | null; customers: string[] | null }>(
    `select exists (select from copy_project where project = $1) as project,
            (select array_agg(r.resource) from copy_resource r where r.project = $1 and r.resource = any ($2)) as resources,
            (select array_agg(c.customer) from copy_customer c where c.project = $1 and c.customer = any ($3)) as customers`,
    [project, resources, customers],
  );
  return {
    project: !found?.project,
    resources: resources.filter((code) => !found?.resources?.includes(code)),
    customers: customers.filter((code) => !found?.customers?.includes(code)),
  };
};

/** 启用账期 of a project; null when the registry has not told of the project. */
export const firstPeriodOf = async (tx: Tx, project: string): Promise<Period | null> => {
  const [row] = await tx.rows<{ first_period: Period }>('select first_period from copy_project where project = $1', [
    project,
  ]);
  return row?.first_period ?? null;
};

/** 计费面积 of a resource from a day on, until the next one; null: it has none. */
export interface AreaFrom {
  readonly resource: string;
  readonly from: Day;
  readonly area: Decimal | null;
}

/** Every area of a project's resources that is in force in the period or before it, by resource and day. */
export const areasOf = (tx: Tx, project: string, until: Day): Promise<AreaFrom[]> =>
  tx.rows<AreaFrom>(
    `select distinct on (resource, effective_on) resource, effective_on as "from", area
       from copy_area where project = $1 and effective_on <= $2
      order by resource, effective_on, position desc`,
    [project, until],
  );

/** A customer pays for a resource from when to when. */
export interface PayerDays {
  readonly resource: string;
  readonly customer: string;
  readonly from: Day;
  readonly to: Day | null;
}

/** Who pays for a project's resources on the days of a range. */
export const payersOf = (tx: Tx, project: string, from: Day, to: Day): Promise<PayerDays[]> =>
  tx.rows<PayerDays>(
    `select resource, customer, from_on as "from", to_on as "to" from copy_occupancy
      where project = $1 and payer and from_on <= $3 and (to_on is null or to_on >= $2)
      order by resource, from_on`,
    [project, from, to],
  );
