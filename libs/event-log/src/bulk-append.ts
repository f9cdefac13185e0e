import type { PoolClient } from 'pg';
import { commandKey, findAccepted, insertCommands } from './commands';
import { chainedRows, EVENT_COLUMNS } from './chained-rows';
import { copyIn } from './copy-in';
import { lockHeads, moveHeads, type Head } from './heads';
import type { Decision, Outcome, Submission } from './submission';
import { HUNG_MS } from './pool';
import { inOrder, type Tx } from './transaction';

/** A transaction on a connection of its own that may also bring rows in by COPY. */
export interface CopyTx extends Tx {
  /**
   * @param into the table with its columns: `charge (book, position)`.
   * @param rows see BinaryRows.
   */
  copy(into: string, rows: Buffer): Promise<void>;
}

/** One command with hundreds or thousands of events: a chunk of a bill run. */
export interface BulkCommand<Rejection> extends Omit<Submission<unknown>, 'command'> {
  /** Reads, with the head locked, what must still hold, and decides. Called once at most. */
  decide(tx: CopyTx, head: Head): Promise<Decision<Rejection>>;
  /** Writes what the events changed; they are in. */
  write(tx: CopyTx): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 30_000;
/** A head is held by others for as long as their own append takes. */
const LOCK_TIMEOUT_MS = 15_000;

/**
 * Appends one command in a transaction of its own, its events by COPY. The same checks as for all other commands: the
 * retry check first, then who holds the book. The head is locked while `decide` reads, the events are hashed into the chain
 * and copied: a command should be so small that this takes a tenth of a second.
 *
 * @throws what the database or `decide` throws; nothing of the command is in, unless the commit's own answer was lost.
 */
export const appendBulk = async <Rejection>(
  client: PoolClient,
  command: BulkCommand<Rejection>,
): Promise<Outcome<Rejection>> => {
  await client.query(
    `begin isolation level read committed;
     set local statement_timeout = ${STATEMENT_TIMEOUT_MS};
     set local lock_timeout = ${LOCK_TIMEOUT_MS};
     set local idle_in_transaction_session_timeout = ${HUNG_MS}`,
  );
  try {
    const outcome = await inOrder(
      async (sql, params) => (await client.query<object>(sql, params)).rows,
      (rows) => append({ rows, copy: (into, binary) => copyIn(client, into, [binary], 'binary') }, command),
    );
    await client.query(outcome.kind === 'accepted' ? 'commit' : 'rollback');
    return outcome;
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // A lost connection rolls back by itself.
    throw error;
  }
};

const append = async <Rejection>(tx: CopyTx, command: BulkCommand<Rejection>): Promise<Outcome<Rejection>> => {
  const { book, commandId, requestHash } = command;
  const submission = { ...command, command: null };
  const [head] = await lockHeads(tx, [book], [book], true);
  if (!head) throw new Error(`the head of ${book} cannot be locked`);
  const earlier = (await findAccepted(tx, [submission])).get(commandKey(command));
  if (earlier) {
    if (earlier.requestHash !== requestHash) return { kind: 'key-reused' };
    const { firstPosition, lastPosition, answer } = earlier;
    return { kind: 'accepted', firstPosition, lastPosition, answer, replayed: true };
  }
  if (head.heldBy !== null && head.heldBy !== command.source) return { kind: 'held', by: head.heldBy };

  const decision = await command.decide(tx, head);
  if (!decision.accepted) return { kind: 'refused', rejection: decision.rejection };
  const { rows, position: lastPosition, hash } = chainedRows(head, command, decision.events);
  await tx.copy(EVENT_COLUMNS, rows);
  const firstPosition = head.position + 1;
  const { answer } = decision;
  await insertCommands(tx, [{ book, commandId, requestHash, firstPosition, lastPosition, answer }]);
  await command.write(tx);
  const { recordedAt } = head;
  if (lastPosition >= firstPosition) await moveHeads(tx, [{ book, position: lastPosition, hash, recordedAt }]);
  return { kind: 'accepted', firstPosition, lastPosition, answer, replayed: false };
};
