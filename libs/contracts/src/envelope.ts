import type { RecordedEvent, Topic } from './event';

/** What a region may be called where its name is part of the names of topics. */
export const REGION_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$';

/** The Kafka topic of a region's events: `north.ledger.v1`. Its key is the book, so a book's events keep their order. */
export const topicName = (region: string, topic: Topic): string => `${region}.${topic}.v1`;

/**
 * The compacted Kafka topic of how far each book has come: `north.ledger-heads.v1`. Its key is the book, its value a
 * BookHeadMessage. A consumer that has applied every book up to there has all there is; what it lacks may still be on its way.
 */
export const headsTopicName = (region: string, topic: Topic): string => `${region}.${topic}-heads.v1`;

/** The value of a message on a topic of heads, as JSON. */
export interface BookHeadMessage {
  /** Of the book's last event. */
  readonly position: number;
  /** Of the book up to there, hex. */
  readonly hash: string;
}

/** A project's code, or that of the group's own book: what nobody could keep a cursor of is no book. */
const BOOK = /^[^\u0000-\u001f\u007f]{1,64}$/;

type Header = Omit<RecordedEvent, 'body'>;

// Attributes of CloudEvents are lower-case letters and digits; ours beyond the standard's are extensions.
const TEXTS = {
  ce_id: 'eventId',
  ce_type: 'type',
  ce_time: 'recordedAt',
  ce_effectivedate: 'effectiveDate',
  ce_commandid: 'commandId',
  ce_actor: 'actor',
  ce_origin: 'source',
  ce_correlationid: 'correlationId',
  ce_contenthash: 'contentHash',
  ce_hash: 'hash',
} as const satisfies Record<string, keyof Header>;
const MAYBE_TEXTS = {
  ce_accountingperiod: 'accountingPeriod',
  ce_causationid: 'causationId',
} as const satisfies Record<string, keyof Header>;
const TEXT_ENTRIES = Object.entries(TEXTS);
const MAYBE_TEXT_ENTRIES = Object.entries(MAYBE_TEXTS);

/**
 * The headers of an event's message: CloudEvents 1.0, Kafka's binary mode. The message's key is the book, its value the body's
 * JSON as it was hashed. `ce_sequence` is the position: 1, 2, 3 … in each book, without a gap.
 */
export const envelopeOf = (region: string, topic: Topic, event: Header): Record<string, string> => {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_source: `/${region}/${topic}`,
    ce_subject: event.book,
    ce_partitionkey: event.book,
    ce_region: region,
    ce_sequence: String(event.position),
    ce_schemaversion: String(event.schemaVersion),
  };
  for (const [header, field] of TEXT_ENTRIES) headers[header] = event[field];
  for (const [header, field] of MAYBE_TEXT_ENTRIES) {
    const value = event[field];
    if (value !== null) headers[header] = value;
  }
  if (event.reversesPosition !== null) headers['ce_reverses'] = String(event.reversesPosition);
  return headers;
};

/**
 * An event from its message's headers, as texts, and body; null: these are not the headers of an event. Headers that are not known
 * are passed over.
 */
export const eventOfEnvelope = (headers: Readonly<Record<string, unknown>>, body: unknown): RecordedEvent | null => {
  const position = Number(headers['ce_sequence']);
  const schemaVersion = Number(headers['ce_schemaversion']);
  const book = headers['ce_subject'];
  if (headers['ce_specversion'] !== '1.0' || typeof book !== 'string' || !BOOK.test(book)) return null;
  if (!Number.isSafeInteger(position) || position < 1 || !Number.isSafeInteger(schemaVersion)) return null;
  const event: Record<string, unknown> = { book, position, schemaVersion };
  for (const [header, field] of TEXT_ENTRIES) {
    const value = headers[header];
    if (typeof value !== 'string') return null;
    event[field] = value;
  }
  for (const [header, field] of MAYBE_TEXT_ENTRIES) {
    const value = headers[header];
    event[field] = typeof value === 'string' ? value : null;
  }
  const reverses = headers['ce_reverses'];
  event['reversesPosition'] = reverses === undefined ? null : Number(reverses);
  event['body'] = body;
  return event as unknown as RecordedEvent;
};
