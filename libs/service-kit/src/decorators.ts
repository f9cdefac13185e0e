import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { decodeAfter, type After as AfterPositions, type Permission } from '@propledger/contracts';
import type { FastifyRequest } from 'fastify';
import { AfterGate } from './after-gate';
import { COMMON_PROBLEMS, Problem, ProblemBody, type ProblemCatalogue } from './problem';
import type { Caller as CallerType } from './caller';

export const PERMISSION = 'propledger:permission';
export const PUBLIC = 'propledger:public';

/** The one permission that a route asks for. With a `:project` in its path, it is asked for that project. */
export const Allow = (permission: Permission): MethodDecorator => SetMetadata(PERMISSION, permission);

/** A route without sign-in. Each one is listed in docs/decisions/0005-access.md. */
export const Public = (): MethodDecorator => SetMetadata(PUBLIC, true);

export interface SignedInRequest extends FastifyRequest {
  caller?: CallerType;
}
const request = (context: ExecutionContext): SignedInRequest => context.switchToHttp().getRequest<SignedInRequest>();

/** Who calls. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerType => {
  const { caller } = request(context);
  if (!caller) throw new Problem('not-signed-in');
  return caller;
});

const withDocumentation =
  (parameter: ParameterDecorator, documentation: MethodDecorator): ParameterDecorator =>
  (target, key, index) => {
    parameter(target, key, index);
    if (key === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    if (descriptor) documentation(target, key, descriptor);
  };

const IdempotencyKeyValue = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = request(context).headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key))
    throw new Problem('idempotency-key-required', {
      errors: [
        {
          pointer: '/header/Idempotency-Key',
          code: 'required',
          message: '1 至 128 个可见 ASCII 字符 1 to 128 visible ASCII characters',
        },
      ],
    });
  return key;
});

/**
 * The caller's key for a command: the same key and content gives the first answer again; other content is refused with
 * 422 idempotency-key-reused.
 */
export const IdempotencyKey = (): ParameterDecorator =>
  withDocumentation(
    IdempotencyKeyValue(),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: '调用方为每个命令取的键: 重发同一键得到同一结果 The same key gives the first answer again.',
      schema: { type: 'string', pattern: '^[!-~]{1,128}$', minLength: 1, maxLength: 128 },
    }),
  );

/** Enough for three topics of some two hundred books, and far below what a request's head may have. */
const AFTER_LENGTH = 16_384;

const afterOf = (context: ExecutionContext): AfterPositions | null => {
  const { after } = request(context).query as Record<string, unknown>;
  if (after === undefined) return null;
  const decoded = typeof after === 'string' && after.length <= AFTER_LENGTH ? decodeAfter(after) : null;
  if (decoded === null)
    throw new Problem('invalid-input', {
      errors: [{ pointer: '/query/after', code: 'after', message: '不是有效的 after 标记 not an after token' }],
    });
  return decoded;
};

const AFTER_QUERY = ApiQuery({
  name: 'after',
  required: false,
  description:
    '此前命令返回的 after 标记 A token from an earlier answer; waits until its effects are visible, else 503.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]*$', maxLength: AFTER_LENGTH },
});

@Injectable()
class AfterGuard implements CanActivate {
  constructor(private readonly gate: AfterGate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.gate.wait(afterOf(context));
    return true;
  }
}

/**
 * Query parameter `after`: a token from an earlier command or import, which is waited for before the route is asked.
 *
 * @throws Problem `not-caught-up` (503 with Retry-After) when it takes too long.
 */
export const SeesAfter = (): MethodDecorator => applyDecorators(UseGuards(AfterGuard), AFTER_QUERY);

const AfterValue = createParamDecorator((_: unknown, context: ExecutionContext) => afterOf(context));

/** The same for a route that sees to it by itself; null without it. */
export const After = (): ParameterDecorator => withDocumentation(AfterValue(), AFTER_QUERY);

/** Documents problem answers, with the codes of the catalogue that have that status when a catalogue is given. */
export const Answers = (...problems: readonly (number | string)[]): MethodDecorator & ClassDecorator => {
  const catalogue: ProblemCatalogue = COMMON_PROBLEMS;
  const byStatus = new Map<number, string[]>();
  for (const problem of problems) {
    const status = typeof problem === 'number' ? problem : (catalogue[problem]?.status ?? 409);
    byStatus.set(status, [...(byStatus.get(status) ?? []), ...(typeof problem === 'string' ? [problem] : [])]);
  }
  return applyDecorators(
    ApiExtraModels(ProblemBody),
    ...[...byStatus].map(([status, codes]) => problemResponse(status, codes.join(', '))),
  );
};

/** One documented problem answer. */
export const problemResponse = (status: number, description: string): MethodDecorator & ClassDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemBody) } } },
  });
