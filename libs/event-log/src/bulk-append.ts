import type { PoolClient } from 'pg';
import { commandKey, findAccepted, insertCommands } from './commands';
import { copyIn, copyText, type CopyChunks } from './copy-in';
import { lockHeads, moveHeads, type Head } from './heads';
import { BookEnd, type EventRow } from './record-events';
import type { Decision, Outcome, Submission } from './submission';
import type { Tx } from './transaction';

/** A transaction on a connection of its own that may also bring rows in by COPY. */
export interface CopyTx extends Tx {
  /** @param into the table with its columns: `charge (book, position)`. */
  copy(into: string, chunks: CopyChunks): Promise<void>;
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
  const tx: CopyTx = {
    rows: async (sql, params) => (await client.query(sql, [...(params ?? [])])).rows as never,
    copy: (into, chunks) => copyIn(client, into, chunks),
  };
  await client.query(
    `begin isolation level read committed;
     set local statement_timeout = ${STATEMENT_TIMEOUT_MS};
     set local lock_timeout = ${LOCK_TIMEOUT_MS}`,
  );
  try {
    const outcome = await append(tx, command);
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
  const end = new BookEnd(head);
  const rows = end.append(submission, decision.events);
  await tx.copy(EVENT, [Buffer.from(rows.map(lineOf).join(''))]);
  const [firstPosition, lastPosition] = [head.position + 1, end.position];
  const { answer } = decision;
  await insertCommands(tx, [{ book, commandId, requestHash, firstPosition, lastPosition, answer }]);
  await command.write(tx);
  if (rows.length > 0)
    await moveHeads(tx, [{ book, position: end.position, hash: end.hash, recordedAt: head.recordedAt }]);
  return { kind: 'accepted', firstPosition, lastPosition, answer, replayed: false };
};

const EVENT = `event (book, position, event_id, command_id, type, schema_version, effective_date, accounting_period, recorded_at,
  actor, source, reverses_position, correlation_id, causation_id, body, content_hash, hash)`;

const orNull = (text: string | null): string => (text === null ? '\\N' : copyText(text));

/** A line of COPY, written out: there are a quarter of a million of them a month. */
const lineOf = (event: EventRow): string =>
  `${copyText(event.book)}\t${event.position}\t${event.eventId}\t${copyText(event.commandId)}\t${copyText(event.type)}\t` +
  `${event.schemaVersion}\t${event.effectiveDate}\t${event.accountingPeriod ?? '\\N'}\t${event.recordedAt}\t` +
  `${copyText(event.actor)}\t${copyText(event.source)}\t${event.reversesPosition ?? '\\N'}\t` +
  `${copyText(event.correlationId)}\t${orNull(event.causationId)}\t${copyText(event.body)}\t` +
  `\\\\x${event.contentHash}\t\\\\x${event.hash}\n`;
