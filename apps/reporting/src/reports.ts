import type { After } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import {
  AfterGate,
  type CallerIdentity,
  decodeCursor,
  encodeCursor,
  Problem,
  type ProblemEntry,
  utcTimeOf,
} from '@propledger/service-kit';
import type { Readable } from 'node:stream';
import { csvHeader, csvRows } from './answer/csv';
import { formatOf, MEDIA_TYPE } from './answer/format';
import { readAll, readPage } from './answer/read-rows';
import { streamOf } from './answer/stream';
import { NoTurn, Turns } from './answer/turns';
import { xlsxOf } from './answer/xlsx';
import { type Cut, cutOf } from './known/cut';
import { findCut, findProjects, keepCut, positionsNow } from './known/cut-store';
import type { RecordedBy } from './known/recorded-by';
import { businessDayAt, looksLikeTime } from './known/time';
import { momentName, momentOf } from './moment';
import type { Projections } from './projections';
import { type Format, MAX_ROWS, type ReportQuery } from './query';
import type { Cell, FixedQuestion, Report } from './report';

/** Who asks, and how the request itself says what it wants. */
export interface Asker {
  readonly caller: CallerIdentity;
  readonly after: After | null;
  readonly accept: string | undefined;
}

export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

interface Settled extends FixedQuestion {
  readonly cut: Cut;
}

const CATCH_UP_MS = 10_000;

/** Answers reports: who may see what, what was known, and in which format. The figures are the reports' own. */
export class Reports {
  private readonly gate: AfterGate;

  /** `turns`: answers that may be read at once. */
  constructor(
    private readonly projections: Projections,
    private readonly recordedBy: RecordedBy,
    private readonly turns: Turns,
  ) {
    this.gate = new AfterGate(projections.followers, CATCH_UP_MS);
  }

  /** @throws Problem */
  async answer(report: Report, query: ReportQuery, { caller, after, accept }: Asker): Promise<Answer> {
    const format = query.format ?? formatOf(accept);
    if (format === null) throw new Problem('not-acceptable');
    await this.gate.wait(after);
    const page = decodeCursor(query.cursor, 'string', 'string', 'number');
    const question = await this.settle(report, query, caller, page?.[1] ?? query.known);
    if (page !== null && (page[0] !== digestOf(question) || page[2] < 0 || !isKnownAs(query.known, page[1])))
      throw faulty('cursor', '翻页标记不属于这一查询 not a cursor of this question');
    const body =
      format === 'json'
        ? await this.json(question, page?.[2] ?? 0, query.limit ?? MAX_ROWS)
        : await streamOf(this.bytes(question, format, query.bom ?? false));
    return { headers: headersOf(question, format), body };
  }

  /** Makes a question one whose answer cannot change: its projects, its moment, and what was known. */
  private async settle(
    report: Report,
    query: ReportQuery,
    caller: CallerIdentity,
    known: string | undefined,
  ): Promise<Settled> {
    const { tx } = this.projections;
    const given = known === undefined || looksLikeTime(known) ? null : await this.cutKnownAs(known);
    const cut = given ?? (await this.newCut(query, caller, known));
    const asked = query.project ? new Set(query.project) : null;
    const books = asked === null ? cut.books : cut.books.filter(({ book }) => asked.has(book));
    for (const { book } of books) caller.require('view', book);
    if (asked !== null && books.length < asked.size) {
      for (const project of asked) caller.require('view', project);
      throw faulty('project', '切片不含这个项目 the cut does not hold this project');
    }
    if (given === null) await keepCut(tx, cut);
    if (known !== undefined) await this.reach(books);
    return { report, cut, books, moment: momentOf(report.selection, query, cut.takenOn) };
  }

  /** Of what is known now, or of what was known at a time, which is then settled for good. */
  private async newCut(query: ReportQuery, caller: CallerIdentity, time: string | undefined): Promise<Cut> {
    if (time === undefined) {
      const projects = await this.projectsOf(query, caller);
      return cutOf(businessDayAt(new Date()), await positionsNow(this.projections.tx, projects));
    }
    const utc = utcTimeOf(time);
    if (utc === null) throw faulty('known', '不是切片, 也不是 RFC 3339 时刻 neither a cut nor an RFC 3339 time');
    // Compared as texts of one form, since a time here has microseconds.
    if (utc > `${new Date().toISOString().slice(0, -1)}999Z`)
      throw faulty('known', '时刻未到 a time that is still to come');
    const projects = await this.projectsOf(query, caller);
    const { ledger, registry } = await this.recordedBy(utc);
    const books = projects.map((book) => ({ book, ledger: ledger[book] ?? 0, registry: registry[book] ?? 0 }));
    const existing = books.filter((known) => known.ledger > 0 || known.registry > 0);
    if (existing.length === 0 || (query.project !== undefined && existing.length < books.length))
      throw new Problem('nothing-known-then', { detail: utc });
    return cutOf(businessDayAt(new Date(utc)), existing);
  }

