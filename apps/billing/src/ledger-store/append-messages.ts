import { Overloaded, type AppendedBatch, type Submission } from '@propledger/event-log';
import type { PoolCounts } from '@propledger/service-kit';
import type { LedgerOutcome } from './ledger';
import type { LedgerTask } from './task';

/** What was asked: one command, or several that go together. */
export interface Question {
  readonly id: number;
  readonly asked: Submission<LedgerTask> | readonly Submission<LedgerTask>[];
}

/** What the thread is told: all that was asked in one turn, or to end what it has taken. */
export type ToThread = readonly Question[] | 'stop';

/** What becomes of a question: its outcome, or outcomes in their order; or why it failed. */
export type Answer =
  | { readonly id: number; readonly outcome: LedgerOutcome | readonly LedgerOutcome[] }
  | { readonly id: number; readonly failed: Failure };

/** Of an error, what goes from one thread to another; who decides whether to try again looks at its name and code. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
}

/** What the thread says in one turn. */
export interface FromThread {
  readonly answers: readonly Answer[];
  readonly moved: readonly { readonly book: string; readonly position: number }[];
  readonly appended: readonly AppendedBatch[];
  readonly connections: PoolCounts;
}

/** What of an error another thread is told. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack, ...('code' in error && { code: String(error.code) }) };
};

/** The error that the other thread met. */
export const errorOf = ({ name, message, stack, code }: Failure): Error => {
  const error = name === Overloaded.name ? new Overloaded(message) : Object.assign(new Error(message), { name });
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
};
