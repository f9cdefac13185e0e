import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Anything that has metrics in Prometheus' text format. */
export interface MetricsSource {
  text(): Promise<string>;
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

const CONNECTIONS = 20;

/**
 * Serves `GET /metrics` on a port of its own, apart from the API: who reaches the port may read them, so it is bound to loopback
 * unless asked otherwise, and never behind the ingress.
 */
export const serveMetrics = async (
  host: string,
  port: number,
  sources: readonly MetricsSource[],
): Promise<MetricsServer> => {
  // However many ask at once, it is read once.
  let reading: Promise<string> | null = null;
  const read = (): Promise<string> =>
    (reading ??= Promise.all(sources.map((source) => source.text()))
      .then(together)
      .finally(() => (reading = null)));
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 30_000 },
    (request, response) => {
      if (request.url !== '/metrics') return answer(response, 404, '');
      if (request.method !== 'GET') return answer(response, 405, '');
      read().then(
        (text) => answer(response, 200, text),
        () => answer(response, 500, ''),
      );
    },
  );
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(text);
};

/** One text of several: a metric that more than one of them has is described once. */
const together = (texts: readonly string[]): string => {
  if (texts.length === 1) return texts[0] ?? '';
  const metrics = new Map<string, { readonly about: string[]; readonly readings: string[] }>();
  for (const text of texts) {
    let current: { about: string[]; readings: string[] } = { about: [], readings: [] };
    for (const line of text.split('\n')) {
      const [, name] = /^# HELP (\S+)/.exec(line) ?? [];
      if (name !== undefined) {
        const known = metrics.get(name);
        current = known ? { about: [], readings: known.readings } : { about: [], readings: [] };
        if (!known) metrics.set(name, current);
      }
      if (line.startsWith('#')) current.about.push(line);
      else if (line !== '') current.readings.push(line);
    }
  }
  return [...metrics.values()].map(({ about, readings }) => `${[...about, ...readings].join('\n')}\n`).join('\n');
};
