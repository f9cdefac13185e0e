import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Row } from '../row';
import { makeBundle } from './make-bundle';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../../..');
const VERIFIER = join(ROOT, 'dist/propledger-verify.cjs');

/** The program as auditors have it, from its start to its verdict; beside it hashing and parsing alone, the file in memory. */
export const verifyBundle: Row<'verify'> = {
  name: 'verify',
  rounds: 3,
  figures: { verify: { work: 'verify a bundle', unit: 'events/s', target: { ratioAtLeast: 0.5 } } },
  prepare: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'propledger-bench-verify-'));
    const bundle = join(folder, 'bundle');
    await run(process.execPath, [join(ROOT, 'tools/verify/dist/build.js')]);
    const events = await makeBundle(bundle);
    const lines = eventsOf(readFileSync(bundle));
    const bytes = lines.reduce((sum, line) => sum + line.length, 0);
    say(`verify: ${events} events, ${Math.round(bytes / 1e6)} MB`);
    return {
      round: async () => {
        const limitMs = timed(() => lines.forEach(hashAndParse));
        const started = performance.now();
        const { stdout } = await run(process.execPath, [VERIFIER, bundle, '--json']);
        const ms = performance.now() - started;
        if (!(JSON.parse(stdout) as { intact: boolean }).intact) throw new Error(stdout);
        return { verify: { value: (events / ms) * 1000, limit: (events / limitMs) * 1000 } };
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

const hashAndParse = (line: Buffer): void => {
  hash('sha256', line, 'hex');
  JSON.parse(line.toString());
};

const timed = (work: () => void): number => {
  const started = performance.now();
  work();
  return performance.now() - started;
};

const LINE_FEED = 10;

/** The lines of events. */
const eventsOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = [];
  for (let at = bytes.indexOf(LINE_FEED) + 1; at < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, at);
    const line = bytes.subarray(at, end);
    if (!line.subarray(0, 8).equals(SEAL)) lines.push(line);
    at = end + 1;
  }
  return lines;
};
const SEAL = Buffer.from('{"seal":');
