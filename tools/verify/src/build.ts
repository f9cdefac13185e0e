import { build } from 'esbuild';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** Writes the verifier as one file that needs Node alone. */
export const buildVerifier = async (out: string): Promise<void> => {
  await build({
    entryPoints: [join(ROOT, 'tools/verify/src/main.ts')],
    outfile: out,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['source'],
    absWorkingDir: ROOT,
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  chmodSync(out, 0o755);
};

if (require.main === module)
  void buildVerifier(join(ROOT, 'dist/propledger-verify.cjs')).then(() => {
    process.stdout.write('dist/propledger-verify.cjs\n');
  });
