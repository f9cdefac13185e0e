import type { Day, Decimal } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  addDays,
  groupedBy,
  withLets,
  type AreaInForce,
  type LetInForce,
  type OccupancyInForce,
  type PayerInForce,
} from '@propledger/ledger-core';

/** A resource's areas, 楼层 and 所属房间 from a day on, until the next ones; null: it has none. */
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
  /** 所属房间. */
  readonly room: string | null;
}

/** Every area of a project's resources that is in force in the period or before it, by resource and day. */
export const areasOf = (tx: Tx, project: string, until: Day): Promise<AreaFrom[]> =>
  tx.rows<AreaFrom>(
    `select distinct on (resource, effective_on) resource, effective_on as "from", area, gross, inside, floor, room
       from copy_area where project = $1 and effective_on <= $2
      order by resource, effective_on, position desc`,
    [project, until],
  );

/** Areas of a resource by their first day become spells: each ends the day before the next begins. */
export const untilTheNext = (areas: readonly AreaFrom[]): AreaInForce[] =>
  areas.map(({ from, area, gross, inside, floor, room }, i) => {
    const next = areas[i + 1];
    return { from, to: next === undefined ? null : addDays(next.from, -1), area, gross, inside, floor, room };
  });

/** A customer pays for a resource from when to when. */
export interface PayerDays extends PayerInForce {
  readonly resource: string;
}

/** 付费人 of a project's resources (null: of all) on the days of a range, 月租 left out. */
export const payersOf = (
  tx: Tx,
  project: string,
  from: Day,
  to: Day,
  resources: readonly string[] | null = null,
): Promise<PayerDays[]> =>
  tx.rows<PayerDays>(
    `select resource, customer, from_on as "from", to_on as "to" from copy_occupancy
      where project = $1 and payer and relation <> '月租' and from_on <= $3 and (to_on is null or to_on >= $2)
        and ($4::text[] is null or resource = any ($4))
      order by resource, from_on`,
    [project, from, to, resources],
  );

/** 月租 of a resource. */
export interface LetDays extends LetInForce {
  readonly resource: string;
}

/** 月租 of a project's resources (null: of all) on the days of a range. */
export const letsOf = async (
  tx: Tx,
  project: string,
  from: Day,
  to: Day,
  resources: readonly string[] | null = null,
): Promise<LetDays[]> => {
  const rows = await tx.rows<Omit<LetDays, 'price'> & { readonly price: Decimal | null }>(
    `select resource, customer, from_on as "from", to_on as "to", price from copy_occupancy
      where project = $1 and relation = '月租' and from_on <= $3 and (to_on is null or to_on >= $2)
        and ($4::text[] is null or resource = any ($4))
      order by resource, from_on`,
    [project, from, to, resources],
  );
  return rows.map(({ price, ...days }) => (price === null ? days : { ...days, price }));
};

/** Who pays by 付费人 or 月租 for these resources of a project on the days of a range. */
export const payingOf = async (
  tx: Tx,
  project: string,
  from: Day,
  to: Day,
  resources: readonly string[],
): Promise<PayerDays[]> => {
  const payers = groupedBy(await payersOf(tx, project, from, to, resources), ({ resource }) => resource);
  const lets = groupedBy(await letsOf(tx, project, from, to, resources), ({ resource }) => resource);
  return [...new Set([...payers.keys(), ...lets.keys()])].flatMap((resource) =>
    withLets(payers.get(resource) ?? [], lets.get(resource) ?? []).map((days) => ({ ...days, resource })),
  );
};

/** 入住关系 of a project's resources on the days of a range, 月租 left out. */
export const occupanciesOf = (
  tx: Tx,
  project: string,
  from: Day,
  to: Day,
): Promise<(OccupancyInForce & { readonly resource: string })[]> =>
  tx.rows(
    `select resource, customer, relation, payer, from_on as "from", to_on as "to" from copy_occupancy
      where project = $1 and relation <> '月租' and from_on <= $3 and (to_on is null or to_on >= $2)
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
