import { migrate, ServiceConfig, startService, type RunningService } from '@propledger/service-kit';
import { plainToInstance } from 'class-transformer';
import { reporting } from '../reporting';
import { type Peers, startPeers } from './peers';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Reporting on a database of its own, on a port of its own, beside neighbours that the spec speaks for. */
export interface RunningReporting {
  readonly peers: Peers;
  readonly service: RunningService;
  readonly baseUrl: string;
  get(token: string, path: string, headers?: Record<string, string>): Promise<Answered>;
  post(token: string, path: string, body: object, key: string): Promise<Answered>;
  close(): Promise<void>;
}

export const SERVICE_KEY = 'a service key of the spec, long enough';

/** @param settings what the spec configures otherwise; of `peers`, only those that it names. @param given neighbours that stay when it is closed. */
export const startReporting = async (
  { ownerUrl, appUrl }: { ownerUrl: string; appUrl: string },
  settings: Partial<ServiceConfig> = {},
  given: Peers | null = null,
): Promise<RunningReporting> => {
  const peers = given ?? (await startPeers());
  const config = plainToInstance(
    ServiceConfig,
    {
      databaseUrl: appUrl,
      serviceKey: SERVICE_KEY,
      logLevel: process.env['SPEC_LOG'] ?? 'silent',
      poolSize: 6,
      driftPauseSeconds: 0,
      ...settings,
      peers: { registry: peers.url, customers: '', billing: peers.url, reports: '', onboarding: '', ...settings.peers },
    },
    { exposeDefaultValues: true },
  );
  await migrate(ownerUrl, reporting.migrations);
  const service = await startService(reporting, config);
  const baseUrl = `${await service.listen('127.0.0.1', 0)}/reports/v1`;
  const ask = async (path: string, request: RequestInit): Promise<Answered> => {
    const answer = await fetch(baseUrl + path, request);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const text = bytes.toString('utf8');
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      bytes,
      text,
      json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
  return {
    peers,
    service,
    baseUrl,
    get: (token, path, headers = {}) => ask(path, { headers: { authorization: `Bearer ${token}`, ...headers } }),
    post: (token, path, body, key) =>
      ask(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    close: async () => {
      await service.close();
      if (given === null) await peers.close();
    },
  };
};
