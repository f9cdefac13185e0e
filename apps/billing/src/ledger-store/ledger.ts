import { randomBytes } from 'node:crypto';
import { GROUP_BOOK, type Period } from '@propledger/contracts';
import { type BookWriter, type Outcome, type Submission, type Tx } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import { commandIdOf } from './kept-keys';
import type { WorkingSet } from './ledger-handler';
import type { LedgerTask, Note, Refusal } from './task';

export type LedgerOutcome = Outcome<Refusal>;

/** Who appends to ledger books: a BookWriter, of this thread or another. */
export type LedgerWriter = Pick<BookWriter<LedgerTask, WorkingSet, Refusal, Tx>, 'submit' | 'submitAll'>;

/** A command as it comes from a person: `key` is the caller's Idempotency-Key, `content` all that the key stands for. */
export interface Asked {
  readonly project: string;
  readonly operator: string;
  readonly key: string;
  readonly correlationId: string;
  /** What the caller sent, with the kind of command; the same key with other content is refused. */
  readonly content: object;
  readonly task: LedgerTask;
}

/** Where commands on ledger books are submitted. Nothing else appends to them. */
export class Ledger {
  /** Books that were open when last looked at. */
  private readonly openBooks = new Set<string>();

  constructor(
    private readonly writer: LedgerWriter,
    private readonly tx: Tx,
  ) {}

  /** A person's command. A project's book is opened by the first one. */
  submit({ content, ...asked }: Asked): Promise<LedgerOutcome> {
    return this.submitHashed({ ...asked, requestHash: requestHash(content) });
  }

  /** The same, of content of which only the hash was kept. */
  async submitHashed(asked: Omit<Asked, 'content'> & { readonly requestHash: string }): Promise<LedgerOutcome> {
    const { project, operator, key, correlationId, task } = asked;
    const submission: Submission<LedgerTask> = {
      book: project,
      commandId: commandIdOf({ operator, key }),
      requestHash: asked.requestHash,
      actor: operator,
      source: 'api',
      correlationId,
      command: { ...task, key: { operator, key, requestHash: asked.requestHash } },
    };
    const rejection = await this.open(project, operator, correlationId);
    if (rejection) return { kind: 'refused', rejection };
    const outcome = await this.append(submission);
    if (outcome.kind !== 'refused' || outcome.rejection.code !== 'book-not-open') return outcome;
    // It was open when last looked at; the import that had opened it is undone.
    this.openBooks.delete(project);
    const again = await this.open(project, operator, correlationId);
    return again ? { kind: 'refused', rejection: again } : this.append(submission);
  }

  /** A key that is kept for something else is answered as one that another command has. */
  private async append(submission: Submission<LedgerTask>): Promise<LedgerOutcome> {
    const outcome = await this.writer.submit(submission);
    const isKept = outcome.kind === 'refused' && outcome.rejection.code === 'idempotency-key-reused';
    return isKept ? { kind: 'key-reused' } : outcome;
  }

  /** Commands of a job, in order; each book's in its order, many a transaction. */
  submitAll(submissions: readonly Submission<LedgerTask>[]): Promise<LedgerOutcome[]> {
    return this.writer.submitAll(submissions);
  }

  /** Sees to it that the project's book is open, with the first period that the registry told; null: it is. The group's has no period. */
  async open(book: string, actor: string, correlationId: string): Promise<Refusal | null> {
    if (book === GROUP_BOOK || this.openBooks.has(book)) return null;
    const [known] = await this.tx.rows<{ open: boolean; first_period: Period | null; position: string }>(
      `select exists (select from calendar where book = $1) as open,
              (select first_period from copy_project where project = $1) as first_period,
              coalesce((select position from book_head where book = $1), 0) as position`,
      [book],
    );
    if (!known?.open) {
      if (!known?.first_period) return { code: 'unknown-project', project: book };
      const commandId = `open:${book}:${known.position}`;
      const rejection = await this.openWith(book, commandId, known.first_period, actor, correlationId);
      if (rejection) return rejection;
    }
    this.openBooks.add(book);
    return null;
  }

  /** `commandId` names the place where the opening goes: a book that was closed down by an undo is opened anew. */
  private async openWith(
    book: string,
    commandId: string,
    firstPeriod: Period,
    actor: string,
    correlationId: string,
  ): Promise<Refusal | null> {
    const command = { type: 'OpenBook', project: book, firstPeriod } as const;
    const outcome = await this.writer.submit({
      book,
      commandId,
      requestHash: requestHash(command),
      actor,
      source: 'api',
      correlationId,
      command: { command },
    });
    if (outcome.kind === 'refused') return outcome.rejection;
    return outcome.kind === 'accepted' ? null : { code: 'import-in-progress' };
  }
}

/** A remark or reason with a salt of its own. */
export const noteOf = (text: string): Note => ({ text, salt: randomBytes(16).toString('hex') });
