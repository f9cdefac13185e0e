import { startKafka } from '@propledger/local-kafka';
import { kafkaBrokers, ownKafkaIsHere } from '@propledger/testkit';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A broker, and how it is reached. */
export interface Broker {
  readonly brokers: string;
  /** What the services' environment says of it. */
  readonly env: NodeJS.ProcessEnv;
  /** A file of settings for clients of Java; null: they need none. */
  readonly settings: string | null;
  stop(): Promise<void>;
}

/**
 * A broker that talks TLS alone, with those alone who sign in, as one in production does; its certificate is signed by nobody
 * whom Node knows. Where there are no jars: the run's own, which is open.
 */
export const securedBroker = async (): Promise<Broker> => {
  if (!ownKafkaIsHere()) return { brokers: await kafkaBrokers(), env: {}, settings: null, stop: () => Promise.resolve() };
  const folder = mkdtempSync(join(tmpdir(), 'propledger-secured-kafka-'));
  const [keystore, authority, settings] = ['broker.p12', 'authority.pem', 'client.properties'].map((file) =>
    join(folder, file),
  ) as [string, string, string];
  const secret = randomBytes(12).toString('hex');
  const store = ['-alias', 'broker', '-keystore', keystore, '-storetype', 'PKCS12', '-storepass', secret];
  await keytool('-genkeypair', ...store, '-keyalg', 'RSA', '-dname', 'CN=localhost', '-ext', 'san=dns:localhost');
  await keytool('-exportcert', '-rfc', ...store, '-file', authority);
  const [username, password] = ['propledger', randomBytes(12).toString('hex')];
  const signIn = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`;
  const forJava = {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config': signIn,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority,
  };
  writeFileSync(settings, Object.entries(forJava).map(([name, value]) => `${name}=${value}\n`).join(''));
  const broker = await startKafka({
    dataDir: join(folder, 'data'),
    secured: { keystore, keystorePassword: secret, authority, username, password },
  });
  return {
    brokers: broker.brokers,
    env: { KAFKA_TLS: 'true', KAFKA_USERNAME: username, KAFKA_PASSWORD: password, NODE_EXTRA_CA_CERTS: authority },
    settings,
    stop: () => broker.stop().finally(() => rmSync(folder, { recursive: true, force: true })),
  };
};

const keytool = (...args: readonly string[]): Promise<unknown> => promisify(execFile)('keytool', args);
