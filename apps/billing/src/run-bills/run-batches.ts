import { randomUUID } from 'node:crypto';
import type { Day, Money, Period } from '@propledger/contracts';
import { formatMoney, parseMoney, sum } from '@propledger/ledger-core';
import { requestHash } from '@propledger/proof';
import type { Reader } from '../ledger-store/reader';
import type { BillRuns } from './bill-runs';
import type { RunState } from './run-job';

/** What was asked of several projects at once. */
export interface Batch {
  readonly batch: string;
  readonly period: Period;
  readonly date: Day;
  readonly draft: boolean;
  readonly operator: string;
  readonly projects: readonly string[];
  /** By project, why it has no run: a problem code. */
  readonly refused: Readonly<Record<string, string>>;
  readonly askedAt: string;
}

/** A project's run of a batch, in short. */
export interface RunOfBatch {
  readonly project: string;
  readonly run: string;
  readonly state: RunState;
  readonly done: number;
  readonly total: number;
  readonly failure: string | null;
  /** Raised, or to be raised; null until it is known. */
  readonly charges: { readonly count: number; readonly amount: Money } | null;
}

export interface AskedBatch {
  readonly period: Period;
  readonly date: Day;
  readonly draft: boolean;
  readonly operator: string;
  readonly correlationId: string;
  readonly key: string;
}

const COLUMNS = `batch, period, date, draft, actor as operator, projects, refused,
  to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt"`;

/** Bill runs of a region or the group: a run for each project, found together by one id. */
export class RunBatches {
  constructor(
    private readonly runs: BillRuns,
    private readonly reader: Reader,
  ) {}

  /** The projects of a region, or all; those that are known and open to runs. */
  async projectsOf(region: string | null): Promise<string[]> {
    const rows = await this.reader.rows<{ project: string }>(
      `select p.project from copy_project p join access_project a using (project)
        where $1::text is null or a.region = $1 order by p.project collate "C"`,
      [region],
    );
    return rows.map(({ project }) => project);
  }

  /**
   * Asks for a run of each project. One that cannot have one now is named with the reason, and keeps no other from its own. Sent again with
   * the same key, what is missing is asked for, and nothing twice; null: the key was used for something else.
   */
  async ask(
    { period, date, draft, operator, correlationId, key }: AskedBatch,
    projects: readonly string[],
  ): Promise<Batch | null> {
    const hash = requestHash({ period, date, draft, projects });
    await this.reader.rows(
      `insert into bill_batch (batch, actor, key, request_hash, period, date, draft, projects)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      [randomUUID(), operator, key, hash, period, date, draft, projects],
    );
    const batch = await this.reader.first<Batch & { hash: string }>(
      `select ${COLUMNS}, request_hash as hash from bill_batch where actor = $1 and key = $2`,
      [operator, key],
    );
    if (batch?.hash !== hash) return null;
    const refused: Record<string, string> = {};
    for (const project of batch.projects) {
      const asked = { project, period, date, draft, operator, correlationId, key: `batch:${batch.batch}` };
      const outcome = await this.runs.ask({ ...asked, batch: batch.batch });
      if (outcome.kind !== 'accepted')
        refused[project] = outcome.kind === 'refused' ? outcome.rejection.code : outcome.kind;
    }
    await this.reader.rows('update bill_batch set refused = $2 where batch = $1', [batch.batch, refused]);
    return { ...batch, refused };
  }

  find(batch: string): Promise<Batch | undefined> {
    return this.reader.first<Batch>(`select ${COLUMNS} from bill_batch where batch = $1`, [batch]);
  }

  async runsOf(batch: string): Promise<RunOfBatch[]> {
    const rows = await this.reader.rows<Omit<RunOfBatch, 'charges'> & { count: number | null; amount: Money | null }>(
      `select book as project, run, state, (progress->>'done')::int as done, (progress->>'total')::int as total, failure,
              coalesce(result->'raised'->>'count', draft->'toRaise'->>'count')::int as count,
              coalesce(result->'raised'->>'amount', draft->'toRaise'->>'amount') as amount
         from bill_run where batch = $1 order by book collate "C"`,
      [batch],
    );
    return rows.map(({ count, amount, ...run }) => ({
      ...run,
      charges: count === null || amount === null ? null : { count, amount },
    }));
  }
}

/** Of several runs together. */
export const totalOf = (runs: readonly RunOfBatch[]): { readonly count: number; readonly amount: Money } => ({
  count: runs.reduce((count, { charges }) => count + (charges?.count ?? 0), 0),
  amount: formatMoney(sum(runs.map(({ charges }) => parseMoney(charges?.amount ?? '0.00')))),
});
