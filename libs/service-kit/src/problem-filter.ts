import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter, type ValidationError } from '@nestjs/common';
import { isPassing } from '@propledger/event-log';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { correlationOf } from './correlation';
import type { SignedInRequest } from './decorators';
import { inputMessage } from './input-messages';
import {
  COMMON_PROBLEMS,
  Problem,
  type ProblemBody,
  type ProblemCatalogue,
  type ProblemEntry,
  type ProblemExtras,
} from './problem';

const CODE_OF_STATUS: Readonly<Record<number, keyof typeof COMMON_PROBLEMS>> = {
  400: 'bad-request',
  401: 'not-signed-in',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  409: 'conflict',
  413: 'payload-too-large',
  414: 'bad-request',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  429: 'too-many-requests',
  431: 'bad-request',
  503: 'unavailable',
};

/** PostgreSQL's words for "not now": connections used up, shutting down, lost; a lock or statement timed out. */
const isOutage = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'Overloaded' || ('code' in error && error.code === QUERY_CANCELED) || isPassing(error));
const QUERY_CANCELED = '57014';

/** Turns whatever a route throws into problem+json. What is not a known refusal is logged, and answered without details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly catalogue: ProblemCatalogue;

  constructor(
    own: ProblemCatalogue,
    private readonly log: Logger,
    private readonly allowedMethods: (path: string) => readonly string[],
  ) {
    this.catalogue = { ...COMMON_PROBLEMS, ...own };
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<SignedInRequest>();
    if (reply.sent || reply.raw.headersSent) return;
    const problem = this.problemOf(error, request);
    const body = this.bodyOf(problem);
    const correlationId = correlationOf(request);
    if (body.status >= 500 && !(error instanceof Problem))
      this.log.error(
        { err: error, method: request.method, route: request.routeOptions?.url, correlationId },
        'request failed',
      );
    if (problem.extras.retryAfterSeconds !== undefined)
      void reply.header('retry-after', problem.extras.retryAfterSeconds);
    if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (body.status === 405) void reply.header('allow', this.allowedMethods(request.url).join(', '));
    void reply
      .status(body.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify({ ...body, correlationId }));
  }

  private problemOf(error: unknown, request: SignedInRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof HttpException) {
      const status = error.getStatus();
      if (status === 404 && this.allowedMethods(request.url).length > 0) return new Problem('method-not-allowed');
      return new Problem(CODE_OF_STATUS[status] ?? (status >= 500 ? 'internal' : 'bad-request'));
    }
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status >= 400 && status < 500) return new Problem(CODE_OF_STATUS[status] ?? 'bad-request');
    if (isOutage(error)) return new Problem('unavailable', { retryAfterSeconds: 2 });
    return new Problem('internal');
  }

  private bodyOf({ code, extras }: { code: string; extras: ProblemExtras }): ProblemBody {
    const kind = this.catalogue[code];
    if (!kind) {
      this.log.error({ code }, 'a problem code is missing from the catalogue');
      return { type: 'urn:propledger:problem:internal', title: '系统内部错误 Internal error', status: 500 };
    }
    return {
      type: `urn:propledger:problem:${code}`,
      title: `${kind.zh} ${kind.en}`,
      status: kind.status,
      ...(extras.detail === undefined ? {} : { detail: extras.detail }),
      ...(extras.errors === undefined ? {} : { errors: [...extras.errors] }),
      ...extras.members,
    };
  }
}

/** Every faulty field of a body or query, with its place. */
export const invalidInput = (where: 'body' | 'query', faults: readonly ValidationError[]): Problem => {
  const entries: ProblemEntry[] = [];
  const visit = (errors: readonly ValidationError[], path: string): void => {
    for (const { property, constraints, children } of errors) {
      const pointer = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`.slice(0, 500);
      for (const [code, message] of Object.entries(constraints ?? {}))
        entries.push({ pointer, code, message: inputMessage(code, message) });
      if (children && children.length > 0) visit(children, pointer);
    }
  };
  visit(faults, `/${where}`);
  return new Problem('invalid-input', { errors: entries.slice(0, 100) });
};
