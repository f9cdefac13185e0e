import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { kafkaClasspath } from './jars';

export interface StartKafka {
  /** Made when missing; a folder that was used before is gone on with, on the same port. */
  readonly dataDir: string;
  /** Of the broker; default: any that is free. */
  readonly port?: number;
  /** Megabytes of heap; 384. */
  readonly heapMb?: number;
  /** Encrypted, and for those alone who sign in; default: neither. */
  readonly secured?: Secured;
}

/** What a broker needs that talks TLS and asks who is there (SCRAM-SHA-512). */
export interface Secured {
  /** PKCS #12, with the key and certificate of `localhost`. */
  readonly keystore: string;
  readonly keystorePassword: string;
  /** The certificate, in PEM: the broker is its own client, too. */
  readonly authority: string;
  readonly username: string;
  readonly password: string;
}

/** A single Kafka broker, its own controller, on this machine alone: for specs and developers. */
export interface LocalKafka {
  /** As clients want it: `127.0.0.1:PORT`; a secured one `localhost:PORT`, as its certificate says. */
  readonly brokers: string;
  readonly pid: number;
  /** Ends it in good order; afterwards no process is left. May be called twice. */
  stop(): Promise<void>;
  /** Ends it as a power cut does to a process: nothing is finished or told. */
  kill(): Promise<void>;
}

const READY_MS = 60_000;
const STOP_MS = 15_000;

/**
 * Starts a broker from the jars of Maven. It ends with this process, however that ends.
 *
 * @throws Error with the broker's last words when it does not come up.
 */
export const startKafka = async ({ dataDir, port, heapMb = 384, secured }: StartKafka): Promise<LocalKafka> => {
  const classpath = await kafkaClasspath();
  mkdirSync(dataDir, { recursive: true });
  const properties = join(dataDir, 'server.properties');
  if (!existsSync(properties)) {
    const [free = 0, controller = 0] = await freePorts(2);
    const all = {
      ...propertiesOf(dataDir, port ?? free, controller),
      ...(secured ? secretly(port ?? free, controller, secured) : {}),
    };
    writeFileSync(properties, written(all), { mode: 0o600 });
    await promisify(execFile)('java', [
      ...['-Xmx128m', ...QUICK, '-cp', classpath, 'kafka.tools.StorageTool'],
      ...['format', `--cluster-id=${uuid()}`, '-c', properties],
      ...(secured ? ['--add-scram', `SCRAM-SHA-512=[name=${secured.username},password=${secured.password}]`] : []),
    ]);
  }
  const own = Number(/^listeners=\w+:\/\/[\w.]+:(\d+)/m.exec(readFileSync(properties, 'utf8'))?.[1]);
  const logFile = join(dataDir, 'broker.log');
  const log = openSync(logFile, 'a');
  const child = spawn('java', [`-Xms64m`, `-Xmx${heapMb}m`, ...QUICK, '-cp', classpath, 'kafka.Kafka', properties], {
    stdio: ['ignore', log, log],
    detached: true, // A Ctrl-C is for us; we stop it then.
  });
  closeSync(log);
  const watchdog = watchOver(child);
  try {
    await ready(child, own, logFile);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await ended(child, signal);
    watchdog.end();
  };
  return {
    brokers: `${secured ? 'localhost' : '127.0.0.1'}:${own}`,
    pid: child.pid ?? 0,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
};

// It lives for minutes and has a core to itself at best: the second compiler and parallel collectors cost more than they bring.
const QUICK = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

type Properties = Readonly<Record<string, string | number | boolean>>;

const propertiesOf = (dataDir: string, port: number, controller: number): Properties => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controller}`,
  listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'log.dirs': join(dataDir, 'log'),
  'auto.create.topics.enable': false,
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'group.initial.rebalance.delay.ms': 0,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'background.threads': 2,
  // The cleaner's buffers would be a third of the heap.
  'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
});

const secretly = (
  port: number,
  controller: number,
  { keystore, keystorePassword, authority }: Secured,
): Properties => ({
  listeners: `SASL_SSL://localhost:${port},CONTROLLER://127.0.0.1:${controller}`,
  'advertised.listeners': `SASL_SSL://localhost:${port}`,
  'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name': 'SASL_SSL',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
  'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': keystore,
  'ssl.keystore.password': keystorePassword,
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': authority,
});

const written = (properties: Properties): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** As Kafka writes its ids: 16 bytes in base64url. One in 64 begins with a hyphen, like an option. */
const uuid = (): string => Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');

const ready = async (child: ChildProcess, port: number, logFile: string): Promise<void> => {
  for (const until = Date.now() + READY_MS; Date.now() < until; await pause(100)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    if (await isOpen(port)) return;
  }
  throw new Error(`Kafka does not start:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
};

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill(signal);
  await gone;
  clearTimeout(late);
};

/** Kills the broker when this process ends in whatever way, a kill -9 too. */
const watchOver = (child: ChildProcess): { end(): void } => {
  // The read ends when the other end of the pipe, which only this process holds, is closed.
  const script = 'read -r done || kill -KILL "$1"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'sh', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return { end: () => watchdog.stdin.end('done\n') };
};

/** All held at once, so that no two are the same. */
const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};
