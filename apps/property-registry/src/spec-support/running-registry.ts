import { randomUUID } from 'node:crypto';
import { migrate, ServiceConfig, serviceTokens, startService, type RunningService } from '@propledger/service-kit';
import { plainToInstance } from 'class-transformer';
import { ensureFirstAdministrator, registry } from '../index';

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

/** The registry on a database of its own, listening on a port of its own, with its first administrator. */
export interface RunningRegistry {
  readonly config: ServiceConfig;
  readonly service: RunningService;
  readonly baseUrl: string;
  /** As nobody, as the first administrator, as another service. */
  readonly nobody: Call;
  readonly admin: Call;
  readonly peer: Call;
  /** As a new operator with these grants. */
  operator(...grants: readonly { role: string; scope: object }[]): Promise<Call & { readonly operator: string }>;
  signedIn(operator: string, password: string): Promise<Call>;
  close(): Promise<void>;
}

export const ADMIN_PASSWORD = 'correct horse battery';

export const startRegistry = async (database: { ownerUrl: string; appUrl: string }): Promise<RunningRegistry> => {
  const config = plainToInstance(
    ServiceConfig,
    {
      databaseUrl: database.appUrl,
      peers: { registry: 'http://127.0.0.1:1', customers: '', billing: '', reports: '', onboarding: '' },
      serviceKey: 'a service key of the spec, long enough',
      logLevel: process.env['SPEC_LOG'] ?? 'silent',
    },
    { exposeDefaultValues: true },
  );
  await migrate(database.ownerUrl, registry.migrations);
  await ensureFirstAdministrator(config, ADMIN_PASSWORD);
  const service = await startService(registry, config);
  const baseUrl = `${await service.listen('127.0.0.1', 0)}/registry/v1`;
  const nobody = callsAs(baseUrl, null);
  const signedIn = async (operator: string, password: string): Promise<Call> => {
    const answer = await nobody('POST', '/tokens', { operator, password });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
    return callsAs(baseUrl, String(answer.body['accessToken']));
  };
  const admin = await signedIn('admin', ADMIN_PASSWORD);
  return {
    config,
    service,
    baseUrl,
    nobody,
    admin,
    peer: callsAs(baseUrl, await serviceTokens(config, 'onboarding')()),
    signedIn,
    operator: async (...grants) => {
      const operator = `op-${randomUUID().slice(0, 8)}`;
      await admin('POST', '/operators', { operator, password: 'a long password' });
      for (const grant of grants) await admin('POST', `/operators/${operator}/grants`, grant);
      return Object.assign(await signedIn(operator, 'a long password'), { operator });
    },
    close: () => service.close(),
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

export const YT01 = { project: 'YT01', name: '阳光上城', region: '山东', company: '烟台公司', firstPeriod: '2026-03' };
export const YT02 = { project: 'YT02', name: '上尧花园', region: '广西', company: '南宁公司', firstPeriod: '2026-03' };
export const ROOM = {
  resource: 'YT01-01-1-0101',
  kind: 'room',
  name: '1号楼1单元0101',
  nature: '多层',
  building: '01',
  entrance: '1',
  floor: '1',
  room: '0101',
  grossArea: '106.40',
  insideArea: '87.25',
  handedOverOn: '2024-01-19',
};
