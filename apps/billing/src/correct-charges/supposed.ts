import type { AreaKind, Day, Decimal, Period, Price } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  overlapOf,
  withSpell,
  type AreaInForce,
  type BindingState,
  type MeterState,
  type OccupancyInForce,
} from '@propledger/ledger-core';
import { firstLacking } from '../ledger-store/first-lacking';
import {
  BINDING_COLUMNS,
  bindingOf,
  METER_COLUMNS,
  meterOf,
  type BindingRow,
  type MeterRow,
} from '../ledger-store/rows';
import type { Refusal } from '../ledger-store/task';
import { stepsOf, type Metered, type StepOfMeter } from '../run-bills/metered';
import type { Inputs } from '../run-bills/run-inputs';

/** Facts as they might be recorded: what is computed with them instead of those that stand. Nothing of it is kept. */
export interface Supposed {
  readonly prices: readonly (Price & { readonly standard: string })[];
  /** From a day on. */
  readonly areas: readonly {
    readonly resource: string;
    readonly kind: AreaKind;
    readonly area: Decimal;
    readonly from: Day;
  }[];
  readonly payers: readonly {
    readonly resource: string;
    readonly customer: string;
    readonly from: Day;
    readonly to: Day | null;
  }[];
  /** 月租; null: nobody has it by the month on these days. */
  readonly lets: readonly {
    readonly resource: string;
    readonly customer: string | null;
    readonly price?: Decimal | undefined;
    readonly from: Day;
    readonly to: Day | null;
  }[];
  /** 所属房间 from a day on; null: none. */
  readonly rooms: readonly { readonly resource: string; readonly room: string | null; readonly from: Day }[];
  readonly readings: readonly { readonly meter: string; readonly period: Period; readonly reading: Decimal }[];
  /** 空置 on these days, or not. */
  readonly vacancies: readonly {
    readonly resource: string;
    readonly vacant: boolean;
    readonly from: Day;
    readonly to: Day | null;
  }[];
  readonly bindings: readonly { readonly binding: string; readonly from: Day; readonly to: Day | null }[];
  /** 交付日期; null: not handed over. */
  readonly handovers: readonly { readonly resource: string; readonly on: Day | null }[];
}

/** What is supposed of bindings and meters, with these as they stand. */
export interface Supposition {
  readonly supposed: Supposed;
  readonly bindings: readonly BindingState[];
  readonly meters: readonly MeterState[];
}

/** Looks up what is named. @returns the first thing that does not exist, otherwise. */
export const supposition = async (tx: Tx, book: string, supposed: Supposed): Promise<Supposition | Refusal> => {
  const { prices, areas, payers, lets, rooms, readings, handovers, vacancies } = supposed;
  const standard = await firstLacking(
    tx,
    book,
    'standard',
    prices.map((price) => price.standard),
  );
  if (standard !== null) return { code: 'unknown-standard', standard };
  const resource = await firstLacking(
    tx,
    book,
    'resource',
    [...areas, ...payers, ...lets, ...rooms, ...handovers, ...vacancies]
      .map((of) => of.resource)
      .concat(rooms.flatMap(({ room }) => room ?? [])),
  );
  if (resource !== null) return { code: 'unknown-resource', resource };
  const customer = await firstLacking(
    tx,
    book,
    'customer',
    [...payers, ...lets].flatMap(({ customer: code }) => code ?? []),
  );
  if (customer !== null) return { code: 'unknown-customer', customer };

  const bindings = (
    await tx.rows<BindingRow>(
      `select ${BINDING_COLUMNS} from binding b where b.book = $1 and b.binding = any ($2) and not b.withdrawn`,
      [book, supposed.bindings.map(({ binding }) => binding)],
    )
  ).map(bindingOf);
  const lacking = supposed.bindings.find(({ binding }) => !bindings.some(({ id }) => id === binding));
  if (lacking) return { code: 'unknown-binding', binding: lacking.binding };
  if (
    [...supposed.bindings, ...prices, ...payers, ...lets, ...vacancies].some(({ from, to }) => to !== null && to < from)
  )
    return { code: 'range-reversed' };
  const meters = (
    await tx.rows<MeterRow>(
      `select ${METER_COLUMNS} from meter m where m.book = $1 and m.meter = any ($2) and not m.withdrawn`,
      [book, readings.map(({ meter }) => meter)],
    )
  ).map(meterOf);
  const unread = readings.find(
    ({ meter, period }) =>
      !meters.some(
        ({ code, records }) => code === meter && records.some((r) => r.kind === 'read' && r.period === period),
      ),
  );
  return unread
    ? { code: 'unknown-reading', meter: unread.meter, period: unread.period }
    : { supposed, bindings, meters };
};

