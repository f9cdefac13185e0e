import { requestHash } from '@propledger/proof';
import type { Known } from './known/known-cuts';
import { momentName } from './moment';
import type { Moment, Report } from './report';

/** A report, or how it differs between two cuts: the entries that make the difference, or the rows that differ. */
export const PARTS = ['report', 'difference', 'difference-rows'] as const;
export type Part = (typeof PARTS)[number];

/** A question whose answer never changes: a fixed moment, and books known up to fixed positions. */
export interface Question {
  readonly part: Part;
  readonly report: Report;
  readonly moment: Moment;
  readonly known: Known;
  /** Of differences alone: what `known` is compared with. */
  readonly against: Known | null;
}

/** The projects of a question, by code point. */
export const projectsOf = ({ known, against }: Question): string[] => {
  const books = new Set([...known.books, ...(against?.books ?? [])].map(({ book }) => book));
  return [...books].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
};

/** The same question of some of its projects. */
export const ofProjects = (question: Question, projects: readonly string[]): Question => {
  const some = (known: Known): Known => ({
    ...known,
    books: known.books.filter(({ book }) => projects.includes(book)),
  });
  return { ...question, known: some(question.known), against: question.against && some(question.against) };
};

/** The ids of its cuts. */
export const cutsOf = ({ known, against }: Question): string[] =>
  [known, against].flatMap((one) => (one === null ? [] : [one.cut.id]));

/** Tells one question from another. */
export const digestOf = (question: Question): string => {
  const { part, report, moment } = question;
  return requestHash([part, report.name, moment, cutsOf(question), projectsOf(question)]).slice(0, 16);
};

const PART_TITLE: Readonly<Record<Part, string>> = {
  report: '',
  difference: ' · 差异分录 entries that differ',
  'difference-rows': ' · 差异行 rows that differ',
};

/** Everything that makes the answer what it is, for people. */
export const titleOf = ({ part, report, known, against, moment: { asOf, period } }: Question): string =>
  `${report.title}${PART_TITLE[part]} · ${period === null ? '' : `账期 period ${period} · `}截至 as of ${asOf} · ` +
  `切片 cut ${known.cut.id}${against === null ? '' : ` · 对照 against ${against.cut.id}`}`;

/** The name of a file with the answer, without its ending. */
export const fileNameOf = ({ part, report, moment }: Question): string =>
  `${report.name}${part === 'report' ? '' : `-${part}`}-${momentName(moment)}`;
