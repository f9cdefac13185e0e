// https://www.postgresql.org/docs/current/errcodes-appendix.html
const PASSING_STATES = new Set([
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock not available in time
  '57P01', // terminated by an administrator
  '57P02', // crash of the server
  '57P03', // starting up or shutting down
  '25P03', // idle in transaction for too long
]);
const PASSING_CLASSES = new Set(['08', '53']); // connection, resources
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
// What pg says, without a code, when a connection is lost or cannot be had. A server that was stopped takes its Unix socket away, and one
// that is crowded takes nobody more there: the same codes as of a file, so that only its words tell.
const LOST =
  /^connect (ENOENT|EAGAIN)\b|connection terminated|connection ended|connection error and is not queryable|timeout exceeded when trying to connect/i;

/** Whether the same work may succeed when it is simply done again: nothing is wrong with the work itself. */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  // typeorm wraps the driver's error and keeps it in driverError.
  const { code = undefined } = { ...error, ...(error as { driverError?: object }).driverError } as { code?: unknown };
  if (typeof code === 'string') {
    if (isStale(error)) return true;
    if (NETWORK_CODES.has(code) || PASSING_STATES.has(code) || PASSING_CLASSES.has(code.slice(0, 2))) return true;
    if (/^[0-9A-Z]{5}$/.test(code)) return false;
  }
  return LOST.test(error.message) || (error instanceof AggregateError && error.errors.some(isPassing));
};

/** What an error says, without its kind. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What of an error is shown to those who wait for a job: its first line, and not more than a line holds. */
export const troubleOf = (error: unknown): string => String(error).split('\n', 1)[0]?.slice(0, TROUBLE_SHOWN) ?? '';
const TROUBLE_SHOWN = 300;

/**
 * Whether a prepared statement has outlived the tables that it was prepared for: a migration ran meanwhile. On another
 * connection it is prepared anew.
 */
export const isStale = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '0A000' && /cached plan/.test(error.message);
