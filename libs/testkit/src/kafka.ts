import { hasJavaAndMaven } from '@propledger/local-kafka';

const FROM_RUN = 'PROPLEDGER_TEST_KAFKA';

/**
 * Whether specs can have a broker: `(kafkaIsHere() ? describe : describe.skip)(…)`. Where not, it is said aloud.
 *
 * @throws Error in CI, where there must be one.
 */
export const kafkaIsHere = (): boolean =>
  isHere(Boolean(process.env[FROM_RUN]), 'give KAFKA_BROKERS, or install Docker, or Java 17 and Maven');

/** Whether specs can start and kill brokers of their own, which takes the jars. */
export const ownKafkaIsHere = (): boolean => isHere(hasJavaAndMaven(), 'install Java 17 and Maven');

const isHere = (here: boolean, what: string): boolean => {
  if (here) return true;
  if (process.env['CI'] === 'true') throw new Error(`there is no Kafka: ${what}`);
  process.stderr.write(`\n*** there is no Kafka (${what}): the Kafka transport is NOT TESTED ***\n\n`);
  return false;
};

/** The run's broker, started for the first spec that asks. Topics are shared: name a region of your own. */
export const kafkaBrokers = async (): Promise<string> => {
  const url = process.env[FROM_RUN];
  if (!url) throw new Error(`${FROM_RUN} is not set: run through jest, and ask kafkaIsHere first`);
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
};