/** A month's inputs as they would be. */
export const withSupposed = (inputs: Inputs, period: Period, { supposed, bindings, meters }: Supposition): Inputs => ({
  ...inputs,
  standards: new Map(
    [...inputs.standards].map(([code, state]) => {
      const prices = supposed.prices
        .filter(({ standard }) => standard === code)
        .reduce<readonly Price[]>(
          (all, { price, from, to }) => withSpell(all, { from, to }, { price, from, to }),
          state.standard.prices,
        );
      return [code, { ...state, standard: { ...state.standard, prices } }];
    }),
  ),
  areas: overlaid(overlaid(inputs.areas, supposed.areas, changedArea), supposed.rooms, changedRoom),
  payers: overlaid(inputs.payers, supposed.payers, (payers, { customer, from, to }) =>
    withSpell(payers, { from, to }, { customer, from, to }),
  ),
  lets: overlaid(inputs.lets, supposed.lets, (lets, { customer, price, from, to }) =>
    withSpell(lets, { from, to }, customer === null ? null : { customer, price, from, to }),
  ),
  occupancies: overlaid(inputs.occupancies, supposed.payers, otherPayer),
  vacancies: overlaid(inputs.vacancies, supposed.vacancies, (spells, { vacant, from, to }) =>
    withSpell(spells, { from, to }, vacant ? { from, to } : null),
  ),
  bindings: changedBindings(inputs, supposed, bindings),
  handovers: changedHandovers(inputs.handovers, supposed.handovers),
  metered: changedReadings(inputs.metered, period, supposed, meters),
});

const overlaid = <Entry, Change extends { readonly resource: string }>(
  histories: ReadonlyMap<string, readonly Entry[]>,
  changes: readonly Change[],
  change: (history: readonly Entry[], by: Change) => readonly Entry[],
): ReadonlyMap<string, readonly Entry[]> => {
  if (changes.length === 0) return histories;
  const changed = new Map(histories);
  for (const by of changes) changed.set(by.resource, change(changed.get(by.resource) ?? [], by));
  return changed;
};

/** In the place of who paid on the first of the days, with his relation; who does not pay stays. */
const otherPayer = (
  history: readonly OccupancyInForce[],
  { customer, from, to }: Supposed['payers'][number],
): readonly OccupancyInForce[] => {
  const paying = history.filter(({ payer }) => payer);
  const before = paying.find((one) => overlapOf(one, { from, to: from }) !== null);
  const entry = { customer, relation: before?.relation ?? '业主', payer: true, from, to };
  return [...history.filter(({ payer }) => !payer), ...withSpell(paying, { from, to }, entry)];
};

/** One kind of area is another from the day on; the other kinds stay. */
const changedArea = (
  history: readonly AreaInForce[],
  { kind, area, from }: Supposed['areas'][number],
): readonly AreaInForce[] => {
  const member = kind === '建筑面积' ? 'gross' : kind === '套内面积' ? 'inside' : 'area';
  return changedFrom(history, from, { [member]: area });
};

/** 所属房间 is another from the day on. */
const changedRoom = (
  history: readonly AreaInForce[],
  { room, from }: Supposed['rooms'][number],
): readonly AreaInForce[] => changedFrom(history, from, { room });

const changedFrom = (
  history: readonly AreaInForce[],
  from: Day,
  change: Partial<Omit<AreaInForce, 'from' | 'to'>>,
): readonly AreaInForce[] => {
  const atDay = history.find((spell) => overlapOf(spell, { from, to: from }) !== null);
  const spell = { from, to: atDay?.to ?? null };
  const split = withSpell(history, spell, { area: null, ...atDay, ...spell });
  return split.map((one) => (one.from >= from ? { ...one, ...change } : one));
};

const changedHandovers = (standing: Inputs['handovers'], supposed: Supposed['handovers']): Inputs['handovers'] => {
  const handovers = new Map(standing);
  for (const { resource, on } of supposed)
    if (on === null) handovers.delete(resource);
    else handovers.set(resource, on);
  return handovers;
};

const changedBindings = (
  { bindings }: Inputs,
  supposed: Supposed,
  named: readonly BindingState[],
): readonly BindingState[] => {
  const changes = new Map(supposed.bindings.map((change) => [change.binding, change]));
  const missing = named.filter(({ id }) => !bindings.some((state) => state.id === id));
  return [...bindings, ...missing].map((state) => {
    const change = changes.get(state.id);
    return change ? { ...state, binding: { ...state.binding, from: change.from, to: change.to } } : state;
  });
};

/** A reading ends one step and begins the next. */
const changedReadings = (
  metered: Metered | null,
  period: Period,
  { readings }: Supposed,
  meters: readonly MeterState[],
): Metered | null => {
  if (metered === null || meters.length === 0) return metered;
  const codes = new Set(meters.map(({ code }) => code));
  const changed = (state: MeterState): MeterState => ({
    ...state,
    records: state.records.map((record) => {
      const change = readings.find(
        (reading) => record.kind === 'read' && reading.meter === state.code && reading.period === record.period,
      );
      if (!change || record.kind !== 'read') return record;
      // As a correction records it: somebody has read it, and looked at it.
      const { position, kind, period: ofPeriod, on } = record;
      return { position, kind, period: ofPeriod, on, reading: change.reading };
    }),
  });
  const steps = metered.steps.map((known): StepOfMeter => {
    const state = meters.find(({ code }) => code === known.meter);
    return state ? (stepsOf(changed(state), period)[0] ?? known) : known;
  });
  return metered.with(steps, (state) => (codes.has(state.code) ? changed(state) : state));
};
