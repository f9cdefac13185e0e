import { writeFileSync } from 'node:fs';
import { resultOf, type Result } from './result';
import type { Measured, Row } from './row';
import { OTHER_ROWS, ROWS } from './rows';

/*
 * npm run bench            every row of ROWS, a table, and bench-results.json
 * npm run bench -- NAME …  those rows alone, and also of OTHER_ROWS
 */

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const measure = async (row: Row): Promise<Result[]> => {
  say(`${row.name}: preparing`);
  const startedAt = performance.now();
  const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(0);
  const prepared = await row.prepare(say);
  say(`${row.name}: prepared after ${seconds()} s`);
  const rounds: Record<string, Measured>[] = [];
  try {
    for (let nth = 1; nth <= row.rounds; nth++) {
      const measured = await prepared.round(nth);
      rounds.push(measured);
      say(`${row.name}: round ${nth} of ${row.rounds} ${JSON.stringify(measured)}`);
    }
  } finally {
    await prepared.close();
    say(`${row.name}: done after ${seconds()} s`);
  }
  return Object.entries(row.figures).map(([key, figure]) =>
    resultOf(
      figure,
      rounds.flatMap((round) => round[key] ?? []),
    ),
  );
};

const number = (value: number | null): string =>
  value === null ? '-' : value >= 100 ? String(Math.round(value)) : value.toPrecision(3);

const lineOf = ({ work, unit, min, median, max, limit, ratio, target, ok }: Result): string =>
  `${ok ? 'ok  ' : 'MISS'} ${work}: ${number(median)} ${unit} (${number(min)} … ${number(max)}), ` +
  `limit ${number(limit)}, ratio ${number(ratio)}, target ${target}`;

const main = async (names: readonly string[]): Promise<void> => {
  const all = [...ROWS, ...OTHER_ROWS];
  const unknown = names.filter((name) => !all.some((row) => row.name === name));
  if (unknown.length > 0) {
    say(`there is no row ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const results: Result[] = [];
  const rows = names.length === 0 ? ROWS : all.filter(({ name }) => names.includes(name));
  for (const [nth, row] of rows.entries()) {
    try {
      results.push(...(await measure(row)));
    } finally {
      if (!rows.slice(nth + 1).some(({ shares }) => shares === row.shares)) await row.shares?.close();
    }
    writeFileSync('bench-results.json', `${JSON.stringify(results, null, 2)}\n`);
  }
  process.stdout.write(`${results.map(lineOf).join('\n')}\n`);
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
};

main(process.argv.slice(2)).catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
