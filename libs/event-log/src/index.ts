export { pgTransact, type Transact, type Tx } from './transaction';
export { canonicalJson, requestHash } from './canonical-json';
export { chainHash, contentHash, GENESIS_HASH, type HashedHeader } from './hash-chain';
export type { BatchHandler, Decision, NewEvent, Outcome, Submission } from './submission';
export { BookWriter, Overloaded, type BookWriterOptions, type MovedListener } from './book-writer';
export { closeThrough, heads, holdBook, releaseBook, type Head } from './heads';
export { readEvents, readStoredEvents, type StoredEvent } from './read-events';
export { HeadsWatch, type Moves } from './heads-watch';
export { HttpEventSource, SourceFailed, type EventSource } from './event-source';
export {
  BOOK_FAULTS,
  verifyBook,
  type BookFault,
  type ChainPoint,
  type VerifiableEvent,
  type Verification,
  type VerifyOptions,
} from './verify-book';
export { CreateCursors, CreateEventLog, cursorMigration, eventLogMigration } from './migrations';
export { isPassing } from './database-errors';
export { BookConsumer, type BookConsumerOptions, type ConsumerLog, type ConsumerStatus } from './book-consumer';
export { applyOnce, type Apply } from './apply-once';
