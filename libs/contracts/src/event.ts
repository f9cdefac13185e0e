/**
 * A day, `YYYY-MM-DD`. All dates in contracts are days in the project's own time zone, without a time.
 *
 * @pattern ^\d{4}-\d{2}-\d{2}$
 */
export type Day = string;
/**
 * An accounting period 账期, `YYYY-MM`.
 *
 * @pattern ^\d{4}-\d{2}$
 */
export type Period = string;
/**
 * Yuan with two decimals, `"-1234.50"`. Money crosses a process only in this form.
 *
 * @pattern ^-?\d+\.\d{2}$
 */
export type Money = string;
/**
 * An exact decimal, `"106.4"`, `"0.1525"`: prices, areas, usage, rates.
 *
 * @pattern ^-?\d+(\.\d+)?$
 */
export type Decimal = string;

/** A JSON value as it may stand in an event body. Numbers are whole and within ±2^53; amounts are strings. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** The group book of a service: what belongs to no project. Project codes may not start with `~`. */
export const GROUP_BOOK = '~group';

/** What no code of the users may be: it begins as books of no project do, or is `.` or `..`, which no address can name. */
export const isReservedCode = (code: string): boolean => code.startsWith('~') || code === '.' || code === '..';

/** The services that keep books, and the topic each one's events go to (after `{region}.`, before `.v1`). */
export const TOPICS = ['registry', 'customers', 'ledger'] as const;
export type Topic = (typeof TOPICS)[number];

/**
 * An event as recorded: one row of a book, and one message on a topic.
 *
 * `position` counts 1, 2, 3 … without a gap in each book. `contentHash` and `hash` are lower-case hex SHA-256; what they
 * cover is written in docs/decisions/0002-hash-chain.md. `body` holds codes and ids only, never personal data.
 */
export interface RecordedEvent<Type extends string = string, Body = unknown> {
  readonly book: string;
  /** @minimum 1 */
  readonly position: number;
  /** @format uuid */
  readonly eventId: string;
  /** The command (its Idempotency-Key, prefixed by the kind of its sender) that made this event. */
  readonly commandId: string;
  readonly type: Type;
  readonly schemaVersion: number;
  readonly effectiveDate: Day;
  /** The period it is posted into 入账期; null for facts that are not postings. */
  readonly accountingPeriod: Period | null;
  /**
   * RFC 3339, UTC, microseconds; never decreasing in a book.
   *
   * @format date-time
   */
  readonly recordedAt: string;
  /** The operator's code. */
  readonly actor: string;
  /** What brought it in: `api`, `import:ID`, `run:ID`, `undo:ID`. */
  readonly source: string;
  readonly reversesPosition: number | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly body: Body;
  /** @pattern ^[0-9a-f]{64}$ */
  readonly contentHash: string;
  /** @pattern ^[0-9a-f]{64}$ */
  readonly hash: string;
}

/** Positions reached, by book. */
export type Positions = Readonly<Record<string, number>>;

/** What an `after` token stands for: the positions that an answer must have seen, by topic and book. */
export type After = Readonly<Partial<Record<Topic, Positions>>>;
