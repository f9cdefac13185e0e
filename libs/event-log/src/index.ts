export { appendBulk, type BulkCommand, type CopyTx } from './bulk-append';
export { BinaryRows, type FieldType, type FieldValue } from './binary-rows';
export { copyIn, copyLine, type CopyChunks } from './copy-in';
export { inOrder, pgTransact, pipelinedTransact, type ProjectionTx, type Transact, type Tx } from './transaction';
export type { BatchHandler, Decision, NewEvent, Outcome, Submission, Undecided } from './submission';
export { abortedWith } from './aborted-with';
export {
  APPEND_LIMITS,
  type AppendedBatch,
  BookWriter,
  Overloaded,
  type BookWriterOptions,
  type MovedListener,
} from './book-writer';
export { closeThrough, heads, holdBook, releaseBook, reopenFrom, type Head } from './heads';
export {
  hashesAt,
  type PlacedHash,
  readEvents,
  readStoredEvents,
  readUnreadEvents,
  readUnreadOfBooks,
  type StoredEvent,
  type UnreadEvent,
} from './read-events';
export { factsCopier, factsReader, type Fact, type ReadFacts } from './read-facts';
export { onConnection } from './on-connection';
export { HUNG_MS, poolFrom, probed } from './pool';
export { readHeaders, type EventHeader } from './read-headers';
export { positionsRecordedBy } from './recorded-by';
export { drawRandom } from './random';
export { HeadsWatch, type Moves } from './heads-watch';
export { CellsSource, type CellSource } from './cells-source';
export { HttpEventSource, SourceFailed, type EventSource, type FactSource, type Place } from './event-source';
export { CreateCursors, CreateEventLog, cursorMigration, eventLogMigration } from './migrations';
export { isPassing, troubleOf } from './database-errors';
export { BookConsumer } from './book-consumer';
export type { BookConsumerOptions, ConsumerLog, ConsumerStatus } from './consumer-options';
export { applyOnce, type Apply } from './apply-once';
export { localTransport, type Receiver, type Transport } from './transport';
export { kafkaClient, type KafkaAccess } from './kafka/client';
export { kafkaTransport, type KafkaTransportOptions } from './kafka/kafka-transport';
export { Relay, type RelayOptions, type RelayStatus } from './kafka/relay';
export { CreateRelay, relayMigration } from './kafka/relay-cursors';
