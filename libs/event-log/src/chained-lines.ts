import { canonicalJson, chainHash, ContentHasher, type HashedHeader } from '@propledger/proof';
import { copyText } from './copy-in';
import type { LockedHead } from './heads';
import { checkDays } from './record-events';
import type { NewEvent, Submission } from './submission';
import { uuidV7 } from './uuid-v7';

/** Where `chainedLines` go. */
export const EVENT_COLUMNS = `event (book, position, event_id, command_id, type, schema_version, effective_date,
  accounting_period, recorded_at, actor, source, reverses_position, correlation_id, causation_id, body, content_hash, hash)`;

type Header = Omit<HashedHeader, 'eventId'>;

/**
 * The events of one command as lines of COPY, with their places in the book and hashed into its chain: what BookEnd does for
 * a few events, for thousands. What neighbours have in common is checked, written and hashed once.
 */
export const chainedLines = (
  head: LockedHead,
  command: Omit<Submission<unknown>, 'command'>,
  events: readonly NewEvent[],
): { readonly lines: Buffer; readonly position: number; readonly hash: string } => {
  const { book, recordedAt } = head;
  const epochMs = Date.parse(recordedAt);
  const bookText = copyText(book);
  let { position, hash } = head;
  let common: { readonly of: NewEvent; readonly hasher: ContentHasher; readonly text: string } | null = null;
  let text = '';
  for (const event of events) {
    if (common === null || !haveTheSameHeader(common.of, event)) {
      const header = headerOf(command, event, recordedAt);
      common = { of: event, hasher: new ContentHasher(header), text: textOf(header) };
    }
    const eventId = uuidV7(epochMs);
    const body = canonicalJson(event.body);
    const content = common.hasher.hash(eventId, body);
    position += 1;
    hash = chainHash(hash, book, position, content);
    text += `${bookText}\t${position}\t${eventId}\t${common.text}\t${copyText(body)}\t\\\\x${content}\t\\\\x${hash}\n`;
  }
  return { lines: Buffer.from(text), position, hash };
};

const haveTheSameHeader = (one: NewEvent, other: NewEvent): boolean =>
  one.type === other.type &&
  one.effectiveDate === other.effectiveDate &&
  one.accountingPeriod === other.accountingPeriod &&
  one.schemaVersion === other.schemaVersion &&
  one.reversesPosition === other.reversesPosition;

const headerOf = (command: Omit<Submission<unknown>, 'command'>, event: NewEvent, recordedAt: string): Header => {
  checkDays(event);
  return {
    commandId: command.commandId,
    type: event.type,
    schemaVersion: event.schemaVersion ?? 1,
    effectiveDate: event.effectiveDate,
    accountingPeriod: event.accountingPeriod,
    recordedAt,
    actor: command.actor,
    source: command.source,
    reversesPosition: event.reversesPosition ?? null,
    correlationId: command.correlationId,
    causationId: command.causationId ?? null,
  };
};

const textOf = (header: Header): string =>
  [
    header.commandId,
    header.type,
    header.schemaVersion,
    header.effectiveDate,
    header.accountingPeriod,
    header.recordedAt,
    header.actor,
    header.source,
    header.reversesPosition,
    header.correlationId,
    header.causationId,
  ]
    .map((field) => (field === null ? '\\N' : copyText(String(field))))
    .join('\t');
