import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where what was written differs from what a pack expects, cell by cell; empty when every cell agrees. */
export const differences = (pack: string, out: string): string[] => {
  const expected = join(pack, 'expected');
  return readdirSync(expected).flatMap((name) => {
    if (!existsSync(join(out, name))) return [`${name}: missing`];
    const read = name.endsWith('.errors.json') ? faults : rows;
    const [want, got] = [read(join(expected, name)), read(join(out, name))];
    const length = Math.max(want.length, got.length);
    return Array.from({ length }, (_, row) => {
      const [wanted, found] = [want[row]?.join(','), got[row]?.join(',')];
      return wanted === found ? [] : [`${name}:${row + 1}: expected ${wanted ?? 'nothing'}, got ${found ?? 'nothing'}`];
    }).flat();
  });
};

const rows = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

/** Faults have no order. */
const faults = (file: string): string[][] =>
  (JSON.parse(readFileSync(file, 'utf8')) as { sheet: string; row: number; column: string; code: string }[])
    .map(({ sheet, row, column, code }) => [sheet, String(row), column, code])
    .sort((one, other) => (one.join() < other.join() ? -1 : 1));
