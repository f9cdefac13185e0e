import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Pool } from 'pg';
import { missingDatabase } from './health.controller';
import { ServiceMetrics } from './metrics';
import { serveMetrics } from './metrics-server';

const scrape = async (url: string, init: RequestInit = {}): Promise<{ status: number; text: string }> => {
  const answer = await fetch(url, init);
  return { status: answer.status, text: await answer.text() };
};

describe('a gauge', () => {
  it('is read when it is asked for', async () => {
    const metrics = new ServiceMetrics('billing');
    let parked = 1;
    metrics.gauge('parked', 'Parked.', () => [{ labels: { topic: 'ledger' }, value: parked }]);
    expect(await metrics.text()).toContain('parked{topic="ledger",service="billing"} 1');
    parked = 0;
    expect(await metrics.text()).toContain('parked{topic="ledger",service="billing"} 0');
  });

  it('that cannot be read is left out, and counted; the others are there', async () => {
    const metrics = new ServiceMetrics('billing');
    let broken = false;
    metrics.gauge('fragile', 'Fragile.', async () => {
      if (broken) throw new Error('the database is away');
      return [{ value: 7 }];
    });
    metrics.gauge('slow', 'Slow.', () => new Promise(() => undefined));
    metrics.gauge('sound', 'Sound.', () => [{ value: 1 }]);
    expect(await metrics.text()).toContain('fragile{service="billing"} 7');
    broken = true;
    const text = await metrics.text();
    expect(text).not.toMatch(/^fragile\{/m);
    expect(text).toContain('sound{service="billing"} 1');
    expect(await metrics.text()).toContain('propledger_metric_unread_total{metric="fragile",service="billing"}');
    expect(text).toMatch(/propledger_metric_unread_total\{metric="slow",service="billing"\} \d/);
  }, 20_000);
});

describe('the metrics of a process', () => {
  it('are served on a port of their own, and nothing else is', async () => {
    const metrics = new ServiceMetrics('billing');
    metrics.answered('GET', '/billing/v1/books', 200, 0.002);
    const server = await serveMetrics('127.0.0.1', 0, [metrics]);
    expect(await scrape(server.url)).toMatchObject({
      status: 200,
      text: expect.stringContaining('propledger_http_request_seconds_bucket{le="0.0025"') as string,
    });
    expect((await scrape(server.url, { method: 'POST' })).status).toBe(405);
    expect((await scrape(server.url.replace('/metrics', '/'))).status).toBe(404);
    await server.close();
    await expect(scrape(server.url)).rejects.toThrow();
  });

  it('of several services are one text, in which a metric is described once', async () => {
    const services = ['billing', 'reports'].map((name) => new ServiceMetrics(name));
    for (const metrics of services) metrics.answered('GET', '/x', 200, 1);
    services[1]?.gauge('alone', 'Alone.', () => [{ value: 3 }]);
    const server = await serveMetrics('127.0.0.1', 0, services);
    const { text } = await scrape(server.url);
    await server.close();
    expect(text.match(/# TYPE propledger_http_request_seconds histogram/g)).toHaveLength(1);
    expect(text.match(/^propledger_http_request_seconds_count\{/gm)).toHaveLength(2);
    expect(text).toContain('alone{service="reports"} 3');
  });
});

describe('a database', () => {
  let silent: Server;
  const sockets: Socket[] = [];
  const pools: Pool[] = [];
  const ask = async (port: number): Promise<Readonly<Record<string, string>>> => {
    const pool = new Pool({
      host: '127.0.0.1',
      port,
      user: 'somebody',
      password: 'secret',
      connectionTimeoutMillis: 30_000,
    });
    pools.push(pool);
    pool.on('error', () => undefined);
    return missingDatabase(() => pool.query('select 1'));
  };
  beforeAll(async () => {
    silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(async () => {
    sockets.forEach((socket) => socket.destroy());
    silent.close();
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it('that is away, or does not answer, is missing; neither its address nor its password is told', async () => {
    const { port } = silent.address() as AddressInfo;
    for (const missing of [await ask(1), await ask(port)]) {
      expect(Object.keys(missing)).toEqual(['database']);
      expect(missing['database']).toMatch(/cannot be used/);
      expect(JSON.stringify(missing)).not.toMatch(/secret|somebody|127/);
    }
  }, 20_000);

  it('that answers is not', async () => {
    expect(await missingDatabase(async () => [])).toEqual({});
  });
});
