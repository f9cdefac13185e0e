import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { lookWhileRequestsWait, type RequestQueue } from './waiting-requests';

interface Queue extends RequestQueue {
  readonly throttleCheckTimeoutId: unknown;
  maxInFlightRequests: number;
  push(request: { entry: object; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(answer: { correlationId: number; payload: null; size: number }): void;
}

describe('requests of a connection', () => {
  lookWhileRequestsWait();
  lookWhileRequestsWait(); // Every client says so.
  const RequestQueue = createRequire(__filename)('kafkajs/src/network/requestQueue') as new (options: object) => Queue;
  const silent = { debug: () => undefined, warn: () => undefined };
  const sent: number[] = [];
  const queue = new RequestQueue({
    maxInFlightRequests: 1,
    requestTimeout: 1_000,
    clientId: 'c',
    broker: 'b',
    logger: silent,
  });
  const push = (correlationId: number): void =>
    queue.push({
      entry: { correlationId, resolve: () => undefined, reject: () => undefined },
      expectResponse: true,
      sendRequest: () => sent.push(correlationId),
    });

  it('are looked for while some wait, and no longer', async () => {
    push(1);
    expect([sent, queue.throttleCheckTimeoutId]).toEqual([[1], null]);
    push(2);
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    // Nobody answers, and yet there is room: it is found by looking.
    queue.maxInFlightRequests = 2;
    while (sent.length < 2) await pause(5);
    for (const correlationId of [1, 2]) queue.fulfillRequest({ correlationId, payload: null, size: 0 });
    expect([sent, queue.throttleCheckTimeoutId]).toEqual([[1, 2], null]);
  });
});
