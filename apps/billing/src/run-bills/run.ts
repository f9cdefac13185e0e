import { setTimeout as pause } from 'node:timers/promises';
import { appendBulk, type Submission, type Tx } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import { lastDay } from '@propledger/ledger-core';
import type { PoolClient } from 'pg';
import type { Ledger, LedgerOutcome } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';
import { ChargesInBulk } from './charges-in-bulk';
import type { Findings } from './findings';
import { RunPlan } from './plan';
import { readInputs } from './run-inputs';
import type { Progress, Run } from './run-job';

/** The run cannot go on: its period was closed, say. What it raised so far stands; another run completes it. */
export class RunRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The service is stopping: the run goes on at the next start. */
export class RunInterrupted extends Error {}

/** The head is locked while a chunk is appended: so few that it is a matter of some fifty milliseconds. */
const CHARGES_A_CHUNK = 1_000;
const CUSTOMERS_A_CHUNK = 500;
/** Inputs that change this often while one run computes are somebody's mistake. */
const PLANS_AT_MOST = 20;
const COMPUTE_AGAIN: ReadonlySet<string> = new Set(['inputs-changed', 'copies-moved', 'charge-overlaps']);
const HELD_AT_MOST_MS = 300_000;

/** What one run works with. */
export interface RunTools {
  /** Its own connection. */
  readonly client: PoolClient;
  /** Reads on it. */
  readonly tx: Tx;
  readonly ledger: Ledger;
  readonly report: (progress: Progress) => Promise<void>;
  /** Told after each commit where the book has come. */
  readonly moved: (book: string, position: number) => void;
  readonly stopping: () => boolean;
}

/** Carries out one bill run. Every step may be repeated: after a crash it goes on with what is not there yet. */
export class RunExecution {
  constructor(
    private readonly run: Run,
    private readonly tools: RunTools,
  ) {}

  /** @returns what the last plan found: what stood already, what differs, what could not be charged. */
  async execute(): Promise<Findings> {
    const findings = await this.raise();
    await this.applyPrepayments();
    return findings;
  }

  /** Raises what is not there yet, chunk by chunk; computes again whenever an input has changed. */
  private async raise(): Promise<Findings> {
    const { book, period } = this.run;
    for (let round = 1; round <= PLANS_AT_MOST; round += 1) {
      const plan = new RunPlan(await readInputs(this.tools.tx, book, period), period);
      if (await this.raiseAll(plan)) return plan.findings;
    }
    throw new RunRefused('inputs-changed');
  }

  /** @returns false when the plan holds no longer. */
  private async raiseAll(plan: RunPlan): Promise<boolean> {
    const { client, report, moved } = this.tools;
    const total = plan.inputs.bindings.length;
    const charges = new ChargesInBulk(this.run, plan.inputs);
    let number: number | null = null;
    for (const piece of plan.toRaise(CHARGES_A_CHUNK)) {
      number = (number ?? (await this.commandsSoFar())) + 1;
      const command = charges.command(number, piece);
      if ((await this.patiently(async () => [await appendBulk(client, command)])) !== null) return false;
      moved(this.run.book, charges.position);
      await report({ phase: 'raising', done: piece.computed, total });
    }
    return true;
  }

  private async applyPrepayments(): Promise<void> {
    const { run, book, period, date } = this.run;
    const customers = await this.tools.tx.rows<{ customer: string }>(
      `select distinct b.customer from prepayment_balance b
        where b.book = $1 and b.balance_fen > 0
          and exists (select from charge c
                       where c.book = b.book and c.customer = b.customer and c.open_fen > 0 and c.due_on <= $2
                         and (b.tie is null or b.tie = c.resource))
        order by b.customer`,
      [book, lastDay(period)],
    );
    await this.tools.report({ phase: 'applying', done: 0, total: customers.length });
    for (let at = 0; at < customers.length; at += CUSTOMERS_A_CHUNK) {
      const chunk = customers.slice(at, at + CUSTOMERS_A_CHUNK).map(({ customer }) =>
        this.submission(
          `run:${run}:prepayments:${customer}`,
          { customer },
          {
            command: { type: 'ApplyPrepayments', customer, period, date },
          },
        ),
      );
      await this.patiently(() => this.tools.ledger.submitAll(chunk));
      await this.tools.report({ phase: 'applying', done: at + chunk.length, total: customers.length });
    }
  }

  private submission(commandId: string, content: object, task: LedgerTask): Submission<LedgerTask> {
    const { run, book, actor, correlationId } = this.run;
    return {
      book,
      commandId,
      requestHash: requestHash(content),
      actor,
      source: `run:${run}`,
      correlationId,
      command: task,
    };
  }

  /**
   * @returns null when all are in; `again` when the plan holds no longer.
   * @throws RunRefused, RunInterrupted
   */
  private async patiently(submit: () => Promise<readonly LedgerOutcome[]>): Promise<'again' | null> {
    for (const until = Date.now() + HELD_AT_MOST_MS; ;) {
      if (this.tools.stopping()) throw new RunInterrupted();
      const outcomes = await submit();
      const unfit = outcomes.find(({ kind }) => kind !== 'accepted');
      if (unfit === undefined) return null;
      if (unfit.kind !== 'held') return verdictOn(unfit);
      // An import of the project is being undone: that takes moments.
      if (Date.now() > until) throw new RunRefused('book-held');
      await pause(200);
    }
  }

  /** Chunks are numbered on, so that no number ever means two things. */
  private async commandsSoFar(): Promise<number> {
    const prefix = `run:${this.run.run}:`;
    const [row] = await this.tools.tx.rows<{ count: number }>(
      'select count(*)::int as count from command where book = $1 and starts_with(command_id, $2)',
      [this.run.book, prefix],
    );
    return row?.count ?? 0;
  }
}

const verdictOn = (outcome: LedgerOutcome): 'again' => {
  if (outcome.kind === 'key-reused') return 'again';
  const code = outcome.kind === 'refused' ? outcome.rejection.code : outcome.kind;
  if (COMPUTE_AGAIN.has(code)) return 'again';
  throw new RunRefused(code);
};
