import { hasDocker, hasJavaAndMaven, startContainer, startKafka } from '@propledger/local-kafka';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Broker {
  readonly brokers: string;
  stop(): Promise<void>;
}

/** Lends one broker to all workers of a run. It is started when the first of them asks for it. */
export interface KafkaHost {
  /** Where workers ask: answers with the brokers as text. Null: there can be none on this machine. */
  readonly url: string | null;
  end(): Promise<void>;
}

/** KAFKA_BROKERS, else a container, else the jars of Maven. */
export const hostKafka = async (): Promise<KafkaHost> => {
  if (!process.env['KAFKA_BROKERS'] && !hasJavaAndMaven() && !(await hasDocker()))
    return { url: null, end: () => Promise.resolve() };
  let broker: Promise<Broker> | null = null;
  const server = createServer((_request, answer) => {
    // Kept alive, it would be closed here some seconds later, perhaps as the next spec of that worker asks on it.
    answer.setHeader('connection', 'close');
    broker ??= startBroker();
    broker.then(
      ({ brokers }) => answer.end(brokers),
      (error: unknown) => refuse(answer, error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end: async () => {
      server.close();
      await (await broker?.catch(() => null))?.stop();
    },
  };
};

const refuse = (answer: ServerResponse, error: unknown): void => {
  answer.statusCode = 500;
  answer.end(error instanceof Error ? error.message : String(error));
};

const startBroker = async (): Promise<Broker> => {
  const given = process.env['KAFKA_BROKERS'];
  if (given) return { brokers: given, stop: () => Promise.resolve() };
  if (await hasDocker()) {
    try {
      return await startContainer();
    } catch (error) {
      if (!hasJavaAndMaven()) throw error;
      process.stderr.write(
        `\n*** no broker in a container (${String(error).slice(0, 300)}): from Maven's jars instead ***\n\n`,
      );
    }
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'propledger-test-kafka-'));
  const broker = await startKafka({ dataDir });
  return {
    brokers: broker.brokers,
    stop: () => broker.stop().finally(() => rmSync(dataDir, { recursive: true, force: true })),
  };
};
