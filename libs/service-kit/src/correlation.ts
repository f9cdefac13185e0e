import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

const ID = Symbol('correlation id');
const OWN = /^[\w.-]{8,64}$/;
/** W3C trace context: version, trace id, parent, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/**
 * What ties a request to all that follows from it: its events, the requests that they lead to, and the lines of every log.
 * The caller's own `x-correlation-id` where it is a plain token, else the trace id of his `traceparent`, else a new one.
 */
export const correlationOf = (request: FastifyRequest & { [ID]?: string }): string => (request[ID] ??= given(request));

const given = ({ headers }: FastifyRequest): string => {
  const own = headers['x-correlation-id'];
  if (typeof own === 'string' && OWN.test(own)) return own;
  const { traceparent } = headers;
  const trace = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  return trace ?? randomUUID();
};
