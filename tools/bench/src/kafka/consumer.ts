import { kafkaClient } from '@propledger/event-log';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { CpuTimes } from '../cpu-times';
import type { Row } from '../row';
import { connected, REGION } from './broker';
import { kafkaBooks } from './kafka-books';

/** Looking takes from the same cores. */
const LOOK_MS = 20;

/**
 * Reporting starts with nothing and projects the ledger's topic for real, from the first batch that is applied to the last.
 *
 * The limit is COPY of the rows that it wrote into tables with the same columns, checks and indexes, in one durable transaction.
 */
export const consumer: Row<'consumer'> = {
  name: 'consumer',
  rounds: 3,
  figures: { consumer: { work: 'reporting over Kafka, events projected', unit: '/s', target: { ratioAtLeast: 0.5 } } },
  shares: kafkaBooks,
  prepare: async (say) => {
    const { services, brokers, events } = await kafkaBooks.get((line) => say(`consumer: ${line}`));
    const total = await events();
    const reports = await connected(services.adminUrls.reports);
    const { rows } = await reports.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('migrations', 'cut') order by 1`,
    );
    const tables = rows.map(({ name }) => name);
    const admin = kafkaClient({ brokers, clientId: 'bench' }).admin();
    await admin.connect();

    const forget = async (): Promise<void> => {
      await services.end('reports');
      await reports.query(`truncate ${tables.map((name) => `"${name}"`).join(', ')}`);
      for (const topic of ['ledger', 'registry'])
        await admin.deleteGroups([`${REGION}.reports.${topic}`]).catch(() => undefined); // There may be none yet.
    };
    const project = async (): Promise<number> => {
      await services.start('reports');
      let first: { events: number; at: number } | null = null;
      for (;;) {
        const events = await applied(reports);
        first ??= events > 0 ? { events, at: performance.now() } : null;
        if (first && events === total) return (total - first.events) / ((performance.now() - first.at) / 1000);
        await pause(LOOK_MS);
      }
    };
    return {
      round: async (nth) => {
        await forget();
        const cpu = new CpuTimes(services);
        const value = await project();
        say(`consumer: round ${nth}: CPU ms an event: ${cpu.since(total)}`);
        await services.end('reports');
        return { consumer: { value, limit: total / (await copied(reports, tables)) } };
      },
      close: async () => {
        await admin.disconnect();
        await reports.end();
      },
    };
  },
};

const applied = async (reports: Client): Promise<number> => {
  const { rows } = await reports.query<{ sum: string }>(
    `select coalesce(sum(position), 0)::text as sum from cursor where topic = 'ledger'`,
  );
  return Number(rows[0]?.sum);
};

/** Seconds that it takes to copy what is in these tables. */
const copied = async (client: Client, tables: readonly string[]): Promise<number> => {
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  const file = (table: string): string => `${rows[0]?.data_directory ?? ''}/copied-${table}`;
  await client.query('create schema copied');
  try {
    for (const table of tables) {
      await client.query(`create table copied."${table}" (like public."${table}" including all)`);
      await client.query(`copy (select ${await columnsOf(client, table)} from public."${table}") to '${file(table)}'`);
    }
    await client.query('checkpoint');
    const lists = new Map<string, string>();
    for (const table of tables) lists.set(table, await columnsOf(client, table));
    const startedAt = performance.now();
    await client.query('begin');
    for (const table of tables)
      await client.query(`copy copied."${table}" (${lists.get(table) ?? ''}) from '${file(table)}'`);
    await client.query('commit');
    return (performance.now() - startedAt) / 1000;
  } finally {
    await client.query('drop schema copied cascade');
  }
};

/** Those that are not computed. */
const columnsOf = async (client: Client, table: string): Promise<string> => {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns from information_schema.columns
      where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO'`,
    [table],
  );
  return rows[0]?.columns ?? '';
};
