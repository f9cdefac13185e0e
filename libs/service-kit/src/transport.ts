import { topicName, type Topic } from '@propledger/contracts';
import {
  type BookConsumerOptions,
  type EventSource,
  kafkaClient,
  kafkaTransport,
  type Moves,
  Relay,
  type Transact,
} from '@propledger/event-log';
import type { Logger } from 'pino';
import type { ServiceConfig, ServiceName } from './config';

/** How this deployment's services hear of one another's events: over Kafka where there are brokers, else from the owners alone. */
export interface Events {
  /**
   * What a consumer of a topic is made with. The instances of a service share the topic's books.
   *
   * @param regions whose topics it follows, its home first; default: this deployment's.
   */
  following(
    topic: Topic,
    source: EventSource,
    regions?: readonly string[],
  ): Pick<BookConsumerOptions, 'source' | 'transport'>;
  /** What publishes this service's books; null without brokers. It is to be started and stopped. */
  relay(topic: Topic, transact: Transact, moves: Moves): Relay | null;
}

const PARTITIONS = 12;

export const eventsOf = (config: ServiceConfig, service: ServiceName, log: Logger): Events => {
  const { kafkaBrokers, region } = config;
  if (kafkaBrokers === undefined) return { following: (_topic, source) => ({ source }), relay: () => null };
  const { kafkaUsername: username, kafkaPassword: password } = config;
  const kafka = kafkaClient({
    brokers: kafkaBrokers,
    clientId: `propledger-${service}`,
    tls: config.kafkaTls === 'true',
    signIn: username === undefined || password === undefined ? undefined : { username, password },
  });
  return {
    following: (topic, source, regions = [region]) => {
      const topics = regions.map((one) => topicName(one, topic));
      const [home = ''] = topics;
      const groupId = `${region}.${service}.${topic}`;
      return { source, transport: kafkaTransport({ kafka, groupId, topics, home, source, log }) };
    },
    relay: (topic, transact, moves) =>
      new Relay({ topic, region, kafka, transact, moves, log, partitions: config.kafkaPartitions ?? PARTITIONS }),
  };
};
