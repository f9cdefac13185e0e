import { envelopeOf } from '@propledger/contracts';
import { kafkaClient, readStoredEvents } from '@propledger/event-log';
import type { Message } from 'kafkajs';
import type { Row } from '../row';
import { REGION, untilPublished } from './broker';
import { projectCodes } from '../workload/group';
import { kafkaBooks, SCALE } from './kafka-books';

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
  shares: kafkaBooks,
  prepare: async (say) => {
    const { services, brokers, ledger, events } = await kafkaBooks.get((line) => say(`relay: ${line}`));
    const total = await events();
    const rows = async <R>(sql: string, params: readonly unknown[] = []): Promise<R[]> =>
      (await ledger.query(sql, [...params])).rows as R[];
    const messages: Message[] = [];
    for (const project of projectCodes(SCALE))
      for (const { bodyText, ...event } of await readStoredEvents({ rows }, project, 0, 1_000_000))
        messages.push({ key: project, value: bodyText, headers: envelopeOf(REGION, 'ledger', event) });

    const kafka = kafkaClient({ brokers, clientId: 'bench' });
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
      close: () => producer.disconnect(),
    };
  },
};
