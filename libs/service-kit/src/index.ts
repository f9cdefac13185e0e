export { type AccessDirectory, AccessStore, CreateAccessTables, NotCaughtUp } from './access';
export { AfterGate } from './after-gate';
export { Attempts, type Rate } from './attempts';
export { today } from './clock';
export { Caller as CallerIdentity, type Reach } from './caller';
export { configFromEnvironment, ServiceConfig, SERVICES, type Peers, type ServiceName } from './config';
export { appendPoolConfigOf, poolConfigOf, poolOf, projectingPoolOf } from './connections';
export {
  connectionsOf,
  type ArchiveTx,
  dataSourceOf,
  type Entity,
  migrate,
  type Migration,
  readerOf,
  typeormTransact,
} from './database';
export { After, Allow, Answers, Caller, IdempotencyKey, problemResponse, Public, SeesAfter } from './decorators';
export { EventStreams, type Followed, WaitQuery } from './event-stream';
export { type EventFeed, eventFeedController } from './event-feed.controller';
export * from './fields';
export { consumerAlarms, type HealthReport, missingDatabase, relayAlarms } from './health.controller';
export { isOpen, keepFindings, NOTHING_STAGED, type Findings } from './import-protocol/archive-check';
export { type ImportCommand, type OtherBlockers } from './import-protocol/apply-and-undo';
export { archiveImports } from './import-protocol/archive-imports';
export { holdBooks, type SheetRowKey, type StagedSheets } from './import-protocol/archive-stage';
export { importController, type OwnedSheets, referencesController } from './import-protocol/import.controller';
export {
  type Chunk,
  holderOf,
  ImportRefused,
  type ImportOwner,
  type ImportState,
  type ReferencedOwner,
  undoHolderOf,
} from './import-protocol/import-owner';
export { loggerOf } from './log';
export { type PoolCounts, type Reading, ServiceMetrics } from './metrics';
export { type MetricsServer, serveMetrics } from './metrics-server';
export * from './page';
export * from './params';
export * from './part-fields';
export { type Peer, peerOf, PeerRefused, PeerUnavailable } from './peer';
export {
  Problem,
  ProblemBody,
  ProblemEntry,
  type ProblemCatalogue,
  type ProblemExtras,
  type ProblemKind,
} from './problem';
export { runMain, runService } from './run-service';
export { describeService, type RunningService, type ServiceApp, type ServiceParts, startService } from './service';
export { eventsOf, type Events } from './transport';
export { consumersController, relayController, stateOf } from './transport.controller';
export { threadFile } from './thread-file';
export { IssuerUnreachable, serviceTokens, TokenVerifier } from './tokens';
export { answerUnreadable, HEADER_LIMIT } from './unreadable';
