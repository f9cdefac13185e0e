import { startPostgres, type LocalPostgres } from '@propledger/local-postgres';
import { SERVICES, type ServiceName } from '@propledger/service-kit';
import { ensureDatabases, type ServiceDatabases } from '@propledger/suite';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** An embedded PostgreSQL with the databases of all services, and those services that a row starts, each a process. */
export interface Installation {
  readonly postgres: LocalPostgres;
  readonly databases: ServiceDatabases;
  /** Where each service is, or would be, reached: `http://127.0.0.1:PORT`. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Brings the tables of these services up to date. */
  migrate(services: readonly ServiceName[]): Promise<void>;
  /** Starts these, each after those that it asks. */
  start(services: readonly ServiceName[], env?: Readonly<Record<string, string>>): Promise<void>;
  /** Of a service that runs. */
  pid(service: ServiceName): number;
  /** The first administrator's token; the registry runs. */
  token(): Promise<string>;
  /** Ends these as a signal would. */
  stop(services: readonly ServiceName[]): Promise<void>;
  /** Ends everything, and removes the data. */
  close(): Promise<void>;
}

const FOLDERS: Readonly<Record<ServiceName, string>> = {
  registry: 'property-registry',
  customers: 'customer-service',
  billing: 'billing',
  reports: 'reporting',
  onboarding: 'onboarding',
};
const START_TIMEOUT_MS = 60_000;
const PASSWORD = 'a password of the bench';

/** @param settings of PostgreSQL, beside the suite's own: a durable server on both sides of every ratio. */
export const install = async (settings: Readonly<Record<string, string>> = {}): Promise<Installation> => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-bench-'));
  chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  const postgres = await startPostgres({ dataDir: folder, settings });
  const secret = (): string => randomBytes(24).toString('hex');
  const passwords = Object.fromEntries(SERVICES.map((name) => [name, { owner: secret(), app: secret() }]));
  const databases = await ensureDatabases(postgres.adminUrl, passwords as Parameters<typeof ensureDatabases>[1]);
  const ports = await freePorts(SERVICES.length);
  const urls = Object.fromEntries(
    SERVICES.map((name, nth) => [name, `http://127.0.0.1:${ports[nth] ?? 0}`]),
  ) as Installation['urls'];
  const environment = {
    ...process.env,
    ...Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_URL`, urls[name]])),
    SERVICE_KEY: secret(),
    PROPLEDGER_ADMIN_PASSWORD: PASSWORD,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
  };
  const running = new Map<ServiceName, Running>();

  const run = (name: ServiceName, args: readonly string[], env: Readonly<Record<string, string>>): Running =>
    runNode([join(__dirname, '../../../apps', FOLDERS[name], 'dist/main.js'), ...args], {
      ...environment,
      DATABASE_URL: databases[name].appUrl,
      MIGRATION_DATABASE_URL: databases[name].ownerUrl,
      PORT: new URL(urls[name]).port,
      ...env,
    });
  const stop = async (services: readonly ServiceName[]): Promise<void> => {
    for (const name of services) {
      const service = running.get(name);
      running.delete(name);
      service?.child.kill('SIGTERM');
      await service?.ended;
    }
  };

  return {
    postgres,
    databases,
    urls,
    migrate: async (services) => {
      await Promise.all(
        services.map(async (name) => {
          const { ended, output } = run(name, ['migrate'], {});
          if ((await ended) !== 0) throw new Error(`${name} did not migrate:\n${output()}`);
        }),
      );
    },
    start: async (services, env = {}) => {
      for (const name of services) {
        const service = run(name, [], env);
        running.set(name, service);
        await service.serving;
      }
    },
    pid: (name) => running.get(name)?.child.pid ?? 0,
    token: async () => {
      const answer = await fetch(`${urls.registry}/registry/v1/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ operator: 'admin', password: PASSWORD }),
      });
      return ((await answer.json()) as { accessToken: string }).accessToken;
    },
    stop,
    close: async () => {
      await stop([...running.keys()].reverse());
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

interface Running {
  readonly child: ChildProcess;
  /** Resolves when it says where it is. */
  readonly serving: Promise<void>;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

const runNode = (args: readonly string[], env: NodeJS.ProcessEnv): Running => {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve)).finally(() =>
    process.off('exit', orphaned),
  );
  const serving = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`it did not start:\n${lines.join('\n')}`)), START_TIMEOUT_MS);
    const heard = (line: string): void => {
      lines.push(line);
      if (!/\/docs$/.test(line)) return;
      clearTimeout(late);
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', heard);
    void ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`it ended with ${code}:\n${lines.join('\n')}`));
    });
  });
  serving.catch(() => undefined); // `migrate` never serves.
  return { child, serving, ended, output: () => lines.join('\n') };
};

const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};