  private async cutKnownAs(id: string): Promise<Cut> {
    const cut = await findCut(this.projections.tx, id);
    if (cut === null) throw new Problem('cut-not-found');
    return cut;
  }

  private async projectsOf({ project }: ReportQuery, caller: CallerIdentity): Promise<readonly string[]> {
    const { tx } = this.projections;
    if (project === undefined) {
      const mayView = caller.projects('view');
      return findProjects(tx, mayView === 'all' ? null : [...mayView]);
    }
    for (const code of project) caller.require('view', code);
    const asked = [...new Set(project)];
    const found = await findProjects(tx, asked);
    const missing = asked.filter((code) => !found.includes(code));
    if (missing.length > 0) throw new Problem('project-not-found', { detail: missing.slice(0, 10).join(', ') });
    return found;
  }

  /** A cut may be ahead of projections that are being rebuilt. */
  private async reach(books: Cut['books']): Promise<void> {
    const positions = (topic: 'ledger' | 'registry'): Record<string, number> =>
      Object.fromEntries(books.map((known) => [known.book, known[topic]]));
    const reached = await this.projections.caughtUp(
      { ledger: positions('ledger'), registry: positions('registry') },
      CATCH_UP_MS,
    );
    if (!reached) throw new Problem('not-caught-up', { retryAfterSeconds: 2 });
  }

  private async json(question: Settled, skip: number, limit: number): Promise<string> {
    const { report, cut, books, moment } = question;
    const turn = await this.turn();
    try {
      const rows = await readPage(this.projections.tx, question, skip, limit + 1);
      return JSON.stringify({
        report: report.name,
        asOf: moment.asOf,
        period: moment.period,
        cut: cut.id,
        projects: books.map(({ book }) => book),
        columns: report.columns.map(({ key, header }) => ({ key, header })),
        rows: rows.slice(0, limit).map((cells) => members(report, cells)),
        nextCursor: rows.length > limit ? encodeCursor([digestOf(question), cut.id, skip + limit]) : null,
      });
    } finally {
      turn();
    }
  }

  private async *bytes(question: Settled, format: 'csv' | 'xlsx', bom: boolean): AsyncGenerator<Uint8Array, void> {
    const turn = await this.turn();
    try {
      const rows = readAll(this.projections.pool, question);
      if (format === 'csv') yield* csvOf(question.report, rows, bom);
      else yield* xlsxOf(question.report, titleOf(question), rows);
    } finally {
      turn();
    }
  }

  private async turn(): Promise<() => void> {
    try {
      return await this.turns.take();
    } catch (error) {
      if (error instanceof NoTurn) throw new Problem('overloaded', { retryAfterSeconds: 5 });
      throw error;
    }
  }
}

async function* csvOf(
  { columns }: Report,
  rows: AsyncIterable<readonly (readonly Cell[])[]>,
  bom: boolean,
): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(csvHeader(columns, bom));
  for await (const some of rows) yield Buffer.from(csvRows(columns, some));
}

const members = (report: Report, cells: readonly Cell[]): Record<string, Cell> =>
  Object.fromEntries(report.columns.map(({ key }, i) => [key, cells[i] ?? null]));

const titleOf = ({ report, cut, moment: { asOf, period } }: Settled): string =>
  `${report.title} · ${period === null ? '' : `账期 period ${period} · `}截至 as of ${asOf} · 切片 cut ${cut.id}`;

const headersOf = ({ report, cut, moment }: Settled, format: Format): Record<string, string> => ({
  'content-type': `${MEDIA_TYPE[format]}${format === 'xlsx' ? '' : '; charset=utf-8'}`,
  'propledger-as-of': moment.asOf,
  ...(moment.period === null ? {} : { 'propledger-period': moment.period }),
  'propledger-cut': cut.id,
  vary: 'accept',
  ...(format === 'json'
    ? {}
    : { 'content-disposition': `attachment; filename="${report.name}-${momentName(moment)}.${format}"` }),
});

/** Whether a question that goes on with a cut may name `known`: that cut, or the time that it was made of. */
const isKnownAs = (known: string | undefined, cut: string): boolean =>
  known === undefined || known === cut || looksLikeTime(known);

/** Tells one question from another, so that a cursor is not used with a question that it doesn't belong to. */
const digestOf = ({ report, cut, books, moment }: Settled): string =>
  requestHash([report.name, cut.id, moment.asOf, moment.period, books.map(({ book }) => book)]).slice(0, 16);

const faulty = (parameter: string, message: string): Problem => {
  const entry: ProblemEntry = { pointer: `/query/${parameter}`, code: parameter, message };
  return new Problem('invalid-input', { errors: [entry] });
};
