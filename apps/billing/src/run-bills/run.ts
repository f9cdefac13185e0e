import { appendBulk, type Submission, type Tx } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import { lastDay } from '@propledger/ledger-core';
import type { PoolClient } from 'pg';
import { discountsLacking, inCommands, waiverLimitOf } from '../give-discounts/discounts-lacking';
import { noteOf, type Ledger, type LedgerOutcome } from '../ledger-store/ledger';
import { digestOf } from '../ledger-store/ledger-handler';
import type { LedgerTask } from '../ledger-store/task';
import { ChargesInBulk } from './charges-in-bulk';
import { changedStandards, digestRaised, RunDigest, type Digests } from './digest';
import { patiently } from './patiently';
import type { Findings } from './findings';
import { chargesOf, RunPlan } from './plan';
import { DraftOutdated, RunRefused } from './run-ends';
import { readInputs, type Inputs } from './run-inputs';
import type { Progress, Run } from './run-job';
import { narrowed } from './scope';

/** The head is locked while a chunk is appended: so few that it is a matter of some fifty milliseconds. */
const CHARGES_A_CHUNK = 1_000;
const CUSTOMERS_A_CHUNK = 500;
/** Inputs that change this often while one run computes are somebody's mistake. */
const PLANS_AT_MOST = 20;
const COMPUTE_AGAIN: ReadonlySet<string> = new Set(['inputs-changed', 'copies-moved', 'charge-overlaps']);

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
  /** `drafted`: what it is to raise, and nothing else; null: what there is to raise. */
  constructor(
    private readonly run: Run,
    private readonly tools: RunTools,
    private readonly drafted: Digests | null,
  ) {}

  /** @returns what the last plan found: what stood already, what differs, what could not be charged. */
  async execute(): Promise<Findings> {
    const findings = await this.raise();
    await this.giveDiscounts();
    await this.applyPrepayments();
    return findings;
  }

  /** Raises what is not there yet, chunk by chunk; computes again whenever an input has changed. */
  private async raise(): Promise<Findings> {
    const { book, period, scope } = this.run;
    for (let round = 1; round <= PLANS_AT_MOST; round += 1) {
      const inputs = narrowed(await readInputs(this.tools.tx, book, period), scope);
      if (this.drafted !== null) await this.refuseOtherThan(this.drafted, inputs);
      const plan = new RunPlan(inputs, period);
      if (await this.raiseAll(plan)) return plan.findings;
    }
    throw new RunRefused('inputs-changed');
  }

  /** What was raised so far and what is missing must be what the draft said. @throws DraftOutdated */
  private async refuseOtherThan(drafted: Digests, inputs: Inputs): Promise<void> {
    const { book, run, period } = this.run;
    const digest = new RunDigest();
    await digestRaised(this.tools.tx, book, run, digest);
    const raised = Object.keys(digest.digests).length > 0;
    for (const piece of new RunPlan(inputs, period).toRaise(CHARGES_A_CHUNK)) digest.addNew(chargesOf(piece));
    const changed = changedStandards(drafted, digest.digests);
    if (changed.length > 0) throw new DraftOutdated(changed, raised);
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

  /** Discounts by rule of what the run raised; those that take two people stay to be asked for. */
  private async giveDiscounts(): Promise<void> {
    const { run, book, period, date } = this.run;
    const { tx, ledger, report } = this.tools;
    for (let round = 1; round <= PLANS_AT_MOST; round += 1) {
      const lacking = await discountsLacking(tx, book, { period, run });
      const { chunks } = inCommands(lacking, await waiverLimitOf(tx, book), CUSTOMERS_A_CHUNK);
      let number = chunks.length === 0 ? 0 : await this.commandsSoFar();
      let done = true;
      for (const [at, discounts] of chunks.entries()) {
        await report({ phase: 'discounting', done: at, total: chunks.length });
        number += 1;
        const note = noteOf('优惠规则 discount rules');
        const { computedFrom } = lacking;
        const command = { type: 'GiveDiscounts', discounts, computedFrom, date, period, posting: 'own' } as const;
        const task: LedgerTask = { command: { ...command, reasonDigest: digestOf(note) }, note };
        const chunk = [this.submission(`run:${run}:discounts:${number}`, { at, charges: discounts.length }, task)];
        done = (await this.patiently(() => ledger.submitAll(chunk))) === null;
        if (!done) break;
      }
      if (done) return;
    }
    throw new RunRefused('inputs-changed');
  }

  private async applyPrepayments(): Promise<void> {
    const { run, book, period, date, scope } = this.run;
    const customers = await this.tools.tx.rows<{ customer: string }>(
      `select distinct b.customer from prepayment_balance b
        where b.book = $1 and b.balance_fen > 0
          and exists (select from charge c
                       where c.book = b.book and c.customer = b.customer and c.open_fen > 0 and c.due_on <= $2
                         and (b.tie is null or b.tie = c.resource) and ($3::text[] is null or c.resource = any ($3)))
        order by b.customer`,
      [book, lastDay(period), scope?.resources ?? null],
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
    const unfit = await patiently(this.tools.stopping, submit);
    return unfit === null ? null : verdictOn(unfit);
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
