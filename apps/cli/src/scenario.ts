import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from './api-client';
import { runBills } from './bill-run-job';
import { importWorkbook, type FaultPlace, type ImportFault } from './import-job';
import { raiseLateFees } from './late-fees';
import { path } from './path';

/** One thing that a group's staff do; a scenario is a list of them, in order. */
export type Step =
  | { readonly op: 'import'; readonly file: string; readonly refused?: readonly FaultPlace[] }
  | { readonly op: 'bill-run'; readonly project: string; readonly period: string; readonly date: string }
  | { readonly op: 'late-fees'; readonly project: string; readonly asOf: string }
  | {
      readonly op: 'reverse-receipt';
      readonly project: string;
      readonly receiptNo: string;
      readonly date: string;
      readonly reason: string;
    }
  | {
      readonly op: 'write-off';
      readonly project: string;
      readonly resource: string;
      readonly customer: string;
      readonly item: string;
      readonly from: string;
      readonly to: string;
      readonly amount: string;
      readonly date: string;
      readonly reason: string;
    }
  | {
      readonly op: 'refund-deposit';
      readonly project: string;
      readonly receiptNo: string;
      readonly amount: string;
      readonly date: string;
      readonly method: string;
    }
  | { readonly op: 'close-period'; readonly project: string; readonly period: string }
  | {
      readonly op: 'report';
      readonly report: string;
      readonly period: string;
      readonly asOf: string;
      readonly out: string;
    };

/** A scenario with the folder that its workbooks are in. */
export interface Scenario {
  readonly folder: string;
  readonly steps: readonly Step[];
}

export const readScenario = (folder: string, file: string): Scenario => ({
  folder,
  steps: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Step[],
});

/** What happens while a scenario plays. */
export interface Watching {
  /** A step was answered as the scenario says. */
  readonly done?: (step: Step, index: number) => void;
  /** A workbook was refused, as the scenario says: the faults as served. */
  readonly refused?: (file: string, faults: readonly ImportFault[]) => void;
  /** A report as served. */
  readonly report?: (out: string, csv: Uint8Array) => void;
}

const ATTEMPTS = 5;

/** A step was answered in another way than the scenario says. */
export class NotAsScenario extends Error {
  constructor(step: Step, answer: string) {
    super(`${JSON.stringify(step)}\n  ${answer}`);
  }
}

/**
 * Plays the steps through the API. A project's own steps keep their order; different projects go side by side, since their books
 * are independent of one another; imports and reports concern all of them and wait for everything before.
 *
 * Keys are made from the scenario and a step's place in it: played again after an interruption, it goes on where it stopped.
 */
export const playScenario = async (
  client: ApiClient,
  { folder, steps }: Scenario,
  watching: Watching = {},
): Promise<void> => {
  const name = createHash('sha256').update(JSON.stringify(steps)).digest('hex').slice(0, 12);
  let ofProject = new Map<string, Promise<void>>();
  const allProjects = async (): Promise<void> => {
    await Promise.all(ofProject.values());
    ofProject = new Map();
  };
  const play = async (step: Step, index: number): Promise<void> => {
    await playStep(client, folder, step, `${name}-${index}`, watching);
    watching.done?.(step, index);
  };
  for (const [index, step] of steps.entries()) {
    if ('project' in step) {
      const before = ofProject.get(step.project) ?? Promise.resolve();
      const next = before.then(() => play(step, index));
      next.catch(() => undefined); // It is awaited below; until then nobody must call it unhandled.
      ofProject.set(step.project, next);
    } else {
      await allProjects();
      await play(step, index);
    }
  }
  await allProjects();
};

const playStep = async (
  client: ApiClient,
  folder: string,
  step: Step,
  key: string,
  watching: Watching,
): Promise<void> => {
  switch (step.op) {
    case 'import':
      return playImport(client, folder, step, key, watching);
    case 'bill-run':
      await runBills(client, step.project, { period: step.period, date: step.date }, key);
      return;
    case 'late-fees':
      await raiseLateFees(client, step.project, step.asOf, key);
      return;
    case 'reverse-receipt':
      await client.command(
        path`/billing/v1/projects/${step.project}/receipts/${step.receiptNo}/reversal`,
        { date: step.date, reason: step.reason },
        key,
      );
      return;
    case 'write-off': {
      const { op: _op, project, ...body } = step;
      await client.command(path`/billing/v1/projects/${project}/write-offs`, body, key);
      return;
    }
    case 'refund-deposit':
      await client.command(
        path`/billing/v1/projects/${step.project}/deposits/${step.receiptNo}/refunds`,
        { amount: step.amount, date: step.date, method: step.method },
        key,
      );
      return;
    case 'close-period':
      await client.command(path`/billing/v1/projects/${step.project}/periods/${step.period}/close`, {}, key);
      return;
    case 'report': {
      const query = { asOf: step.asOf, period: step.period, format: 'csv' };
      const { bytes } = await client.download(path`/reports/v1/${step.report}`, { query, accept: 'text/csv' });
      watching.report?.(step.out, bytes);
      return;
    }
    default:
      throw new NotAsScenario(step, '没有这种步骤 there is no such step');
  }
};

const playImport = async (
  client: ApiClient,
  folder: string,
  step: Extract<Step, { op: 'import' }>,
  key: string,
  watching: Watching,
): Promise<void> => {
  const bytes = readFileSync(join(folder, step.file));
  const order = { bytes, fileName: step.file, dryRun: false, key };
  let result = await importWorkbook(client, order);
  // One that was cut short before its decision is abandoned, with nothing taken; sent again, it is begun anew.
  for (let nth = 2; result.state === 'abandoned' && nth <= ATTEMPTS; nth++)
    result = await importWorkbook(client, order);
  if (step.refused === undefined) {
    if (result.state !== 'posted')
      throw new NotAsScenario(
        step,
        `${result.state} ${result.reason?.message ?? ''} ${JSON.stringify(result.faults.slice(0, 20))}`,
      );
    return;
  }
  if (result.state !== 'refused') throw new NotAsScenario(step, `应被拒绝 it was to be refused: ${result.state}`);
  if (!sameFaults(step.refused, result.faults))
    throw new NotAsScenario(step, `faults: ${JSON.stringify(result.faults)}`);
  watching.refused?.(step.file, result.faults);
};

const sameFaults = (wanted: readonly FaultPlace[], got: readonly FaultPlace[]): boolean => {
  const text = (faults: readonly FaultPlace[]): string =>
    faults
      .map(({ sheet, row, column, code }) => JSON.stringify([sheet, row, column, code]))
      .sort()
      .join('\n');
  return text(wanted) === text(got);
};
