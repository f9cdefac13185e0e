import type { Decimal, Period, Pool } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  compareText,
  estimatesTooHigh,
  formatDecimal,
  groupedBy,
  lastDay,
  parseDecimal,
  periodOf,
  plus,
  poolUse,
  stepOf,
  type Fen,
  type MeterState,
  type PoolUseOutcome,
  type TooHigh,
  type UsageStep,
} from '@propledger/ledger-core';
import {
  METER_COLUMNS,
  meterOf,
  poolAmountOf,
  poolOf,
  type MeterRow,
  type PoolAmountRow,
  type PoolRow,
} from '../ledger-store/rows';
import { placesOf, type Place } from '../projection/copies';

/** What one meter of a resource counted by a period's reading. */
export interface StepOfMeter {
  readonly meter: string;
  readonly kind: string;
  readonly resource: string;
  readonly step: UsageStep;
  /** 账期 of the reading before, or of the beginning. */
  readonly since: Period;
  /** Estimates before that the reading has shown to be too high. */
  readonly tooHigh: readonly TooHigh[];
}

/** A meter of a resource that nobody has read for the period. */
export interface UnreadMeter {
  readonly meter: string;
  readonly kind: string;
  readonly resource: string;
}

/** A pool with its amount of the period, or with the meters from which it comes. */
export interface PoolOfPeriod {
  readonly pool: Pool;
  /** The position of the pool.amount-set; of one with meters, of what defined or last changed it. */
  readonly amountAt: number;
  readonly of: { readonly amount: Fen } | { readonly meters: readonly MeterState[] };
}

/** A period's readings, and what is to be shared. */
export class Metered {
  private readonly byResource: ReadonlyMap<string, readonly StepOfMeter[]>;
  private readonly places: ReadonlyMap<string, Place>;
  private readonly unreadOf: ReadonlyMap<string, readonly UnreadMeter[]>;

  constructor(
    readonly steps: readonly StepOfMeter[],
    /** By code. */
    readonly pools: readonly PoolOfPeriod[],
    private readonly placed: readonly Place[],
    private readonly unread: readonly UnreadMeter[],
  ) {
    this.unreadOf = groupedBy(unread, ({ resource }) => resource);
    this.byResource = groupedBy(steps, ({ resource }) => resource);
    this.places = new Map(placed.map((place) => [place.resource, place]));
  }

  /** With other steps, and other records of the meters of pools. */
  with(steps: readonly StepOfMeter[], other: (meter: MeterState) => MeterState): Metered {
    const pools = this.pools.map((entry) =>
      'meters' in entry.of ? { ...entry, of: { meters: entry.of.meters.map(other) } } : entry,
    );
    return new Metered(steps, pools, this.placed, this.unread);
  }

  /** The same with some of the pools alone. */
  withPools(has: (pool: Pool) => boolean): Metered {
    const pools = this.pools.filter(({ pool }) => has(pool));
    return new Metered(this.steps, pools, this.placed, this.unread);
  }

  /** Of a resource's meters of one kind, by code. */
  stepsOf(resource: string, kind: string | undefined): readonly StepOfMeter[] {
    return (this.byResource.get(resource) ?? []).filter((step) => step.kind === kind);
  }

  /** Of a resource's meters of one kind, those without a reading, by code. */
  unreadAt(resource: string, kind: string | undefined): readonly UnreadMeter[] {
    return (this.unreadOf.get(resource) ?? []).filter((meter) => meter.kind === kind);
  }

  /** All that they counted. */
  usageOf(resource: string, kind: string | undefined): Decimal {
    const [first, ...others] = this.stepsOf(resource, kind).map(({ step }) => step.quantity);
    if (first === undefined || others.length === 0) return first ?? '0';
    return formatDecimal(others.reduce((sum, quantity) => plus(sum, parseDecimal(quantity)), parseDecimal(first)));
  }

  isIn({ pool, of }: PoolOfPeriod, resource: string): boolean {
    const { scope, building, entrance, meters: own = [], members = [] } = pool;
    const place = this.places.get(resource);
    switch (scope) {
      case '项目':
        return true;
      case '楼栋':
        return place?.building === building;
      case '单元':
        return place?.building === building && place?.entrance === entrance;
      case '仪表': {
        const below = 'meters' in of ? of.meters : [];
        return below.some(({ meter }) => meter.resource === resource && own.includes(meter.parent ?? ''));
      }
      case '资源':
        return members.some((member) => member.resource === resource);
    }
  }
}

