import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHere } from './checkers';
import { cases, type Case } from './spec-support/forgeries';
import { verifyBundle } from './verify-bundle';

const folder = mkdtempSync(join(tmpdir(), 'propledger-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const verdictOf = async ({ lines, key, checkpoints = [], points = [] }: Case): Promise<Case['found']> => {
  const file = join(folder, 'bundle');
  writeFileSync(file, lines.join(''));
  const verdict = await verifyBundle(file, { key, checkpoints, points, checker: checkHere });
  return verdict.intact ? null : { position: verdict.position, fault: verdict.fault };
};

it.each(cases().map((one) => [one.name, one] as const))('%s', async (_, one) => {
  expect(await verdictOf(one)).toEqual(one.found);
});
