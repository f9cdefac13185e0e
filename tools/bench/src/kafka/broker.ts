import { startKafka, type LocalKafka } from '@propledger/local-kafka';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Services } from '../services';

export const REGION = 'bench';

/** A broker of its own, on the same cores as everything else. */
export const startBroker = async (): Promise<{ brokers: string; env: NodeJS.ProcessEnv; stop(): Promise<void> }> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'propledger-bench-kafka-'));
  const broker: LocalKafka = await startKafka({ dataDir, heapMb: 512 });
  return {
    brokers: broker.brokers,
    env: { KAFKA_BROKERS: broker.brokers, KAFKA_PARTITIONS: '12', REGION },
    stop: async () => {
      await broker.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** A connection for asking again and again. */
export const connected = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
};

/** Events in the ledger's books. */
export const eventsIn = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ sum: string }>('select coalesce(sum(position), 0)::text as sum from book_head');
  return Number(rows[0]?.sum);
};

/** Waits until billing has published all of its events; answers the seconds that it took, looked at every 10 ms. */
export const untilPublished = async (services: Services): Promise<number> => {
  const startedAt = performance.now();
  const client = await connected(services.databaseUrls.billing);
  try {
    for (;;) {
      const { rows } = await client.query(
        'select from book_head h left join relay_cursor c using (book) where h.position > coalesce(c.position, 0) limit 1',
      );
      if (rows.length === 0) return (performance.now() - startedAt) / 1000;
      await pause(10);
    }
  } finally {
    await client.end();
  }
};
