import type { Tx } from './transaction';
import { canonicalJson } from '@propledger/proof';
import { chainHash, contentHash, type HashedHeader } from '@propledger/proof';
import type { LockedHead } from './heads';
import type { NewEvent, Submission } from './submission';
import { uuidV7 } from './uuid-v7';

/** An event as it is stored, with its body as text. */
export interface EventRow extends HashedHeader {
  readonly book: string;
  readonly position: number;
  readonly body: string;
  readonly contentHash: string;
  readonly hash: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const PERIOD = /^\d{4}-\d\d$/;

/** @throws TypeError for other forms of a day: they would be hashed so, and read back as the database writes them. */
const checkDays = ({ effectiveDate, accountingPeriod }: NewEvent): void => {
  if (!DAY.test(effectiveDate)) throw new TypeError(`not a day: ${effectiveDate}`);
  if (accountingPeriod !== null && !PERIOD.test(accountingPeriod))
    throw new TypeError(`not a period: ${accountingPeriod}`);
};

/** What an event has of itself and of its command, before it is given an id. @throws TypeError, see checkDays */
export const headerOf = (
  { commandId, actor, source, correlationId, causationId }: Omit<Submission<unknown>, 'command'>,
  event: NewEvent,
  recordedAt: string,
): Omit<HashedHeader, 'eventId'> => {
  checkDays(event);
  return {
    commandId,
    type: event.type,
    schemaVersion: event.schemaVersion ?? 1,
    effectiveDate: event.effectiveDate,
    accountingPeriod: event.accountingPeriod,
    recordedAt,
    actor,
    source,
    reversesPosition: event.reversesPosition ?? null,
    correlationId,
    causationId: causationId ?? null,
  };
};

/** The end of a book while a batch adds to it. */
export class BookEnd {
  position: number;
  hash: string;
  private readonly epochMs: number;

  constructor(readonly head: LockedHead) {
    this.position = head.position;
    this.hash = head.hash;
    this.epochMs = Date.parse(head.recordedAt);
  }

  /** Gives the events of one command their places, and hashes them into the chain. */
  append(submission: Submission<unknown>, events: readonly NewEvent[]): EventRow[] {
    return events.map((event) => this.appendOne(submission, event));
  }

  private appendOne(submission: Submission<unknown>, event: NewEvent): EventRow {
    const { book, recordedAt } = this.head;
    const header: HashedHeader = { eventId: uuidV7(this.epochMs), ...headerOf(submission, event, recordedAt) };
    const body = canonicalJson(event.body);
    const content = contentHash(header, body);
    this.position += 1;
    this.hash = chainHash(this.hash, book, this.position, content);
    return { ...header, book, position: this.position, body, contentHash: content, hash: this.hash };
  }
}

export const insertEvents = (tx: Tx, events: readonly EventRow[]): Promise<unknown> => {
  if (events.length === 0) return Promise.resolve();
  const column = <K extends keyof EventRow>(name: K): EventRow[K][] => events.map((event) => event[name]);
  return tx.rows(
    `insert into event (book, position, event_id, command_id, type, schema_version, effective_date, accounting_period,
       recorded_at, actor, source, reverses_position, correlation_id, causation_id, body, content_hash, hash)
     select book, position, event_id, command_id, type, schema_version, effective_date, accounting_period,
       recorded_at, actor, source, reverses_position, correlation_id, causation_id, body,
       decode(content_hash, 'hex'), decode(hash, 'hex')
     from unnest($1::text[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::date[], $8::text[],
       $9::timestamptz[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[], string_to_array($15, E'\\n'), $16::text[], $17::text[])
       as e (book, position, event_id, command_id, type, schema_version, effective_date, accounting_period,
         recorded_at, actor, source, reverses_position, correlation_id, causation_id, body, content_hash, hash)`,
    [
      column('book'),
      column('position'),
      column('eventId'),
      column('commandId'),
      column('type'),
      column('schemaVersion'),
      column('effectiveDate'),
      column('accountingPeriod'),
      column('recordedAt'),
      column('actor'),
      column('source'),
      column('reversesPosition'),
      column('correlationId'),
      column('causationId'),
      column('body').join('\n'), // Canonical JSON has no line breaks, and quoting it for an array would take the longest.
      column('contentHash'),
      column('hash'),
    ],
  );
};
