import { randomUUID } from 'node:crypto';
import { migrate, ServiceConfig, serviceTokens, startService, type RunningService } from '@propledger/service-kit';
import { plainToInstance } from 'class-transformer';
import { customers } from '../index';
import { RegistryStandIn } from './registry-stand-in';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Specs look into answers of every shape.
  readonly body: Record<string, unknown>;
}
export interface CallOptions {
  readonly key?: string | null;
}
export type Call = (method: 'GET' | 'POST', path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;

/** Customer-service on a database of its own, listening on a port of its own, beside a stand-in for the registry. */
export interface RunningCustomers {
  readonly registry: RegistryStandIn;
  readonly service: RunningService;
  readonly nobody: Call;
  /** As an administrator and finance of the whole group, and as another service. */
  readonly admin: Call;
  readonly peer: Call;
  operator(...grants: readonly { role: string; scope: object }[]): Promise<Call>;
  close(): Promise<void>;
}

export const startCustomers = async (database: { ownerUrl: string; appUrl: string }): Promise<RunningCustomers> => {
  const registry = new RegistryStandIn();
  await registry.start();
  const config = plainToInstance(
    ServiceConfig,
    {
      databaseUrl: database.appUrl,
      peers: { registry: registry.url, customers: '', billing: '', reports: '', onboarding: '' },
      serviceKey: 'a service key of the spec, long enough',
      logLevel: process.env['SPEC_LOG'] ?? 'silent',
    },
    { exposeDefaultValues: true },
  );
  await migrate(database.ownerUrl, customers.migrations);
  const service = await startService(customers, config);
  const baseUrl = `${await service.listen('127.0.0.1', 0)}/customers/v1`;
  const group = { group: true };
  const operator: RunningCustomers['operator'] = async (...grants) =>
    callsAs(baseUrl, await registry.signIn(`op-${randomUUID().slice(0, 8)}`, ...grants));
  const admin = await registry.signIn(
    'admin',
    { role: 'administrator', scope: group },
    { role: 'group-finance', scope: group },
  );
  return {
    registry,
    service,
    nobody: callsAs(baseUrl, null),
    admin: callsAs(baseUrl, admin),
    peer: callsAs(baseUrl, await serviceTokens(config, 'onboarding')()),
    operator,
    close: async () => {
      await service.close();
      await registry.stop();
    },
  };
};

export const callsAs =
  (baseUrl: string, token: string | null): Call =>
  async (method, path, body, { key = randomUUID() } = {}) => {
    const answer = await fetch(baseUrl + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === null || method === 'GET' ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
