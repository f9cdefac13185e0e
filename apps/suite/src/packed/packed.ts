import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

/**
 * All code of the suite in one file, beside it V8's compiled form: two thousand small files take three times as long to load. It is
 * made by `pack.ts` when the sources are compiled, and used while it is what they were compiled to.
 */
export const ROOT = join(__dirname, '../../../..');
const FOLDER = join(__dirname, '../one-file');
export const CODE = join(FOLDER, 'suite.js');
export const COMPILED = join(FOLDER, 'suite.v8');
export const MADE_OF = join(FOLDER, 'made-of.json');

/** When each file was written, by its path from the root. */
export type MadeOf = Readonly<Record<string, number>>;

/** When the file was last written, in milliseconds; null: it is gone. */
export const writtenAt = (path: string): number | null =>
  statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? null;

/** What the code exports; null: there is none, or it is not what the files are by now. */
export const runPacked = (): unknown => {
  if (!existsSync(MADE_OF)) return null;
  const madeOf = JSON.parse(readFileSync(MADE_OF, 'utf8')) as MadeOf;
  if (Object.entries(madeOf).some(([path, at]) => writtenAt(path) !== at)) return null;
  return run(scriptOf(existsSync(COMPILED) ? readFileSync(COMPILED) : undefined));
};

/** @param compiled of another version of Node, it is not used. */
export const scriptOf = (compiled?: Buffer): Script =>
  new Script(readFileSync(CODE, 'utf8'), {
    filename: CODE,
    cachedData: compiled,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });

/** Runs the code as a module, and answers what it exports. */
export const run = (script: Script): unknown => {
  const module = { exports: {} };
  const asModule = script.runInThisContext() as (...of: unknown[]) => void;
  asModule(module, module.exports, createRequire(CODE), CODE, FOLDER);
  return module.exports;
};
