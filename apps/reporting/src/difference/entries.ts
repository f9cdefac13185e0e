import type { EventHeader } from '@propledger/event-log';
import { readAll, readPage, type Statement } from '../answer/read-rows';
import type { Sheet } from '../answer/sheet';
import { yuan } from '../money';
import type { Projections } from '../projections';
import { type Cell, type Column, count, day, money, PROJECT } from '../report';
import type { ReadHeaders } from './headers';
import { type Compared, type Span, spansOf } from './span';

export const ENTRY_COLUMNS: readonly Column[] = [
  PROJECT,
  count('position', '记账位置', 'Position of the entry in the ledger’s book of the project'),
  {
    key: 'knownTo',
    header: '切片',
    kind: 'text',
    description: 'Who knows it: `known` alone, or `against` alone',
  },
  { key: 'type', header: '类型', kind: 'text', description: 'Type of the event' },
  day('effectiveDate', '生效日期', 'Effective date'),
  { key: 'period', header: '入账期', kind: 'text', description: 'Accounting period that it was posted into' },
  money(
    'amount',
    '影响金额',
    'What it moves in this report: more (positive) or less (negative) open, received or held',
  ),
  {
    ...count('reverses', '红冲位置', 'Position of the entry that it reverses'),
    blank: true,
  },
  { key: 'recordedAt', header: '录入时间', kind: 'text', description: 'When it was recorded, UTC' },
  { key: 'actor', header: '操作人', kind: 'code', description: 'Who recorded it' },
  { key: 'source', header: '来源', kind: 'text', description: 'How it came in: api, a bill run, an import' },
];

interface Moved {
  readonly book: string;
  readonly position: string;
  readonly amount: string;
}

/** The entries that one side knows and the other does not, and that count in the report at its moment, by book and position. */
export const entriesSheet = ({ tx, pool }: Projections, readHeaders: ReadHeaders, compared: Compared): Sheet => {
  const spans = spansOf(compared);
  const statement = movedStatement(compared, spans);
  const knownTo = new Map(spans.map((span) => [span.book, span.knownTo]));
  const entries = async (moved: readonly (readonly Cell[])[]): Promise<(readonly Cell[])[]> => {
    const headers = await headersOf(readHeaders, moved);
    return moved.map(([book, position, amount]) =>
      entryOf(String(book), knownTo.get(String(book)) ?? null, amount ?? null, headers.get(`${position} ${book}`)),
    );
  };
  return {
    columns: ENTRY_COLUMNS,
    page: async (skip, limit) => entries(await readPage(tx, statement, skip, limit)),
    async *all() {
      for await (const moved of readAll(pool, statement)) yield entries(moved);
    },
  };
};

const movedStatement = ({ report, moment }: Compared, spans: readonly Span[]): Statement => ({
  sql: `with span as (select * from unnest($1::text[], $2::bigint[], $3::bigint[]) as s(book, low, high)),
      moved as (${report.moves(moment)})
    select book, position, sum(amount_fen)::text as amount from moved group by book, position order by book, position`,
  parameters: [
    spans.map(({ book }) => book),
    spans.map(({ low }) => low),
    spans.map(({ high }) => high),
    moment.asOf,
    ...(moment.period === null ? [] : [moment.period]),
  ],
  cells: (row) => {
    const { book, position, amount } = row as Moved;
    return [book, Number(position), yuan(amount)];
  },
});

const headersOf = async (
  readHeaders: ReadHeaders,
  moved: readonly (readonly Cell[])[],
): Promise<Map<string, EventHeader>> => {
  const positions = new Map<string, number[]>();
  for (const [book, position] of moved)
    positions.set(String(book), [...(positions.get(String(book)) ?? []), Number(position)]);
  const found = new Map<string, EventHeader>();
  for (const [book, some] of positions)
    for (const header of await readHeaders(book, some)) found.set(`${header.position} ${book}`, header);
  return found;
};

const entryOf = (
  book: string,
  knownTo: Span['knownTo'] | null,
  amount: Cell,
  header: EventHeader | undefined,
): Cell[] => {
  if (header === undefined) throw new Error(`the ledger does not give an entry of ${book} that was projected`);
  const { position, type, effectiveDate, accountingPeriod, reversesPosition, recordedAt, actor, source } = header;
  return [
    book,
    position,
    knownTo,
    type,
    effectiveDate,
    accountingPeriod,
    amount,
    reversesPosition,
    recordedAt,
    actor,
    source,
  ];
};
