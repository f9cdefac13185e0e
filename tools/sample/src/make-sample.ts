import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleFiles } from './sample-files';

const main = async (): Promise<void> => {
  const out = process.argv[2];
  if (out === undefined) {
    process.stderr.write('usage: node tools/sample/dist/make-sample.js OUT_DIR\n');
    process.exit(2);
  }
  mkdirSync(out, { recursive: true });
  for (const [name, bytes] of await sampleFiles()) writeFileSync(join(out, name), bytes);
};

void main();
