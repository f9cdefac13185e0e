import { writeFileSync } from 'node:fs';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
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
  /** The cut of an earlier answer: the same bytes again. */
  readonly known?: string;
  readonly format: (typeof FORMATS)[number];
  /** File to write; without one, standard output. */
  readonly out?: string;
}

/** Fetches a report as served: to a file, or to standard output. */
export const report = (invocation: Invocation, name: string, asked: ReportAsked): Promise<void> =>
  signedIn(invocation, async (client) => {
    const format = invocation.json && asked.out === undefined ? 'json' : asked.format;
    if (format === 'xlsx' && asked.out === undefined)
      throw new Failure(EXIT.usage, 'XLSX 须用 --out 指定文件 an XLSX needs --out FILE');
    const { asOf, period, project, known } = asked;
    const { bytes, headers } = await client.download(path`/reports/v1/${name}`, {
      query: { asOf, period, project, known, format },
      accept: ACCEPT[format],
    });
    const cut = headers.get('propledger-cut');
    if (asked.out === undefined) {
      process.stdout.write(bytes);
      if (!invocation.json) invocation.tell(`切片 cut: ${cut}`);
      return;
    }
    writeFileSync(asked.out, bytes);
    const written = { report: name, out: asked.out, bytes: bytes.length, cut };
    invocation.print(
      invocation.json
        ? JSON.stringify(written)
        : `已写入 written: ${asked.out} (${bytes.length} bytes, 切片 cut ${cut})`,
    );
  });
