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

/** Messages that topics have had since they were made, those too that are not kept any more. */
export interface Had {
  readonly events: number;
  readonly heads: number;
}

/** Makes a region's topics of one service where they are missing, and says what they have had. */
export const ensureTopics = async (
  kafka: Kafka,
  region: string,
  topic: Topic,
  { partitions }: TopicSettings,
): Promise<Had> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const make = async (
      name: string,
      numPartitions: number,
      settings: Record<string, string | number>,
    ): Promise<number> => {
      if (!there.has(name))
        await admin.createTopics({
          waitForLeaders: true,
          topics: [{ topic: name, numPartitions, replicationFactor: REPLICATION, configEntries: entries(settings) }],
        });
      const ends = await admin.fetchTopicOffsets(name);
      return ends.reduce((sum, { high }) => sum + Number(high), 0);
    };
    const heads = await make(headsTopicName(region, topic), 1, { 'cleanup.policy': 'compact' });
    const events = await make(topicName(region, topic), partitions, {
      'retention.ms': RETENTION_MS,
      'max.message.bytes': MAX_MESSAGE_BYTES,
    });
    return { events, heads };
  } finally {
    await admin.disconnect();
  }
};
