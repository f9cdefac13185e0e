import { AUDIENCE, SERVICE_ISSUER } from '@propledger/contracts';
import { startPostgres, type LocalPostgres } from '@propledger/local-postgres';
import { ensureDatabases, type ServiceDatabases } from '@propledger/suite';
import { SERVICES, type ServiceName } from '@propledger/service-kit';
import { SignJWT } from 'jose';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const APPS: Readonly<Record<ServiceName, string>> = {
  registry: 'property-registry',
  customers: 'customer-service',
  billing: 'billing',
  reports: 'reporting',
  onboarding: 'onboarding',
};
const ROOT = join(__dirname, '../../..');
const secret = (): string => randomBytes(24).toString('hex');

/** Services as production runs them: each a process with a port of its own, all on one embedded PostgreSQL. */
export interface Services {
  readonly postgres: LocalPostgres;
  /** The process id of PostgreSQL's first process. */
  readonly postmaster: number;
  /** `http://127.0.0.1:PORT` of a service. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Of each service's database, as its application. */
  readonly databaseUrls: Readonly<Record<ServiceName, string>>;
  readonly administrator: { readonly operator: string; readonly password: string };
  readonly processes: Readonly<Partial<Record<ServiceName, ChildProcess>>>;
  /** Of each service's database, as the administrator of the server. */
  readonly adminUrls: Readonly<Record<ServiceName, string>>;
  /** Starts one that was left for later, or that was ended. */
  start(name: ServiceName): Promise<void>;
  end(name: ServiceName): Promise<void>;
  /** A token with which one service calls another, valid for an hour. */
  serviceToken(): Promise<string>;
  /** Stops what runs and removes what was kept. */
  stop(): Promise<void>;
}

/**
 * Starts these services on an empty data folder.
 *
 * @param fill puts rows into the databases, whose tables are there, before anybody reads them.
 * @param more environment variables of all of them.
 * @param later services whose tables are made, and which are started by `start`.
 */
export const startServices = async (
  names: readonly ServiceName[],
  fill: (databases: ServiceDatabases) => Promise<void> = () => Promise.resolve(),
  more: NodeJS.ProcessEnv = {},
  later: readonly ServiceName[] = [],
): Promise<Services> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'propledger-bench-'));
  chmodSync(dataDir, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  const postgres = await startPostgres({ dataDir });
  const processes: Partial<Record<ServiceName, ChildProcess>> = {};
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(processes).map(ended));
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const passwords = Object.fromEntries(SERVICES.map((name) => [name, { owner: secret(), app: secret() }]));
    const databases = await ensureDatabases(postgres.adminUrl, passwords as Parameters<typeof ensureDatabases>[1]);
    const ports = await freePorts(SERVICES.length);
    const urls = Object.fromEntries(
      SERVICES.map((name, i) => [name, `http://127.0.0.1:${ports[i] ?? 0}`]),
    ) as Services['urls'];
    const serviceKey = secret();
    const password = secret();
    const env = (name: ServiceName): NodeJS.ProcessEnv => ({
      ...process.env,
      ...Object.fromEntries(SERVICES.map((peer) => [`${peer.toUpperCase()}_URL`, urls[peer]])),
      SERVICE_KEY: serviceKey,
      DATABASE_URL: databases[name].appUrl,
      MIGRATION_DATABASE_URL: databases[name].ownerUrl,
      PROPLEDGER_ADMIN_PASSWORD: password,
      HOST: '127.0.0.1',
      PORT: new URL(urls[name]).port,
      LOG_LEVEL: 'warn',
      DRIFT_PAUSE_SECONDS: '0', // Nothing but what is measured.
      NODE_ENV: 'production',
      ...more,
    });
    await Promise.all([...names, ...later].map((name) => finished(spawned(name, ['migrate'], env(name)))));
    await fill(databases);
    const start = async (name: ServiceName): Promise<void> => {
      processes[name] = spawned(name, [], env(name));
      await listening(name, processes[name]);
    };
    await Promise.all(names.map(start));
    return {
      postgres,
      postmaster: Number.parseInt(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8'), 10),
      urls,
      databaseUrls: Object.fromEntries(
        SERVICES.map((name) => [name, databases[name].appUrl]),
      ) as Services['databaseUrls'],
      administrator: { operator: 'admin', password },
      adminUrls: Object.fromEntries(
        SERVICES.map((name) => [name, postgres.url(new URL(databases[name].appUrl).pathname.slice(1))]),
      ) as Services['adminUrls'],
      start,
      end: async (name) => {
        const child = processes[name];
        if (child) await ended(child);
      },
      processes,
      serviceToken: () =>
        new SignJWT({})
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer(SERVICE_ISSUER)
          .setAudience(AUDIENCE)
          .setSubject('bench')
          .setExpirationTime('1h')
          .sign(new TextEncoder().encode(serviceKey)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

// Flags of Node that the bench is run with (`--cpu-prof`) are the services', too.
const spawned = (name: ServiceName, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess => {
  const main = join(ROOT, 'apps', APPS[name], 'dist/main.js');
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const orphaned = (): void => void child.kill('SIGTERM');
  process.once('exit', orphaned);
  child.once('exit', () => process.off('exit', orphaned));
  return child;
};

const finished = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.resume();
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a migration ended with ${code}`))));
  });

const listening = (name: ServiceName, child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/\/v1\/docs/.test(output)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}:\n${output}`)));
  });

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });

/** All held at once, so that no two are the same. */
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
