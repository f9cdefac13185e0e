import { SingleBar } from 'cli-progress';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { importWorkbook, type ImportJob, type ImportStatus } from './import-job';
import { writeBytes } from './file-writer';
import { path } from './path';
import { signedIn, type Invocation } from './session';

export interface ImportAsked {
  readonly dryRun: boolean;
  readonly key: string;
  /** Where to write the workbook with its faulty cells in red. */
  readonly errors?: string | undefined;
}

/** Imports a workbook, or only checks it, and prints counts and control totals, or every fault with its place. */
export const importFile = async (invocation: Invocation, file: string, asked: ImportAsked): Promise<void> => {
  const { dryRun, key, errors } = asked;
  const bytes = contentOf(file);
  await signedIn(invocation, async (client) => {
    const showing = invocation.json ? SILENT : process.stderr.isTTY ? bar() : lines(invocation.tell);
    const job = await importWorkbook(client, { bytes, fileName: basename(file), dryRun, key }, showing.show).finally(
      showing.end,
    );
    if (invocation.json) invocation.print(JSON.stringify(job));
    else for (const line of summary(job)) invocation.print(line);
    if (errors !== undefined && job.faults.length > 0) {
      const { bytes: marked } = await client.download(path`/onboarding/v1/imports/${job.import}/errors.xlsx`);
      writeBytes(errors, marked);
      invocation.tell(`错误已标红 the faulty cells are red in: ${errors}`);
    }
    if (job.state !== 'posted' && job.state !== 'checked')
      throw new Failure(
        EXIT.refused,
        `未导入, 没有任何数据入账 not imported, nothing was taken: ${file} (${job.state})`,
      );
  });
};

const contentOf = (file: string): Uint8Array<ArrayBuffer> => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Failure(EXIT.usage, `文件无法读取 cannot read the file: ${(error as Error).message}`);
  }
};

interface Showing {
  readonly show: (status: ImportStatus) => void;
  readonly end: () => void;
}

const SILENT: Showing = { show: () => undefined, end: () => undefined };

const bar = (): Showing => {
  const shown = new SingleBar({
    format: '{bar} {percentage}% {state} {rate} 行/秒 rows/s',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  shown.start(100, 0, { state: '', rate: 0 });
  return {
    show: ({ percent, state, rowsPerSecond }) =>
      shown.update(Math.floor(percent), { state, rate: Math.round(rowsPerSecond) }),
    end: () => shown.stop(),
  };
};

/** For logs and pipes: a line whenever the state changes or a tenth is done. */
const lines = (tell: (line: string) => void): Showing => {
  let last = '';
  return {
    show: ({ percent, state, rowsPerSecond }) => {
      const now = `${state} ${Math.floor(percent / 10) * 10}%`;
      if (now !== last) tell(rowsPerSecond > 0 ? `${now} (${Math.round(rowsPerSecond)} 行/秒 rows/s)` : now);
      last = now;
    },
    end: () => undefined,
  };
};

const summary = ({ state, counts, totals, faults, faultCount, warnings, reason }: ImportJob): string[] => [
  `结果 result: ${state}${reason ? `, ${reason.message}` : ''}`,
  ...counts.map(({ sheet, added, skipped }) => `  ${sheet}: 新增 added ${added}, 已有 already in ${skipped}`),
  ...totals.map(
    ({ project, arrears, deposits, prepayments, receipts, charges = '0.00' }) =>
      `  ${project}: 欠费 arrears ${arrears}, 押金 deposits ${deposits}, 预交 prepayments ${prepayments}, 实收 receipts ${receipts}, 临时费用 charges ${charges}`,
  ),
  ...warnings.map(({ sheet, column, message }) => `  ${sheet} ${column ?? ''}: ${message}`),
  ...faults.map(
    ({ sheet, row, column, code, message }) => `  ${sheet} 第 row ${row} 行, ${column}: ${code} ${message}`,
  ),
  ...(faultCount > faults.length ? [`  共 ${faultCount} 处错误 faults in all`] : []),
];
