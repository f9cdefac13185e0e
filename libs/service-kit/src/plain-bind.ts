import { AsyncResource } from 'node:async_hooks';

type Bound = (...args: unknown[]) => unknown;

/**
 * Lets `AsyncResource.bind` bind and nothing more. Fastify binds a function for every body that it reads, and Node 20 gives each a
 * deprecated property with two wrappers that warn of it, which nobody reads: a twenty-fifth of what a receipt takes of the CPU.
 */
export const bindPlainly = (): void => {
  const bound = new AsyncResource('bound').bind(() => undefined);
  if (!('asyncResource' in bound)) return; // A later Node.
  AsyncResource.prototype.bind = function bind(this: AsyncResource, work: Bound, thisArg?: unknown): Bound {
    if (thisArg !== undefined) return this.runInAsyncScope.bind(this, work, thisArg);
    const resource = this; // eslint-disable-line @typescript-eslint/no-this-alias -- The function has a `this` of its own.
    return function run(this: unknown, ...args: unknown[]) {
      return resource.runInAsyncScope(work, this, ...args);
    };
  } as typeof AsyncResource.prototype.bind;
};
