import type { After, Day, Period } from '@propledger/contracts';
import { AfterGate, type CallerIdentity, decodeCursor, Problem } from '@propledger/service-kit';
import { type Answer, type Answers, type Shape } from './answer/answers';
import { formatOf } from './answer/format';
import type { DifferenceQuery } from './difference/query';
import { faulty, type Place } from './faulty';
import type { KnownCuts } from './known/known-cuts';
import { mustHoldTheSame } from './known/same-projects';
import { looksLikeTime } from './known/time';
import { momentOf } from './moment';
import type { Projections } from './projections';
import { MAX_ROWS, type ReportQuery } from './query';
import { cutsOf, digestOf, type Part, type Question } from './question';
import type { Report } from './report';
import type { Sheets } from './sheets';

/** Who asks, and how the request itself says what it wants. */
export interface Asker {
  readonly caller: CallerIdentity;
  readonly after: After | null;
  readonly accept: string | undefined;
}

/** A question as it comes: what is left out means all projects that one may view, today, and what is known now. */
export interface Asked {
  readonly project?: readonly string[] | undefined;
  readonly asOf?: Day | undefined;
  readonly period?: Period | undefined;
  readonly known?: string | undefined;
  readonly against?: string | undefined;
}

const CATCH_UP_MS = 10_000;

/** Answers reports and their differences: who may see what, what was known, and in which form. The figures are the reports' own. */
export class Reports {
  private readonly gate: AfterGate;

  constructor(
    projections: Projections,
    private readonly cuts: KnownCuts,
    private readonly sheets: Sheets,
    private readonly answers: Answers,
  ) {
    this.gate = new AfterGate(projections.followers, CATCH_UP_MS);
  }

  /** @throws Problem */
  answer(report: Report, query: ReportQuery, asker: Asker): Promise<Answer> {
    return this.answerPart('report', report, query, asker);
  }

  /** @throws Problem */
  difference(part: Exclude<Part, 'report'>, report: Report, query: DifferenceQuery, asker: Asker): Promise<Answer> {
    return this.answerPart(part, report, query, asker);
  }

  /** Makes a question one whose answer cannot change: its projects, its moment, and what was known. @throws Problem */
  async settle(
    part: Part,
    report: Report,
    asked: Asked,
    caller: CallerIdentity,
    place: Place = 'query',
  ): Promise<Question> {
    const question = await this.settled(part, report, asked, caller, place);
    if (asked.project === undefined && isCut(asked.known) && isCut(asked.against)) mustHoldTheSame(question, place);
    return question;
  }

  /** The same of a question that was settled before: what its first page compared, the others compare. */
  private async settled(
    part: Part,
    report: Report,
    { project, known, against, ...asked }: Asked,
    caller: CallerIdentity,
    place: Place = 'query',
  ): Promise<Question> {
    if (part === 'report' && against !== undefined)
      throw faulty('against', '只用于差异 goes with a difference alone', place);
    const knownCut = await this.cuts.of(known, project, caller, { name: 'known', place });
    return {
      ...{ part, report, known: knownCut },
      against: part === 'report' ? null : await this.cuts.of(against, project, caller, { name: 'against', place }),
      moment: momentOf(report.selection, asked, knownCut.cut.takenOn),
    };
  }

  private async answerPart(
    part: Part,
    report: Report,
    query: ReportQuery & { readonly against?: string },
    { caller, after, accept }: Asker,
  ): Promise<Answer> {
    const format = query.format ?? formatOf(accept);
    if (format === null) throw new Problem('not-acceptable');
    await this.gate.wait(after);
    const page = decodeCursor(query.cursor, 'string', 'string', 'number');
    const [known, against] = page?.[1].split(',') ?? [];
    const settled = { known: settledAs(query.known, known), against: settledAs(query.against, against) };
    const asked = { ...query, ...settled };
    const question = await (page === null
      ? this.settle(part, report, asked, caller)
      : this.settled(part, report, asked, caller));
    if (page !== null && !isPageOf(question, page))
      throw faulty('cursor', '翻页标记不属于这一查询 not a cursor of this question');
    const shape: Shape = { format, skip: page?.[2] ?? 0, limit: query.limit ?? MAX_ROWS, bom: query.bom ?? false };
    return this.answers.of(question, this.sheets.of(question), shape);
  }
}

/** What a question knows: the cut that it names, else the one that its cursor made of a time, or of now. */
const settledAs = (asked: string | undefined, ofCursor: string | undefined): string | undefined =>
  asked === undefined || looksLikeTime(asked) ? (ofCursor ?? asked) : asked;

const isCut = (known: string | undefined): boolean => known !== undefined && !looksLikeTime(known);

/** Whether a cursor goes on with this question. */
const isPageOf = (question: Question, [digest, cuts, skip]: readonly [string, string, number]): boolean =>
  digest === digestOf(question) && cuts === cutsOf(question).join() && skip >= 0;