/** Null: there are no meters, and nothing is to be shared. */
export const readMetered = async (tx: Tx, book: string, period: Period): Promise<Metered | null> => {
  const meters = await tx.rows<MeterRow>(
    `select ${METER_COLUMNS} from meter m
      where m.book = $1 and not m.withdrawn and m.resource is not null
        and exists (select from meter_record r
                     where r.book = $1 and r.period = $2 and r.meter = m.meter and r.withdrawn_by is null)
      order by m.meter`,
    [book, period],
  );
  const unread = await tx.rows<UnreadMeter>(
    `select m.meter, m.kind, m.resource from meter m
      where m.book = $1 and not m.withdrawn and m.resource is not null and m.body->>'from' <= $3
        and not exists (select from meter_record r
                         where r.book = $1 and r.period = $2 and r.meter = m.meter and r.withdrawn_by is null)
      order by m.meter`,
    [book, period, lastDay(period)],
  );
  const pools = await tx.rows<PoolRow & { amount: PoolAmountRow }>(
    `select p.book, p.pool, p.body, p.position, p.withdrawn, to_jsonb(a) as amount
       from pool_amount a join pool p using (book, pool)
      where a.book = $1 and a.period = $2 and not a.withdrawn and not p.withdrawn order by p.pool`,
    [book, period],
  );
  const withMeters = await readPoolsWithMeters(tx, book);
  if (meters.length + unread.length + pools.length + withMeters.length === 0) return null;
  const steps = meters.flatMap((row): StepOfMeter[] => stepsOf(meterOf(row), period));
  const amounts = pools.map((row): PoolOfPeriod => {
    const { amount, position } = poolAmountOf(row.amount);
    return { pool: poolOf(row).pool, amountAt: position, of: { amount } };
  });
  const all = [...amounts, ...withMeters].sort((one, other) => compareText(one.pool.pool, other.pool.pool));
  return new Metered(steps, all, all.length === 0 ? [] : await placesOf(tx, book), unread);
};

/** Pools with meters, each with these and the meters right below them. */
const readPoolsWithMeters = async (tx: Tx, book: string): Promise<PoolOfPeriod[]> => {
  const pools = await tx.rows<PoolRow>(
    `select p.book, p.pool, p.body, p.position, p.withdrawn from pool p
      where p.book = $1 and not p.withdrawn and jsonb_exists(p.body, 'meters') order by p.pool`,
    [book],
  );
  if (pools.length === 0) return [];
  const rows = await tx.rows<MeterRow>(
    `select ${METER_COLUMNS} from meter m
      where m.book = $1 and not m.withdrawn and (m.meter = any ($2) or m.body->>'parent' = any ($2)) order by m.meter`,
    [book, pools.flatMap(({ body }) => body.meters ?? [])],
  );
  const meters = rows.map(meterOf);
  return pools.map((row): PoolOfPeriod => {
    const { pool, position } = poolOf(row);
    const own = new Set(pool.meters);
    const ofPool = meters.filter(({ code, meter }) => own.has(code) || own.has(meter.parent ?? ''));
    return { pool, amountAt: position, of: { meters: ofPool } };
  });
};

/** What a pool's meters come to by the readings of a period. */
export const useOf = (pool: Pool, meters: readonly MeterState[], period: Period): PoolUseOutcome =>
  poolUse(
    pool,
    meters.map(({ code, meter, records }) => {
      const step = stepOf(meter, records, period);
      const { parent = null } = meter;
      return { meter: code, parent, quantity: step?.quantity ?? null, held: step?.review !== undefined };
    }),
    lastDay(period),
  );

/** What a meter of a resource counted by the reading of a period: one or none. */
export const stepsOf = ({ code, meter, records }: MeterState, period: Period): StepOfMeter[] => {
  const { kind, resource } = meter;
  const step = stepOf(meter, records, period);
  if (step === null || resource === null) return [];
  const end = records.findIndex(({ position }) => position === step.record);
  const before = records.slice(0, end).findLast((record) => record.kind === 'read');
  const since = before?.kind === 'read' ? before.period : periodOf(meter.from);
  return [{ meter: code, kind, resource, step, since, tooHigh: estimatesTooHigh(meter, records, period) }];
};
