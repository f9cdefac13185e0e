import { playScenario, readScenario, type ApiClient, type Step } from '@propledger/cli';
import { join } from 'node:path';
import { textTable } from './text-table';

const FOLDER = join(__dirname, '../../../sample');

/** Brings the sample group in through the API, as its staff would. Interrupted and called again, it goes on where it stopped. */
export const playSample = async (client: ApiClient, say: (line: string) => void): Promise<void> => {
  const scenario = readScenario(FOLDER, 'sample.json');
  say(`载入示例物业集团 bringing in a sample group: ${scenario.steps.length} 步 steps`);
  await playScenario(client, scenario, {
    done: (step) => {
      if (step.op === 'import') say(`  ${step.file}`);
    },
  });
};

/** The day as of which the sample's story ends. */
export const sampleEnd = (): string => {
  const { steps } = readScenario(FOLDER, 'sample.json');
  const period = steps.reduce((latest, step) => (periodOf(step) > latest ? periodOf(step) : latest), '');
  const [year = 0, month = 0] = period.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

const periodOf = (step: Step): string => ('period' in step ? step.period : '');

/** The collection table by project, as lines to print. */
export const collectionTable = async (client: ApiClient, asOf: string): Promise<string[]> => {
  const { bytes } = await client.download('/reports/v1/collection', {
    query: { asOf, format: 'csv' },
    accept: 'text/csv',
  });
  const rows = new TextDecoder()
    .decode(bytes)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return textTable(rows);
};
