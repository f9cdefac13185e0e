import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';
import { readHeadersAsTexts } from './headers';
import { lookWhileRequestsWait } from './waiting-requests';

/** How a service reaches its brokers. */
export interface KafkaAccess {
  /** `host:port`, comma-separated. */
  readonly brokers: string;
  /** Shows in the broker's log and quotas. */
  readonly clientId: string;
  /** Encrypted, the broker's certificate checked against the system's authorities (or NODE_EXTRA_CA_CERTS). */
  readonly tls?: boolean;
  /** Signs in by SCRAM-SHA-512. */
  readonly signIn?: { readonly username: string; readonly password: string } | undefined;
}

const CONNECT_MS = 3_000;
export const REQUEST_MS = 6_000;

/**
 * A client that connects to nothing yet. It says nothing in the log: whoever uses it tells what went wrong, once. What it tries
 * again is tried shortly; those who use it go on trying by themselves.
 */
export const kafkaClient = ({ brokers, clientId, tls = false, signIn }: KafkaAccess): Kafka => {
  // Its 143 files are read where there are brokers: every thread and every service without them starts sooner.
  const { Kafka, logLevel } = createRequire(__filename)('kafkajs') as typeof import('kafkajs');
  readHeadersAsTexts();
  lookWhileRequestsWait();
  return new Kafka({
    clientId,
    brokers: brokers.split(',').map((broker) => broker.trim()),
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    logLevel: logLevel.NOTHING,
    logCreator: () => () => undefined,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 2 },
    ...(tls ? { ssl: true } : {}),
    ...(signIn ? { sasl: { mechanism: 'scram-sha-512', ...signIn } } : {}),
  });
};
