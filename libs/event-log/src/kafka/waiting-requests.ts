import { createRequire } from 'node:module';

/** Of kafkajs 2.2.4, its `network/requestQueue`: the requests of one connection. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  /** Looks for requests that wait, later. */
  readonly scheduleCheckPendingRequests: () => void;
}

/** Where what kafkajs does is kept. */
const LOOK = Symbol('look');

/**
 * Lets kafkajs look for requests that wait while there are any. Its own way goes on looking when there are none, every millisecond on
 * each connection for ever: 3 % of a core in a service in which nothing happens.
 */
export const lookWhileRequestsWait = (): void => {
  const { prototype } = createRequire(__filename)('kafkajs/src/network/requestQueue') as { prototype: Looking };
  if (LOOK in prototype) return;
  const { scheduleCheckPendingRequests: look } = prototype;
  Object.assign(prototype, { [LOOK]: look, scheduleCheckPendingRequests: lookIfAnyWaits });
};

interface Looking extends RequestQueue {
  readonly [LOOK]: () => void;
}

function lookIfAnyWaits(this: Looking): void {
  if (this.pending.length > 0) this[LOOK]();
}
