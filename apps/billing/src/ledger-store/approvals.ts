import type { Money } from '@propledger/contracts';
import type { Transact, Tx } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import type { ForTwo } from '@propledger/ledger-core';
import { randomUUID } from 'node:crypto';
import { keepKey } from './kept-keys';
import { keptTask, taskOf } from './kept-task';
import type { Asked, Ledger, LedgerOutcome } from './ledger';
import type { GivenApproval, LedgerTask, Note } from './task';

export type ApprovalState = 'waiting' | 'approved' | 'rejected';

/** A command that waits for a second person, or was rejected by one: nothing of it is in the book. */
export interface Kept {
  readonly kind: 'kept';
  readonly approval: string;
  readonly state: ApprovalState;
}

/** What was kept of a command: enough to do it later as it was asked for. */
interface KeptRow {
  readonly approval: string;
  readonly kind: ForTwo;
  readonly requested_by: string;
  readonly key: string;
  readonly request_hash: string;
  readonly task: unknown;
  readonly reason: string | null;
  readonly salt: string | null;
  readonly state: ApprovalState;
}
const COLUMNS = 'approval, kind, requested_by, key, request_hash, task, reason, salt, state';

/**
 * Commands that take two people. What the ledger refuses for want of a second person is kept, durably and once a key; who
 * approves it has it done under the key and in the name of whoever asked, so that however often it is approved or sent again
 * it is done once.
 */
export class Approvals {
  constructor(
    private readonly ledger: Ledger,
    private readonly tx: Tx,
    private readonly transact: Transact,
  ) {}

  /** A person's command: done, refused, or kept. Sent again with its key it is answered as it stands by then. */
  async submit(asked: Asked): Promise<LedgerOutcome | Kept> {
    const earlier = await this.ofKey(asked);
    if (earlier !== null && earlier.state !== 'approved') return keptOf(earlier, asked);
    const outcome = await this.ledger.submit(asked);
    if (outcome.kind !== 'refused' || outcome.rejection.code !== 'approval-required') return outcome;
    await this.keep(asked, outcome.rejection);
    const kept = await this.ofKey(asked);
    // The key was taken meanwhile: the ledger says whether by the same.
    return kept === null ? this.ledger.submit(asked) : keptOf(kept, asked);
  }

  /** What was kept under this id; null: nothing. */
  async find(project: string, approval: string): Promise<{ kind: ForTwo; requestedBy: string } | null> {
    const row = await this.row(project, approval);
    return row === null ? null : { kind: row.kind, requestedBy: row.requested_by };
  }

  /** Keeps an approver's key for what he says to one approval; false: it stands for something else. */
  keepDecision(
    decision: { readonly type: 'Approve' | 'Reject'; readonly approval: string },
    { project, operator, key }: Pick<Asked, 'project' | 'operator' | 'key'>,
  ): Promise<boolean> {
    return this.transact((tx) => keepKey(tx, { book: project, operator, key }, requestHash(decision)));
  }

  /** Does what was kept. An approval that was given before is answered as it was then. */
  async approve(
    project: string,
    approval: string,
    by: { readonly operator: string; readonly correlationId: string },
  ): Promise<LedgerOutcome> {
    const row = await this.row(project, approval);
    if (row === null) throw new Error(`there is no approval ${approval} in ${project}`);
    if (row.state === 'rejected') return { kind: 'refused', rejection: { code: 'approval-decided' } };
    return this.ledger.submitHashed({
      project,
      operator: row.requested_by,
      key: row.key,
      requestHash: row.request_hash,
      correlationId: by.correlationId,
      task: givenTask(row, by.operator),
    });
  }

  /** Ends the waiting without doing anything; false: it was decided otherwise before. Rejecting again changes nothing. */
  async reject(project: string, approval: string, operator: string): Promise<boolean> {
    await this.tx.rows(
      `update approval set state = 'rejected', decided_by = $3, decided_at = now()
        where book = $1 and approval = $2 and state = 'waiting'`,
      [project, approval, operator],
    );
    return (await this.row(project, approval))?.state === 'rejected';
  }

  /** Keeps it with its key, unless that stands for something else by now. */
  private keep(
    { project, operator, key, content, task }: Asked,
    { kind, amount }: { readonly kind: ForTwo; readonly amount: Money | null },
  ): Promise<void> {
    const hash = requestHash(content);
    return this.transact(async (tx) => {
      if (!(await keepKey(tx, { book: project, operator, key }, hash))) return;
      await tx.rows(
        `insert into approval (approval, book, kind, amount, requested_by, key, request_hash, task, reason, salt, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting')
         on conflict (book, requested_by, key) do nothing`,
        [
          ...[randomUUID(), project, kind, amount, operator, key, hash, keptTask(task)],
          ...[task.note?.text ?? null, task.note?.salt ?? null],
        ],
      );
    });
  }

  private async ofKey({ project, operator, key }: Asked): Promise<KeptRow | null> {
    const [row] = await this.tx.rows<KeptRow>(
      `select ${COLUMNS} from approval where book = $1 and requested_by = $2 and key = $3`,
      [project, operator, key],
    );
    return row ?? null;
  }

  private async row(project: string, approval: string): Promise<KeptRow | null> {
    const [row] = await this.tx.rows<KeptRow>(`select ${COLUMNS} from approval where book = $1 and approval = $2`, [
      project,
      approval,
    ]);
    return row ?? null;
  }
}

const keptOf = ({ approval, state, request_hash }: KeptRow, { content }: Asked): Kept | { kind: 'key-reused' } =>
  request_hash === requestHash(content) ? { kind: 'kept', approval, state } : { kind: 'key-reused' };

const givenTask = ({ approval, requested_by, task, reason, salt }: KeptRow, approvedBy: string): LedgerTask => {
  const note: Note | undefined = reason === null || salt === null ? undefined : { text: reason, salt };
  const given: GivenApproval = { approval, requestedBy: requested_by, approvedBy };
  return { ...taskOf(task), note, approval: given };
};
