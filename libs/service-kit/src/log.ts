import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** Structured logs on standard error. Nothing that is personal goes in: codes, ids, counts, times. */
export const loggerOf = (service: string, level: string): Logger =>
  pino(
    {
      name: service,
      level,
      base: { service },
      redact: { paths: ['req', 'authorization', 'password', '*.password', '*.authorization'], remove: true },
    },
    pino.destination({ dest: 2, sync: false }),
  );

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
