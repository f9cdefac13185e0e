import type { Day, Developer, Period, Standard } from '@propledger/contracts';
import { heads, type Tx } from '@propledger/event-log';
import {
  daysOfRun,
  earlierDay,
  groupedBy,
  isMonthly,
  laterDay,
  monthOf,
  type AreaInForce,
  type BindingState,
  type ChargeState,
  type DayRange,
  type Items,
  type LetInForce,
  type OccupancyInForce,
  type PayerInForce,
  type Spell,
  type StandardState,
} from '@propledger/ledger-core';
import { areasOf, handoversOf, letsOf, occupanciesOf, payersOf, untilTheNext } from '../projection/copies';
import { copiesAt } from '../ledger-store/around';
import { readDevelopers, readItems } from '../ledger-store/items';
import {
  BINDING_COLUMNS,
  bindingOf,
  CHARGE_COLUMNS,
  chargeOf,
  standardOf,
  type BindingRow,
  type ChargeRow,
  type StandardRow,
} from '../ledger-store/rows';
import type { CopiesAt } from '../ledger-store/task';
import { readLeases, type LeaseOfRun } from './leased';
import { readMetered, type Metered } from './metered';

/** What a project's charges of a month are computed from. */
export interface Inputs {
  /** Where the book stood before anything was read: what is later may be in it or not. */
  readonly readAt: number;
  readonly copiesAt: CopiesAt;
  /** 收费项目, and where the group's book stood before they were read. */
  readonly items: Items;
  readonly groupAt: number;
  readonly standards: ReadonlyMap<string, StandardState>;
  readonly bindings: readonly BindingState[];
  readonly areas: ReadonlyMap<string, readonly AreaInForce[]>;
  /** 付费人 by resource. */
  readonly payers: ReadonlyMap<string, readonly PayerInForce[]>;
  /** 月租 by resource: they come before 付费人. */
  readonly lets: ReadonlyMap<string, readonly LetInForce[]>;
  /** Other 入住关系 by resource, and the project's developers; empty where nothing says who pays but 付费人. */
  readonly occupancies: ReadonlyMap<string, readonly OccupancyInForce[]>;
  readonly developers: readonly Developer[];
  /** 交付日期 by resource; empty where nobody asks for it. */
  readonly handovers: ReadonlyMap<string, Day>;
  /** 空置申报 by resource. */
  readonly vacancies: ReadonlyMap<string, readonly Spell[]>;
  readonly standing: ReadonlyMap<string, readonly ChargeState[]>;
  /** Days of longer cycles that a 红冲 was computed with, by binding: what is left of its charge is for them too. */
  readonly corrected: ReadonlyMap<string, readonly DayRange[]>;
  /** What was read and is to be shared in the period; null: nothing, as in most projects. */
  readonly metered: Metered | null;
  readonly leases: readonly LeaseOfRun[];
  /** Which of the leases' charges the run is about; absent: all. */
  readonly leased?: (of: { readonly item: string; readonly resource: string }) => boolean;
  /** The days for which `payers` and `standing` are there: the month, and what metered charges and longer cycles reach. */
  readonly days: DayRange;
}

