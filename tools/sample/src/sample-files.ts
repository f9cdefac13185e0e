import { SHEET_NAMES } from '@propledger/contracts';
import { PROJECTS } from './blueprint';
import { Dice } from './dice';
import { makeHistory } from './history';
import { makeProperty } from './property';
import { openingRows, receiptRows } from './rows';
import { entriesOf, makeScenario, OPENING_FILE } from './scenario';
import { workbookBytes, type Cell, type SheetOfRows } from './workbook-bytes';

const SEED = 20251101;

/** Every file of the sample by name; the same bytes each time. */
export const sampleFiles = async (): Promise<Map<string, Uint8Array>> => {
  const dice = new Dice(SEED);
  const projects = PROJECTS.map((plan) => {
    const property = makeProperty(plan, dice);
    return { property, history: makeHistory(property, dice) };
  });

  const openings = projects.map(({ property, history }) => openingRows(property, history));
  const opening = SHEET_NAMES.filter((name) => openings.some((rows) => rows[name])).map((name): SheetOfRows => ({
    name,
    title: `示例物业集团 ${name}`,
    rows: openings.flatMap((rows) => rows[name] ?? []),
  }));

  const files = new Map<string, Uint8Array>([[OPENING_FILE, await workbookBytes(opening)]]);
  const periods = projects[0]?.history.months.map(({ period }) => period) ?? [];
  for (const { file, months } of entriesOf(periods)) {
    const rows = projects.flatMap(({ property, history }): Cell[][] =>
      history.months.filter((_, month) => months.includes(month)).flatMap((month) => receiptRows(property, month)),
    );
    files.set(file, await workbookBytes([{ name: '实收补录', title: '示例物业集团 手工收据', rows }]));
  }
  const steps = makeScenario(projects).map((step) => `  ${JSON.stringify(step)}`);
  files.set('sample.json', new TextEncoder().encode(`[\n${steps.join(',\n')}\n]\n`));
  return files;
};
