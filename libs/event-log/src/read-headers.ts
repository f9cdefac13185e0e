import type { RecordedEvent } from '@propledger/contracts';
import { RECORDED_AT } from './heads';
import type { Tx } from './transaction';

/** What a book says of an event beside its body and its hashes: what, when, by whom. */
export type EventHeader = Omit<RecordedEvent, 'body' | 'contentHash' | 'hash'>;

interface Row extends Omit<EventHeader, 'position' | 'reversesPosition'> {
  readonly position: string;
  readonly reversesPosition: string | null;
}

/** The headers of these events of a book, by position; positions that are not there are left out. */
export const readHeaders = async (tx: Tx, book: string, positions: readonly number[]): Promise<EventHeader[]> => {
  const rows = await tx.rows<Row>(
    `select book, position, event_id as "eventId", command_id as "commandId", type, schema_version as "schemaVersion",
       to_char(effective_date, 'YYYY-MM-DD') as "effectiveDate", accounting_period as "accountingPeriod",
       to_char(recorded_at at time zone 'UTC', ${RECORDED_AT}) as "recordedAt", actor, source,
       reverses_position as "reversesPosition", correlation_id as "correlationId", causation_id as "causationId"
     from event where book = $1 and position = any($2::bigint[]) order by position`,
    [book, positions],
  );
  return rows.map((row) => ({
    ...row,
    position: Number(row.position),
    reversesPosition: row.reversesPosition === null ? null : Number(row.reversesPosition),
  }));
};
