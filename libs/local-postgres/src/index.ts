export { startPostgres, type LocalPostgres, type StartPostgres } from './start-postgres';
export { PostgresInUse } from './owner';
