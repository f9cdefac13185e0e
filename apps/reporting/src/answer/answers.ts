import { encodeCursor, Problem } from '@propledger/service-kit';
import type { Readable } from 'node:stream';
import type { Format } from '../query';
import { cutsOf, digestOf, fileNameOf, projectsOf, type Question, titleOf } from '../question';
import type { Cell, Column } from '../report';
import { csvHeader, csvRows } from './csv';
import { MEDIA_TYPE } from './format';
import type { Sheet } from './sheet';
import { streamOf } from './stream';
import { NoTurn, type Turns } from './turns';
import { xlsxOf } from './xlsx';

export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

export interface Shape {
  readonly format: Format;
  /** Rows of a JSON page, and how many come before it. */
  readonly limit: number;
  readonly skip: number;
  /** Whether CSV begins with a BOM. */
  readonly bom: boolean;
}

/** Gives the rows of a question the form that is asked for. */
export class Answers {
  /** `turns`: answers that may be read at once. */
  constructor(private readonly turns: Turns) {}

  /** @throws Problem `overloaded` */
  async of(question: Question, sheet: Sheet, shape: Shape): Promise<Answer> {
    const { format, bom } = shape;
    const body =
      format === 'json'
        ? await this.json(question, sheet, shape)
        : await streamOf(this.bytes(question, sheet, format, bom));
    return { headers: headersOf(question, format), body };
  }

  private async json(question: Question, sheet: Sheet, { skip, limit }: Shape): Promise<string> {
    const { part, report, moment, known, against } = question;
    const turn = await this.turn();
    try {
      const rows = await sheet.page(skip, limit + 1);
      return JSON.stringify({
        report: report.name,
        ...(against === null ? {} : { part }),
        asOf: moment.asOf,
        period: moment.period,
        cut: known.cut.id,
        ...(against === null ? {} : { against: against.cut.id }),
        projects: projectsOf(question),
        columns: sheet.columns.map(({ key, header }) => ({ key, header })),
        rows: rows.slice(0, limit).map((cells) => members(sheet.columns, cells)),
        nextCursor:
          rows.length > limit ? encodeCursor([digestOf(question), cutsOf(question).join(), skip + limit]) : null,
      });
    } finally {
      turn();
    }
  }

  private async *bytes(
    question: Question,
    sheet: Sheet,
    format: 'csv' | 'xlsx',
    bom: boolean,
  ): AsyncGenerator<Uint8Array, void> {
    const turn = await this.turn();
    try {
      if (format === 'csv') yield* csvOf(sheet, bom);
      else yield* xlsxOf(question.report.title, titleOf(question), sheet);
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

async function* csvOf(sheet: Sheet, bom: boolean): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(csvHeader(sheet.columns, bom));
  for await (const some of sheet.all()) yield Buffer.from(csvRows(sheet.columns, some));
}

const members = (columns: readonly Column[], cells: readonly Cell[]): Record<string, Cell> =>
  Object.fromEntries(columns.map(({ key }, i) => [key, cells[i] ?? null]));

const headersOf = (question: Question, format: Format): Record<string, string> => {
  const { moment, known, against } = question;
  return {
    'content-type': `${MEDIA_TYPE[format]}${format === 'xlsx' ? '' : '; charset=utf-8'}`,
    'propledger-as-of': moment.asOf,
    ...(moment.period === null ? {} : { 'propledger-period': moment.period }),
    'propledger-cut': known.cut.id,
    ...(against === null ? {} : { 'propledger-against': against.cut.id }),
    vary: 'accept',
    ...(format === 'json' ? {} : { 'content-disposition': `attachment; filename="${fileNameOf(question)}.${format}"` }),
  };
};
