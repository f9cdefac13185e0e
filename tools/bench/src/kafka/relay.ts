import { envelopeOf } from '@propledger/contracts';
import { kafkaClient, readStoredEvents } from '@propledger/event-log';
import type { Message } from 'kafkajs';
import { bringIn } from '../receipts/book-set';
import type { Book } from '../receipts/receipt-maker';
import type { Row } from '../row';
import { startServices } from '../services';
import { connected, eventsIn, REGION, startBroker, untilPublished } from './broker';

const BOOKS = Array.from({ length: 8 }, (_, i): Book => ({
  project: `YT${String(i + 1).padStart(2, '0')}`,
  customers: 800,
}));
const MESSAGES_A_REQUEST = 600;

/**
 * The relay of a billing service that has nothing else to do publishes all of its books again: reads them, sends them, waits for the
 * broker's acknowledgement, and remembers it. Broker, PostgreSQL and relay share the cores.
 *
 * The limit is a kafkajs producer that has the same messages in memory and sends them to another topic, as many a request.
 */
export const relay: Row<'relay'> = {
  name: 'relay',
  rounds: 3,
  figures: { relay: { work: 'relay, events published', unit: '/s', target: { ratioAtLeast: 0.7 } } },
  prepare: async (say) => {
    const broker = await startBroker();
    const services = await startServices(['registry', 'customers', 'billing'], undefined, broker.env);
    await bringIn(services, BOOKS);
    await untilPublished(services);
    const client = await connected(services.databaseUrls.billing);
    const total = await eventsIn(client);
    const rows = async <R>(sql: string, params: readonly unknown[] = []): Promise<R[]> =>
      (await client.query(sql, [...params])).rows as R[];
    const messages: Message[] = [];
    for (const { project } of BOOKS)
      for (const { bodyText, ...event } of await readStoredEvents({ rows }, project, 0, 1_000_000))
        messages.push({ key: project, value: bodyText, headers: envelopeOf(REGION, 'ledger', event) });
    say(`relay: ${total} events are in`);

    const kafka = kafkaClient({ brokers: broker.brokers, clientId: 'bench' });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'bare', numPartitions: 12 }] });
    await admin.disconnect();
    const producer = kafka.producer({ maxInFlightRequests: 1 });
    await producer.connect();
    const bare = async (): Promise<number> => {
      const startedAt = performance.now();
      for (let at = 0; at < messages.length; at += MESSAGES_A_REQUEST)
        await producer.send({ topic: 'bare', acks: -1, messages: messages.slice(at, at + MESSAGES_A_REQUEST) });
      return messages.length / ((performance.now() - startedAt) / 1000);
    };
    return {
      round: async () => {
        const limit = await bare();
        const answer = await fetch(`${services.urls.billing}/billing/v1/relay/refill`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await services.serviceToken()}`,
            'content-type': 'application/json',
            'idempotency-key': 'bench',
          },
          body: '{}',
        });
        if (!answer.ok) throw new Error(`refill answered ${answer.status}: ${await answer.text()}`);
        return { relay: { value: total / (await untilPublished(services)), limit } };
      },
      close: async () => {
        await producer.disconnect();
        await client.end();
        await services.stop();
        await broker.stop();
      },
    };
  },
};
