import { headsTopicName, topicName, type Topic } from '@propledger/contracts';
import type { Kafka } from 'kafkajs';

export interface TopicSettings {
  /** Instances of a consumer that can share a topic, at most. Only a topic that is made now gets them. */
  readonly partitions: number;
}

// Far above any event: a request has a megabyte at most.
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const RETENTION_MS = 14 * 86_400_000;
// Copied to as many brokers as the cluster's default says.
const REPLICATION = -1;

const entries = (settings: Readonly<Record<string, string | number>>): { name: string; value: string }[] =>
  Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }));

/**
 * Makes a region's topics of one service where they are missing.
 *
 * @returns whether the topic of events was made: nothing that was published before is on it.
 */
export const ensureTopics = async (
  kafka: Kafka,
  region: string,
  topic: Topic,
  { partitions }: TopicSettings,
): Promise<boolean> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const make = async (
      name: string,
      numPartitions: number,
      settings: Record<string, string | number>,
    ): Promise<boolean> =>
      !there.has(name) &&
      (await admin.createTopics({
        waitForLeaders: true,
        topics: [{ topic: name, numPartitions, replicationFactor: REPLICATION, configEntries: entries(settings) }],
      }));
    await make(headsTopicName(region, topic), 1, { 'cleanup.policy': 'compact' });
    return await make(topicName(region, topic), partitions, {
      'retention.ms': RETENTION_MS,
      'max.message.bytes': MAX_MESSAGE_BYTES,
    });
  } finally {
    await admin.disconnect();
  }
};
