import { ServiceMetrics, type RunningService } from '@propledger/service-kit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FrontDoor } from './front-door';
import { CannotStart } from './stop-reason';

const doors: FrontDoor[] = [];
afterEach(() => doors.splice(0).forEach((door) => door.close()));

const opened = async (): Promise<{ door: FrontDoor; url: string }> => {
  const door = new FrontDoor();
  doors.push(door);
  return { door, url: await door.listen('127.0.0.1', 0) };
};

/** A service whose requests are answered as `handle` says. */
const service = (
  name: RunningService['name'],
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  notReady: Record<string, string> = {},
  alarms: readonly string[] = [],
): RunningService => ({
  ...{ name, openapi: { openapi: '3.1.0', info: { title: name, version: '1' }, paths: {} } },
  handle,
  listen: () => Promise.reject(new Error('it is reached through the door')),
  notReady: () => Promise.resolve(notReady),
  alarms: () => Promise.resolve(alarms),
  metrics: new ServiceMetrics(name),
  begun: Promise.resolve(),
  close: () => Promise.resolve(),
});

it('hands a request to the service that its path names, and answers 503 until that is there', async () => {
  const { door, url } = await opened();
  expect((await fetch(`${url}/billing/v1/x`)).status).toBe(503);
  door.open(service('billing', (request, response) => response.end(request.url)));
  expect(await (await fetch(`${url}/billing/v1/x?a=1`)).text()).toBe('/billing/v1/x?a=1');
  expect((await fetch(`${url}/reports/v1/x`)).status).toBe(503);
  expect((await fetch(`${url}/billings/v1/x`)).status).toBe(404);
});

it('is ready when every service is', async () => {
  const { door, url } = await opened();
  const ready = async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${url}/health/ready`);
    return { status: answer.status, text: await answer.text() };
  };
  for (const name of ['registry', 'customers', 'billing', 'reports'] as const)
    door.open(service(name, () => undefined));
  expect(await ready()).toEqual({ status: 503, text: expect.stringContaining('onboarding: starting') as string });
  door.open(service('onboarding', () => undefined, { registry: 'not reached' }));
  expect(await ready()).toEqual({
    status: 503,
    text: expect.stringContaining('onboarding/registry: not reached') as string,
  });
  door.open(service('onboarding', () => undefined));
  door.open(service('reports', () => undefined, {}, ['ledger YT01: changed']));
  expect(await ready()).toEqual({
    status: 200,
    text: JSON.stringify({ status: 'ok', alarms: ['ledger YT01: changed'] }),
  });
});

it('drains: answers what came in, takes nothing new, and leaves the services’ own way open', async () => {
  const { door, url } = await opened();
  const inside = await door.listenInside();
  let finish: (() => void) | undefined;
  const begun = new Promise<void>((resolve) =>
    door.open(
      service('billing', (request, response) => {
        if (request.url?.endsWith('/quick')) return void response.end('quick');
        finish = () => response.end('done');
        resolve();
      }),
    ),
  );
  const slow = fetch(`${url}/billing/v1/slow`);
  await begun;
  const drained = door.drain(10_000);
  await expect(fetch(`${url}/billing/v1/quick`)).rejects.toThrow();
  expect(await (await fetch(`${inside}/billing/v1/quick`)).text()).toBe('quick');
  finish?.();
  expect(await (await slow).text()).toBe('done');
  await drained;
});

it('does not wait for those who only watch', async () => {
  const { door, url } = await opened();
  const begun = new Promise<void>((resolve) => door.open(service('billing', () => resolve())));
  const watching = expect(fetch(`${url}/billing/v1/books/moved?wait=20000`)).rejects.toThrow();
  await begun;
  await door.drain(10_000);
  door.close();
  await watching;
});

it('names --port when the port is taken', async () => {
  const { url } = await opened();
  const second = new FrontDoor().listen('127.0.0.1', Number(new URL(url).port));
  await expect(second).rejects.toThrow(CannotStart);
  await expect(second).rejects.toThrow(/--port/);
});
