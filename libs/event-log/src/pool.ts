import type { Socket } from 'node:net';
import { Pool, type ClientBase, type PoolClient, type PoolConfig } from 'pg';

/*
 * Nobody waits for a peer that is gone without a word: its host lost its power, or a network swallows what is sent.
 *
 * The server notices such a client by TCP's own probes within 11 s, and closes the session with its locks; a transaction whose client does
 * nothing ends sooner or later by a limit of its own. The client notices such a server by probes within 15 s while it waits for nothing.
 * Probes say nothing where an answer is waited for, so there a silence that is longer than any statement may take ends the connection.
 */
const SERVER_PROBES = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3';
/** Behind the first, libuv sends ten, a second apart. */
const FIRST_PROBE_MS = 5_000;
/** What another process waits for is let go by a process that hangs soon enough for others to take over within 10 s. */
export const HUNG_MS = 8_000;
/** On top of what a statement may take. */
const ANSWER_MS = 5_000;

/**
 * Has connections probed, and given up when their server is silent for longer than a statement may take (`statement_timeout`; without it,
 * for as long as it likes).
 */
export const probed = ({ options: settings = '', ...config }: PoolConfig): PoolConfig => ({
  ...config,
  keepAlive: true,
  keepAliveInitialDelayMillis: FIRST_PROBE_MS,
  options: `${SERVER_PROBES} ${settings}`,
  onConnect: giveUpWhenSilent(config.statement_timeout),
});

/** A pool of such connections. Nothing connects until the first query. */
export const poolFrom = (config: PoolConfig): Pool => {
  const pool = new Pool(probed(config));
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // So would one that says why it breaks after it was given back as broken.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

/** @param statementMs what a statement may take; none: it takes as long as it likes. */
const giveUpWhenSilent =
  (statementMs: PoolConfig['statement_timeout']) =>
  (client: ClientBase): void => {
    if (typeof statementMs !== 'number') return;
    const socket = (client as PoolClient).connection.stream as Socket;
    socket.setTimeout(statementMs + ANSWER_MS, () => {
      const { readyForQuery } = client as unknown as { readyForQuery: boolean };
      if (!readyForQuery) socket.destroy();
    });
  };
