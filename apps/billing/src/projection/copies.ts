import type { Day, Decimal } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { OccupancyInForce } from '@propledger/ledger-core';

/** A resource's areas and 楼层 from a day on, until the next ones; null: it has none. */
export interface AreaFrom {
  readonly resource: string;
  readonly from: Day;
  /** 计费面积. */
  readonly area: Decimal | null;
  /** 建筑面积. */
  readonly gross: Decimal | null;
  /** 套内面积. */
  readonly inside: Decimal | null;
  readonly floor: string | null;
}

/** Every area of a project's resources that is in force in the period or before it, by resource and day. */
export const areasOf = (tx: Tx, project: string, until: Day): Promise<AreaFrom[]> =>
  tx.rows<AreaFrom>(
    `select distinct on (resource, effective_on) resource, effective_on as "from", area, gross, inside, floor
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

/** 入住关系 of a project's resources on the days of a range. */
export const occupanciesOf = (
  tx: Tx,
  project: string,
  from: Day,
  to: Day,
): Promise<(OccupancyInForce & { readonly resource: string })[]> =>
  tx.rows(
    `select resource, customer, relation, payer, from_on as "from", to_on as "to" from copy_occupancy
      where project = $1 and from_on <= $3 and (to_on is null or to_on >= $2)
      order by resource, from_on`,
    [project, from, to],
  );

/** Where a resource is: its building 楼栋 and staircase 单元; null for parking, and where there is none. */
export interface Place {
  readonly resource: string;
  readonly building: string | null;
  readonly entrance: string | null;
}

/** 交付日期 of a project's resources; those without one are left out. */
export const handoversOf = (tx: Tx, project: string): Promise<{ readonly resource: string; readonly on: Day }[]> =>
  tx.rows(
    'select resource, handed_over_on as "on" from copy_resource where project = $1 and handed_over_on is not null',
    [project],
  );

/** Where a project's resources are. */
export const placesOf = (tx: Tx, project: string): Promise<Place[]> =>
  tx.rows<Place>('select resource, building, entrance from copy_resource where project = $1', [project]);
