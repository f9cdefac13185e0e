import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from '@propledger/testkit';

/** A sheet as openpyxl, which shares no line with us, shows it. Cells by name: `B3`. */
export interface Shown {
  readonly rows: (string | null)[][];
  readonly rules: Record<string, [type: string, formula: string, error: string]>;
  readonly notes: Record<string, string>;
  readonly red: string[];
  readonly links: Record<string, string>;
  readonly formats: Record<string, string>;
}

const PYTHON = pythonWith(join(__dirname, 'openpyxl.requirements.txt'));

export const itWithPython = PYTHON === null ? it.skip : it;

/** What another program reads of a workbook; and the workbook again, as that program saves it with these rows filled in. */
export const lookThrough = (
  workbook: Uint8Array,
  row3: Readonly<Record<string, readonly (string | null)[]>> = {},
): { readonly sheets: Record<string, Shown>; readonly saved: Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-look-through-'));
  try {
    const [given, saved] = [join(folder, 'given.xlsx'), join(folder, 'saved.xlsx')];
    writeFileSync(given, workbook);
    const args = [join(__dirname, 'look-through.py'), given, saved, JSON.stringify(row3)];
    const sheets = JSON.parse(execFileSync(PYTHON ?? '', args, { encoding: 'utf8' })) as Record<string, Shown>;
    return { sheets, saved: readFileSync(saved) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const gathered = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const part of bytes) all.push(part);
  return Buffer.concat(all);
};
