import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isOnPath } from './jars';

const IMAGE = 'apache/kafka:4.3.0';
const PULL_MS = 300_000;
const READY_MS = 60_000;
const docker = (args: readonly string[], timeout: number): Promise<{ stdout: string }> =>
  promisify(execFile)('docker', args, { timeout });

/** Whether there is a Docker daemon that answers. */
export const hasDocker = async (): Promise<boolean> => {
  if (!isOnPath('docker')) return false;
  return docker(['version', '--format', '{{.Server.Version}}'], 5_000).then(
    () => true,
    () => false,
  );
};

/** A broker in a container, removed when it is stopped. */
export const startContainer = async (): Promise<{ readonly brokers: string; stop(): Promise<void> }> => {
  const port = await freePort();
  const name = `propledger-kafka-${randomUUID()}`;
  const settings = {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_HEAP_OPTS: '-Xmx384m',
  };
  const env = Object.entries(settings).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]);
  await docker(
    ['run', '--rm', '--detach', '--name', name, '--publish', `127.0.0.1:${port}:${port}`, ...env, IMAGE],
    PULL_MS,
  );
  const stop = async (): Promise<void> => {
    await docker(['rm', '--force', name], 30_000).catch(() => undefined);
  };
  for (const until = Date.now() + READY_MS; Date.now() < until; await pause(500)) {
    const { stdout } = await docker(['logs', name], 10_000).catch(() => ({ stdout: '' }));
    if (/Kafka Server started/.test(stdout)) return { brokers: `127.0.0.1:${port}`, stop };
  }
  await stop();
  throw new Error(`${IMAGE} does not start`);
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};