/** Everything that a project's charges of a month are computed from. The positions come first: what has moved since is seen. */
export const readInputs = async (tx: Tx, book: string, period: Period): Promise<Inputs> => {
  const [head] = await heads(tx, [book]);
  const at = (await copiesAt(tx, [book])).get(book) ?? { registry: 0, customers: 0 };
  const standards = await tx.rows<StandardRow>(
    'select book, standard, body, position, withdrawn from standard where book = $1 and not withdrawn',
    [book],
  );
  const metered = await readMetered(tx, book, period);
  const days = daysToRead(
    period,
    standards.map(({ body }) => body),
    metered,
  );
  const { from, to } = days;
  const standing = await tx.rows<ChargeRow & { binding: string }>(
    `select ${CHARGE_COLUMNS} from charge c
      where c.book = $1 and c.binding is not null and c.reversed_by is null and c.from_on <= $3 and c.to_on >= $2
      order by c.binding, c.from_on`,
    [book, from, to],
  );
  const longer = standards.filter(({ body }) => !isMonthly(body)).map(({ standard }) => standard);
  const corrected = longer.length === 0 ? [] : await correctedDays(tx, book, longer, days);
  const bindings = await tx.rows<BindingRow>(
    `select ${BINDING_COLUMNS} from binding b
      where book = $1 and not withdrawn and ((from_on <= $3 and (to_on is null or to_on >= $2)) or binding = any ($4))
      order by resource, standard, from_on`,
    [book, from, to, [...new Set(standing.map(({ binding }) => binding))]],
  );
  const declared = await readItems(tx, book);
  const vacancies = await tx.rows<Spell & { readonly resource: string }>(
    `select resource, from_on as "from", to_on as "to" from vacancy
      where book = $1 and not withdrawn and from_on <= $3 and (to_on is null or to_on >= $2)
      order by resource, from_on`,
    [book, from, to],
  );
  const choosing =
    declared.items.choosePayers ||
    bindings.some(({ own }) => own?.payers !== undefined) ||
    standards.some(({ body }) => body.vacancyRates?.some(({ payer }) => payer !== undefined));
  return {
    ...declared,
    occupancies: groupedBy(choosing ? await occupanciesOf(tx, book, from, to) : [], ({ resource }) => resource),
    developers: choosing ? await readDevelopers(tx, book) : [],
    readAt: head?.position ?? 0,
    copiesAt: at,
    standards: new Map(standards.map((row) => [row.standard, standardOf(row)])),
    bindings: bindings.map(bindingOf),
    areas: grouped(await areasOf(tx, book, to), ({ resource }) => resource, untilTheNext),
    payers: groupedBy(await payersOf(tx, book, from, to), ({ resource }) => resource),
    lets: groupedBy(await letsOf(tx, book, from, to), ({ resource }) => resource),
    handovers: new Map(
      choosing || standards.some(({ body }) => body.anniversary)
        ? (await handoversOf(tx, book)).map(({ resource, on }) => [resource, on])
        : [],
    ),
    vacancies: groupedBy(vacancies, ({ resource }) => resource),
    standing: grouped(
      standing,
      ({ binding }) => binding,
      (rows) => rows.map(chargeOf),
    ),
    corrected: groupedBy(corrected, ({ binding }) => binding),
    metered,
    leases: await readLeases(tx, book, period),
    days,
  };
};

/** The days that 红冲 of charges that stand were computed with, of these standards: their charges may have ended before. */
const correctedDays = (
  tx: Tx,
  book: string,
  standards: readonly string[],
  { from, to }: DayRange,
): Promise<(DayRange & { readonly binding: string })[]> =>
  tx.rows<DayRange & { readonly binding: string }>(
    `select c.binding, d->>'from' as "from", d->>'to' as "to"
       from event e
       join charge c on c.book = e.book and c.position = (e.body::jsonb->>'charge')::bigint
      cross join lateral jsonb_array_elements(e.body::jsonb->'difference'->'computed') d
      where e.book = $1 and e.type = 'charge.corrected' and c.binding is not null and c.reversed_by is null
        and c.standard = any ($2) and d->>'from' <= $4 and d->>'to' >= $3
      order by e.position`,
    [book, standards, from, to],
  );

/** The month; what cycles reach before and after it; and the days that readings of the period end and begin on. */
const daysToRead = (period: Period, standards: readonly Standard[], metered: Metered | null): DayRange => {
  const month = monthOf(period);
  const cycles = standards.map((standard) => daysOfRun(standard, period));
  const steps = metered?.steps ?? [];
  return {
    from: [...cycles, ...steps.map(({ step }) => step)].map(({ from }) => from).reduce(earlierDay, month.from),
    to: [...cycles, ...steps.map(({ step }) => step)].map(({ to }) => to).reduce(laterDay, month.to),
  };
};

const grouped = <Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  of: (rows: readonly Row[]) => Value,
): Map<string, Value> => new Map([...groupedBy(rows, keyOf)].map(([key, group]) => [key, of(group)]));
