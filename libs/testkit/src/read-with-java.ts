import { kafkaClasspath } from '@propledger/local-kafka';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A message as Kafka's own console consumer prints it. */
export interface PrintedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string;
  readonly value: string;
}

/**
 * Reads the first messages of a topic with Kafka's own console consumer, a client that is not ours.
 *
 * @param settings a file of the client's settings: how it signs in.
 */
export const readWithJava = async (
  { brokers, settings }: { readonly brokers: string; readonly settings: string | null },
  topic: string,
  count: number,
): Promise<PrintedMessage[]> => {
  const print = ['headers', 'key', 'value'].flatMap((what) => ['--property', `print.${what}=true`]);
  const { stdout } = await promisify(execFile)(
    'java',
    [
      ...['-Xmx256m', '-cp', await kafkaClasspath(), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
      ...['--bootstrap-server', brokers, '--topic', topic, '--from-beginning'],
      ...(settings === null ? [] : ['--consumer.config', settings]),
      ...['--max-messages', String(count), '--timeout-ms', '30000', ...print],
    ],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('Option --')) // Words of newer versions about options that older ones know, too.
    .map((line) => {
      const [headers = '', key = '', value = ''] = line.split('\t');
      const pairs = headers.split(/,(?=ce_|content-type)/).map((header) => {
        const colon = header.indexOf(':');
        return [header.slice(0, colon), header.slice(colon + 1)];
      });
      return { headers: Object.fromEntries(pairs) as Record<string, string>, key, value };
    });
};
