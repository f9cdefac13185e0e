import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { writeBytes } from './file-writer';
import { path } from './path';
import { signedIn, type Invocation } from './session';

export const REPORTS = [
  'collection',
  'arrears-detail',
  'arrears-summary',
  'receivable',
  'deposits',
  'prepayments',
  'cashbook',
] as const;
export const FORMATS = ['csv', 'json', 'xlsx'] as const;

const ACCEPT = {
  csv: 'text/csv',
  json: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export interface ReportAsked {
  readonly asOf?: string;
  readonly period?: string;
  readonly project?: readonly string[];
  /** The cut of an earlier answer, for the same bytes again; or a time. */
  readonly known?: string;
  /** How it differs from another cut or time; true: from what is known now. */
  readonly difference?: string | true;
  /** Of a difference: the rows that differ instead of the entries that make it. */
  readonly rows?: true;
  readonly format: (typeof FORMATS)[number];
  /** File to write; without one, standard output. */
  readonly out?: string;
}

const pathOf = (name: string, { difference, rows }: ReportAsked): string => {
  if (difference === undefined) return path`/reports/v1/${name}`;
  return rows ? path`/reports/v1/${name}/difference/rows` : path`/reports/v1/${name}/difference`;
};

const againstOf = ({ difference, rows }: ReportAsked): string | undefined => {
  if (rows && difference === undefined)
    throw new Failure(EXIT.usage, '--rows 须与 --difference 同用 --rows goes with --difference');
  return difference === true ? undefined : difference;
};

/** Fetches a report as served: to a file, or to standard output. */
export const report = (invocation: Invocation, name: string, asked: ReportAsked): Promise<void> =>
  signedIn(invocation, async (client) => {
    const format = invocation.json && asked.out === undefined ? 'json' : asked.format;
    if (format === 'xlsx' && asked.out === undefined)
      throw new Failure(EXIT.usage, 'XLSX 须用 --out 指定文件 an XLSX needs --out FILE');
    const { asOf, period, project, known } = asked;
    const { bytes, headers } = await client.download(pathOf(name, asked), {
      query: { asOf, period, project, known, against: againstOf(asked), format },
      accept: ACCEPT[format],
    });
    const cut = headers.get('propledger-cut');
    if (asked.out === undefined) {
      process.stdout.write(bytes);
      if (!invocation.json) invocation.tell(`切片 cut: ${cut}`);
      return;
    }
    writeBytes(asked.out, bytes);
    const written = { report: name, out: asked.out, bytes: bytes.length, cut };
    invocation.print(
      invocation.json
        ? JSON.stringify(written)
        : `已写入 written: ${asked.out} (${bytes.length} bytes, 切片 cut ${cut})`,
    );
  });
