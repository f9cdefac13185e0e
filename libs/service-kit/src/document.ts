import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = {
  operationId?: string;
  responses?: Record<string, unknown>;
  security?: unknown[];
  requestBody?: unknown;
};
type Schema = Record<string, unknown>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemBody' } } };

const COMMON: Readonly<Record<string, string>> = {
  '400': '输入有误 invalid-input, bad-request',
  '401': '未登录 not-signed-in',
  '403': '无权限 forbidden',
  '404': '没有找到 not-found',
  '413': '内容太大 payload-too-large',
  '415': '内容类型不支持 unsupported-media-type',
  '431': '请求头或网址过长 the URL and headers are too long: bad-request',
  '503': '暂时不可用, 见 Retry-After: not-caught-up, overloaded, unavailable',
};

/** Adds to every operation the answers that the shell itself may give, and says nullable the way OpenAPI 3.1 does. */
export const completed = (document: OpenAPIObject, publicOperations: ReadonlySet<string>): OpenAPIObject => {
  for (const [path, item] of Object.entries(document.paths))
    for (const method of METHODS) {
      const operation = (item as Record<string, Operation | undefined>)[method];
      if (!operation) continue;
      const isPublic = publicOperations.has(operation.operationId ?? '');
      const responses = (operation.responses ??= {});
      for (const [status, description] of Object.entries(COMMON)) {
        if (isPublic && (status === '401' || status === '403')) continue;
        if (!path.includes('{') && status === '404') continue;
        if (method === 'get' && (status === '413' || status === '415')) continue;
        responses[status] ??= { description, content: PROBLEM };
      }
      operation.security = isPublic ? [] : [{ bearer: [] }];
    }
  return inOpenApi31(document) as OpenAPIObject;
};

/** `nullable: true` (OpenAPI 3.0) becomes a type that includes null, at every depth. */
const inOpenApi31 = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOpenApi31);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOpenApi31(inner)]));
  if (schema['nullable'] !== true) return schema;
  delete schema['nullable'];
  return nullableOf(schema);
};

const nullableOf = (schema: Schema): Schema => {
  const { description, ...rest } = schema;
  const { allOf, type } = rest;
  if (Array.isArray(allOf)) {
    const [only, ...others] = allOf as Schema[];
    const inner = only !== undefined && others.length === 0 ? only : { allOf: allOf as Schema[] };
    return { ...(description === undefined ? {} : { description }), anyOf: [inner, { type: 'null' }] };
  }
  if (typeof type === 'string') {
    const choices = schema['enum'];
    return {
      ...schema,
      type: [type, 'null'],
      ...(Array.isArray(choices) ? { enum: [...(choices as unknown[]), null] } : {}),
    };
  }
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
};
