import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The file of a thread. Threads run what was compiled; beside the sources (in specs) that is one folder over.
 *
 * @param folder where whoever starts it is, of the sources or compiled.
 */
export const threadFile = (folder: string, name: string): string => {
  const beside = join(folder, `${name}.js`);
  return existsSync(beside) ? beside : join(folder, '../../dist', basename(folder), `${name}.js`);
};
