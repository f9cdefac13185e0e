import { ApiClient } from '@propledger/cli';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';

const ROOT = join(__dirname, '../../..');
const APPS = {
  registry: 'property-registry',
  customers: 'customer-service',
  billing: 'billing',
  reports: 'reporting',
  onboarding: 'onboarding',
} as const;
export type Name = keyof typeof APPS;
export const NAMES = Object.keys(APPS) as Name[];

/** One process of a service. */
export interface Instance {
  readonly name: Name;
  readonly port: number;
  child: ChildProcess;
}

export interface CellOptions {
  readonly region: string;
  /** Without, the services ask one another. */
  readonly brokers?: string;
  /** How many processes of a service; 1. None: 0. */
  readonly instances?: Partial<Record<Name, number>>;
  /** More environment variables, of one service or all. */
  readonly env?: (name: Name) => NodeJS.ProcessEnv;
  readonly serviceKey?: string;
  /** The PostgreSQL of its databases, as its administrator; that of the run. */
  readonly postgres?: string;
}

/** The services of a region as production runs them: processes on databases of their own, behind one address. */
export class Cell {
  readonly databases = new Map<Name, FreshDatabase>();
  readonly instances: Instance[] = [];
  readonly serviceKey: string;
  administrator = { operator: '', password: '' };
  private readonly ingress: Server;
  private turn = 0;

  private constructor(private readonly options: CellOptions) {
    this.serviceKey = options.serviceKey ?? randomBytes(24).toString('hex');
    this.ingress = createServer((incoming, answer) => {
      const port = this.portOf((incoming.url ?? '').split('/')[1] ?? '');
      const { url: path = '/', method = 'GET', headers } = incoming;
      const onward = request({ host: '127.0.0.1', port, path, method, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.once('error', () => answer.destroy());
        reply.pipe(answer);
      });
      onward.once('error', () => answer.destroy());
      incoming.once('error', () => onward.destroy());
      incoming.pipe(onward);
    });
  }

  static async start(options: CellOptions): Promise<Cell> {
    const cell = new Cell(options);
    await new Promise<void>((resolve) => cell.ingress.listen(0, '127.0.0.1', resolve));
    await Promise.all(NAMES.map(async (name) => cell.databases.set(name, await freshDatabase(name, options.postgres))));
    const counts = NAMES.map((name) => ({ name, count: options.instances?.[name] ?? 1 }));
    await Promise.all(
      counts.map(async ({ name, count }) => {
        if (count === 0) return;
        const migration = cell.spawn(name, 0, ['migrate'], {
          MIGRATION_DATABASE_URL: cell.databases.get(name)?.ownerUrl,
        });
        await output(name, migration, null);
      }),
    );
    await Promise.all(
      counts.flatMap(({ name, count }) => Array.from({ length: count }, () => cell.add(name))),
    );
    return cell;
  }

  /** One address for all services, as in production. */
  get url(): string {
    return `http://127.0.0.1:${(this.ingress.address() as AddressInfo).port}`;
  }

  /** An ordinary client, signed in as the administrator. */
  async client(options: Partial<ConstructorParameters<typeof ApiClient>[0]> = {}): Promise<ApiClient> {
    const client = new ApiClient({ url: this.url, ...options });
    await client.signIn(this.administrator.operator, this.administrator.password);
    return client;
  }

  /** Starts one more process of a service. */
  async add(name: Name): Promise<Instance> {
    const port = await freePort();
    const instance: Instance = { name, port, child: this.spawn(name, port, []) };
    await this.up(instance);
    this.instances.push(instance);
    return instance;
  }

  /** Ends a process without a word, and leaves it dead. */
  async kill(instance: Instance): Promise<void> {
    await ended(instance.child, 'SIGKILL');
  }

  /** Starts a process again that was killed, on the same port. */
  async revive(instance: Instance): Promise<void> {
    instance.child = this.spawn(instance.name, instance.port, []);
    await this.up(instance);
  }

  of(name: Name): Instance[] {
    return this.instances.filter((instance) => instance.name === name);
  }

  /** One statement on a service's database, as its application or as the administrator of the server. */
  async query<Row extends object>(name: Name, sql: string, as: 'app' | 'admin' = 'app'): Promise<Row[]> {
    const database = this.databases.get(name);
    const connection = new Client({ connectionString: as === 'app' ? database?.appUrl : database?.adminUrl });
    await connection.connect();
    try {
      return (await connection.query<Row>(sql)).rows;
    } finally {
      await connection.end();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map(({ child }) => ended(child, 'SIGTERM')));
    this.ingress.closeAllConnections();
    this.ingress.close();
    await Promise.all([...this.databases.values()].map((database) => database.drop()));
  }

  /** In turn, those that live. */
  private portOf(name: string): number {
    const living = this.instances.filter((one) => one.name === name && isLiving(one.child));
    return living[this.turn++ % Math.max(1, living.length)]?.port ?? 1;
  }

  private async up(instance: Instance): Promise<void> {
    const text = await output(instance.name, instance.child, /\/v1\/docs/);
    const [, operator, password] = /administrator: (\S+) \/ (\S+)/.exec(text) ?? [];
    if (operator !== undefined && password !== undefined) this.administrator = { operator, password };
  }

  private spawn(name: Name, port: number, args: readonly string[], more: NodeJS.ProcessEnv = {}): ChildProcess {
    const { region, brokers, env } = this.options;
    return spawn(process.execPath, [join(ROOT, 'apps', APPS[name], 'dist/main.js'), ...args], {
      env: {
        ...process.env,
        ...Object.fromEntries(NAMES.map((peer) => [`${peer.toUpperCase()}_URL`, this.url])),
        SERVICE_KEY: this.serviceKey,
        DATABASE_URL: this.databases.get(name)?.appUrl,
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: process.env['CELL_LOG_LEVEL'] ?? 'fatal',
        REGION: region,
        KAFKA_BROKERS: brokers ?? '',
        KAFKA_PARTITIONS: '4',
        ...env?.(name),
        ...more,
      },
    });
  }
}

const isLiving = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (!isLiving(child)) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await gone;
};

/** What a process says until it has said that, or has ended well. */
const output = (name: Name, child: ChildProcess, until: RegExp | null): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        if (process.env['CELL_LOG_LEVEL']) process.stderr.write(`${name}: ${chunk.toString()}`);
        if (text.length < 100_000) text += chunk.toString();
        if (until?.test(text)) resolve(text);
      });
    child.once('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${name} ended with ${code}:\n${text}`)),
    );
  });

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createSocketServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
