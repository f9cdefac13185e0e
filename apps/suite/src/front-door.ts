import { answerUnreadable, HEADER_LIMIT, type RunningService } from '@propledger/service-kit';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { indexPage } from './index-page';
import { CannotStart } from './stop-reason';

/**
 * Hands each request to the service that its path's first segment names. It listens twice: on the address that people use, and
 * on a port of the services' own, which stays open while the first one drains, so that they can finish what came in.
 */
export class FrontDoor {
  private readonly services = new Map<string, RunningService>();
  private readonly servers: Server[] = [];
  private readonly inFlight = new Set<ServerResponse>();
  private front: Server | undefined;
  private draining = false;

  /** From now on the service's requests reach it; before, they are answered 503. */
  open(service: RunningService): void {
    this.services.set(service.name, service);
  }

  /** @throws CannotStart when the port is taken or may not be used. */
  async listen(host: string, port: number): Promise<string> {
    this.front = createServer({ maxHeaderSize: HEADER_LIMIT }, (request, response) => this.atFront(request, response));
    return this.listening(this.front, host, port);
  }

  /** The services' own way to one another, on loopback. */
  listenInside(): Promise<string> {
    return this.listening(
      createServer({ maxHeaderSize: HEADER_LIMIT }, (request, response) => this.handle(request, response)),
      '127.0.0.1',
      0,
    );
  }

  /** Takes no new connections from outside, and waits until what came in is answered, but not for those who only watch. */
  async drain(limitMs: number): Promise<void> {
    this.draining = true;
    this.front?.close();
    this.front?.closeIdleConnections();
    const giveUpAt = Date.now() + limitMs;
    while (this.inFlight.size > 0 && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Ends every connection that is left. */
  close(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  private async listening(server: Server, host: string, port: number): Promise<string> {
    // A workbook may come over a slow line.
    server.requestTimeout = 600_000;
    // Longer than clients and proxies keep an idle connection: it is theirs to end it.
    server.keepAliveTimeout = 75_000;
    server.on('clientError', answerUnreadable);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)));
      server.listen(port, host, resolve);
    });
    this.servers.push(server);
    const address = server.address() as AddressInfo;
    return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  }

  private atFront(request: IncomingMessage, response: ServerResponse): void {
    if (this.draining) response.setHeader('connection', 'close');
    // A long poll or a stream of progress ends when its service does.
    if (!/\/(moved|progress)$/.test(pathOf(request))) {
      this.inFlight.add(response);
      response.once('close', () => this.inFlight.delete(response));
    }
    this.handle(request, response);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const name = path.split('/')[1] ?? '';
    const service = this.services.get(name);
    if (service) return service.handle(request, response);
    if (path === '/') return page(request, response);
    if (path === '/health/live') return json(response, 200, { status: 'ok' });
    if (path === '/health/ready') return void this.ready(response);
    return NAMES.has(name)
      ? problem(response, 503, 'unavailable', '正在启动, 请稍后再试 Starting; try again')
      : problem(response, 404, 'not-found', '没有找到 There is no such thing');
  }

  private async ready(response: ServerResponse): Promise<void> {
    const missing = [...NAMES].filter((name) => !this.services.has(name)).map((name) => `${name}: starting`);
    for (const service of this.services.values())
      for (const [what, why] of Object.entries(await service.notReady()))
        missing.push(`${service.name}/${what}: ${why}`);
    const alarms = (await Promise.all([...this.services.values()].map((service) => service.alarms()))).flat();
    if (missing.length === 0) json(response, 200, { status: 'ok', alarms });
    else problem(response, 503, 'unavailable', '尚未就绪 Not ready', missing.join('; '));
  }
}

const NAMES: ReadonlySet<string> = new Set(['registry', 'customers', 'billing', 'reports', 'onboarding']);

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

const page = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return problem(response, 405, 'method-not-allowed', '不支持这种请求方法 This method is not supported here');
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? '' : indexPage);
};

const json = (response: ServerResponse, status: number, body: object, type = 'application/json'): void => {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

const problem = (response: ServerResponse, status: number, code: string, title: string, detail?: string): void => {
  if (status === 503) response.setHeader('retry-after', '1');
  const body = { type: `urn:propledger:problem:${code}`, title, status, ...(detail === undefined ? {} : { detail }) };
  json(response, status, body, 'application/problem+json');
};

const refusal = (error: NodeJS.ErrnoException, host: string, port: number): Error => {
  if (error.code === 'EADDRINUSE')
    return new CannotStart(
      `端口 ${port} 已被占用, 请用 --port 另选一个 port ${port} is taken: choose another with --port`,
    );
  if (error.code === 'EACCES')
    return new CannotStart(
      `无权使用端口 ${port}, 请用 --port 另选一个 port ${port} may not be used: choose another with --port`,
    );
  return new CannotStart(`无法监听 cannot listen on ${host}:${port}: ${error.code ?? error.message}`);
};
