import { Problem, type CallerIdentity } from '@propledger/service-kit';
import { follow } from './ledger-store/group-standards';
import { noteOf, type Ledger } from './ledger-store/ledger';
import type { Reader } from './ledger-store/reader';
import type { LedgerTask } from './ledger-store/task';
import { doneOf, type Done } from './problem';
import type { Recorded, ReversalBody } from './shapes';

/** A command of a caller on one project. */
export interface Call {
  readonly project: string;
  readonly key: string;
  readonly caller: CallerIdentity;
}

/**
 * Submits a caller's command.
 *
 * @param content what the caller sent, with the kind of command: what his key stands for.
 * @throws Problem when nothing was recorded.
 */
export const submit = async (
  ledger: Ledger,
  { project, key, caller: { operator, correlationId } }: Call,
  content: object,
  task: LedgerTask,
): Promise<Done> => doneOf(project, await ledger.submit({ project, operator, key, correlationId, content, task }));

/**
 * The same of what names a standard: where the project has none of the code, the group's is taken over into its book first, and what is bound,
 * billed and corrected there finds it as any other. What is refused for another reason takes nothing over.
 *
 * @throws Problem when nothing was recorded.
 */
export const submitAdopting = async (
  ledger: Ledger,
  call: Call,
  content: object,
  { standard, ...task }: LedgerTask & { readonly standard: string },
): Promise<Done> => {
  try {
    return await submit(ledger, call, content, task);
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'unknown-standard')) throw error;
  }
  const { project, key, caller } = call;
  const { operator, correlationId } = caller;
  await follow(ledger, { project, key, operator, correlationId }, standard);
  return submit(ledger, call, content, task);
};

/** Where the first of the command's events stands: what was asked for. */
export const firstOf = ({ answer: { position }, after }: Done): Recorded => ({ position, after });

/** Where the last of the command's events stands: what was asked for, after what had to be given back for it. */
export const lastOf = ({ answer, after }: Done): Recorded => ({
  position: answer.entries.at(-1)?.position ?? null,
  after,
});

/** Reverses an entry of one type, which is about this subject. @throws Problem `unknown-entry` when there is none. */
export const reverseEntry = async (
  { reader, ledger }: { readonly reader: Reader; readonly ledger: Ledger },
  call: Call,
  entry: { readonly type: string; readonly position: number; readonly subject?: string },
  body: ReversalBody,
): Promise<Recorded> => {
  const { type, position, subject } = entry;
  const found = await reader.first(
    'select 1 from entry where book = $1 and position = $2 and type = $3 and ($4::text is null or subject = $4)',
    [call.project, position, type, subject ?? null],
  );
  if (!found) throw new Problem('unknown-entry');
  const { date, reason, posting = 'own' } = body;
  const task: LedgerTask = { command: { type: 'ReverseEntry', position, date, posting }, note: noteOf(reason) };
  return lastOf(await submit(ledger, call, { type: 'ReverseEntry', position, ...body }, task));
};
