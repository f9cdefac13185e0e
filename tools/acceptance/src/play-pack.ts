import { ApiClient, importWorkbook, NotAsScenario, playScenario, readScenario, type ImportFault } from '@propledger/cli';
import { startSuiteProcess, type SuiteProcess } from '@propledger/suite';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const FAULTY = '初始化资料-有错.xlsx';

/**
 * Plays a pack on two empty suites at once: its scenario on one, its faulty workbook on the other. Writes every report as served,
 * and every refused workbook's faults, into `out`.
 *
 * @throws Error when a step is answered in another way than the scenario says.
 */
export const playPack = async (pack: string, out: string, say: (line: string) => void): Promise<void> => {
  const writeFaults = (file: string, faults: readonly ImportFault[]): void => {
    const rows = faults.map(({ sheet, row, column, code }) => ({ sheet, row, column, code }));
    writeFileSync(join(out, `${basename(file, '.xlsx')}.errors.json`), `${JSON.stringify(rows, null, 1)}\n`);
  };
  const scenario = readScenario(pack, 'scenario.json');

  const played = onEmptySuite(async (client) => {
    say(`${scenario.steps.length} 步 steps`);
    let done = 0;
    await playScenario(client, scenario, {
      done: (step) => {
        done++;
        if (step.op === 'import' || done % 25 === 0) say(`${done}/${scenario.steps.length} ${step.op} ${'file' in step ? step.file : ''}`);
      },
      refused: writeFaults,
      report: (name, csv) => writeFileSync(join(out, name), csv),
    });
  });
  const refused = onEmptySuite(async (client) => {
    const job = await importWorkbook(client, { bytes: readFileSync(join(pack, FAULTY)), fileName: FAULTY, dryRun: false, key: 'faulty' });
    if (job.state !== 'refused') throw new NotAsScenario({ op: 'import', file: FAULTY, refused: [] }, job.state);
    writeFaults(FAULTY, job.faults);
    say(`${FAULTY}: ${job.faults.length} 处错误 faults`);
  });
  const failed = (await Promise.allSettled([played, refused])).filter((result) => result.status === 'rejected');
  if (failed.length > 0) throw new Error(failed.map(({ reason }) => (reason as Error).message).join('\n'));
};

/** An empty suite of its own, with its administrator signed in, for as long as `work` takes. */
const onEmptySuite = async (work: (client: ApiClient) => Promise<void>): Promise<void> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'propledger-acceptance-'));
  chmodSync(dataDir, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  let suite: SuiteProcess | undefined;
  try {
    suite = await startSuiteProcess({ dataDir });
    if (!suite.administrator) throw new Error(`no administrator was shown:\n${suite.output()}`);
    const client = new ApiClient({ url: suite.url });
    await client.signIn(suite.administrator.operator, suite.administrator.password);
    await work(client);
  } finally {
    await suite?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};
