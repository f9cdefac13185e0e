import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/**
 * What the log says of an error: its kind, its message and where it happened; never the values that a statement was given,
 * nor the row that a database quotes in its detail.
 */
export const errorOf = (error: unknown): unknown => {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : 'not an error' };
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(typeof table === 'string' ? { table } : {}),
    ...(error.cause instanceof Error ? { cause: errorOf(error.cause) } : {}),
  };
};

/** Structured logs on standard error. Nothing that is personal goes in: codes, ids, counts, times. */
export const loggerOf = (service: string, level: string): Logger =>
  pino({ level, base: { service }, serializers: { err: errorOf } }, pino.destination({ dest: 2, sync: false }));

/** Nest's own messages, through the same log. */
export const nestLogger = (log: Logger): LoggerService => {
  const text = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message));
  return {
    log: (message: unknown) => log.debug(text(message)),
    warn: (message: unknown) => log.warn(text(message)),
    error: (message: unknown, ...rest: unknown[]) => log.error({ detail: rest.map(text).join(' ') }, text(message)),
    debug: (message: unknown) => log.trace(text(message)),
    verbose: (message: unknown) => log.trace(text(message)),
    fatal: (message: unknown) => log.fatal(text(message)),
  };
};
