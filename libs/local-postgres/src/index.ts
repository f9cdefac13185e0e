export { backUp, BackupRefused } from './back-up';
export type { Binaries } from './binaries';
export { startPostgres, startWith, type LocalPostgres, type StartPostgres } from './start-postgres';
export { PostgresInUse } from './owner';
