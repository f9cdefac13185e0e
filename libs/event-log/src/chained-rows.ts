import { canonicalBytes, chainHash, ContentHasher, type HashedHeader } from '@propledger/proof';
import { BinaryFields, BinaryRows, type FieldType, type FieldValue } from './binary-rows';
import type { LockedHead } from './heads';
import { headerOf } from './record-events';
import type { NewEvent, Submission } from './submission';
import { uuidV7 } from './uuid-v7';

/** Where `chainedRows` go. */
export const EVENT_COLUMNS = `event (book, position, event_id, command_id, type, schema_version, effective_date,
  accounting_period, recorded_at, actor, source, reverses_position, correlation_id, causation_id, body, content_hash, hash)`;
const COLUMNS = 17;

/**
 * The events of one command as rows for COPY, with their places in the book and hashed into its chain: what BookEnd does for
 * a few events, for thousands. What neighbours have in common is checked, written and hashed once.
 */
export const chainedRows = (
  head: LockedHead,
  command: Omit<Submission<unknown>, 'command'>,
  events: readonly NewEvent[],
): { readonly rows: Buffer; readonly position: number; readonly hash: string } => {
  const { book, recordedAt } = head;
  const epochMs = Date.parse(recordedAt);
  let { position, hash } = head;
  let common: { readonly of: NewEvent; readonly hasher: ContentHasher; readonly fields: BinaryFields } | null = null;
  const rows = new BinaryRows(COLUMNS);
  for (const event of events) {
    if (common === null || !haveTheSameHeader(common.of, event)) {
      const header = headerOf(command, event, recordedAt);
      common = { of: event, hasher: new ContentHasher(header), fields: fieldsOf(header) };
    }
    const eventId = uuidV7(epochMs);
    const body = canonicalBytes(event.body);
    const content = common.hasher.hash(eventId, body);
    position += 1;
    hash = chainHash(hash, book, position, content);
    rows.begin();
    rows.text(book);
    rows.bigint(position);
    rows.add('uuid', eventId);
    rows.addAll(common.fields);
    rows.utf8(body);
    rows.hex(content);
    rows.hex(hash);
  }
  return { rows: rows.end(), position, hash };
};

const haveTheSameHeader = (one: NewEvent, other: NewEvent): boolean =>
  one.type === other.type &&
  one.effectiveDate === other.effectiveDate &&
  one.accountingPeriod === other.accountingPeriod &&
  one.schemaVersion === other.schemaVersion &&
  one.reversesPosition === other.reversesPosition;

const fieldsOf = (header: Omit<HashedHeader, 'eventId'>): BinaryFields => {
  const fields = new BinaryFields();
  const columns: readonly (readonly [FieldType, FieldValue])[] = [
    ['text', header.commandId],
    ['text', header.type],
    ['int', header.schemaVersion],
    ['date', header.effectiveDate],
    ['text', header.accountingPeriod],
    ['timestamptz', header.recordedAt],
    ['text', header.actor],
    ['text', header.source],
    ['bigint', header.reversesPosition],
    ['text', header.correlationId],
    ['text', header.causationId],
  ];
  for (const [type, value] of columns) fields.add(type, value);
  return fields;
};
