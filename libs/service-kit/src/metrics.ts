import type { AppendedBatch, BookConsumer, Relay } from '@propledger/event-log';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What gauges may be told apart by: few values each, known beforehand. */
const GAUGE_LABELS = ['topic', 'state', 'pool', 'reason'] as const;

/** A reading of a gauge: its value, and the labels that tell it from the others. */
export interface Reading {
  readonly labels?: Readonly<Partial<Record<(typeof GAUGE_LABELS)[number], string>>>;
  readonly value: number;
}

/** How many connections a pool has, and who waits for one: a Pool, or what a thread says of its own. */
export type PoolCounts = Readonly<Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];
/** A scrape does not wait longer for what has to be asked of a database. */
const READ_LIMIT_MS = 2_000;

/**
 * A service's metrics. Labels have few values, known beforehand: routes, statuses, topics, states. No book, project,
 * customer, operator or any other id of what is in the books is a label.
 */
export class ServiceMetrics {
  private readonly registry = new Registry();
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  private readonly unread: Counter<'metric'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    this.requests = new Histogram({
      name: 'propledger_http_request_seconds',
      help: 'Time to answer a request, by the route as the document has it and the status.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers: [this.registry],
    });
    this.unread = this.counter('propledger_metric_unread_total', 'Metrics that could not be read for a scrape.', [
      'metric',
    ]);
  }

  /** @param route its template; undefined: there is no such route. */
  answered(method: string, route: string | undefined, status: number, seconds: number): void {
    this.requests.observe({ method: route === undefined ? '' : method, route: route ?? '', status }, seconds);
  }

  /** What its appends cost: one observation of each figure a transaction, however many commands it carries. */
  watchAppends(writer: { onAppended(listener: (batch: AppendedBatch) => void): void }): void {
    const took = this.histogram('propledger_append_seconds', 'Time of an append’s transaction.', SECONDS);
    const waited = this.histogram(
      'propledger_append_wait_seconds',
      'How long the command that waited longest had waited when its append began.',
      SECONDS,
    );
    const commands = this.histogram('propledger_append_commands', 'Commands that went into one append.', BATCH_SIZES);
    const failed = this.counter(
      'propledger_append_failures_total',
      'Appends that the database or a handler refused.',
      [],
    );
    writer.onAppended((batch) => {
      if (!batch.committed) return failed.inc();
      took.observe(batch.tookMs / 1000);
      waited.observe(batch.waitedMs / 1000);
      commands.observe(batch.commands);
    });
  }

  /** How far projections are behind. */
  watchConsumers(consumers: readonly BookConsumer[]): void {
    const each = (read: (status: ReturnType<BookConsumer['status']>) => number) => (): Reading[] =>
      consumers.map((consumer) => {
        const status = consumer.status();
        return { labels: { topic: status.topic }, value: read(status) };
      });
    this.gauge(
      'propledger_consumer_lag_events',
      'Events known to be there and not applied yet.',
      each(({ lag }) => lag),
    );
    this.gauge(
      'propledger_consumer_lag_seconds',
      'How long the book that is furthest behind has been behind.',
      each(({ lagSeconds }) => lagSeconds),
    );
    this.gauge(
      'propledger_consumer_parked_books',
      'Books that stand still before an event that cannot be applied.',
      each(({ parked }) => parked.length),
    );
    this.gauge(
      'propledger_consumer_reachable',
      '1: the events could be read last time; 0: they could not.',
      each(({ trouble }) => (trouble === null ? 1 : 0)),
    );
  }

  /** How far publishing is behind the books. Nothing without brokers. */
  watchRelay(relay: Relay | null): void {
    if (relay === null) return;
    const one = (read: (status: ReturnType<Relay['status']>) => number) => (): Reading[] => {
      const status = relay.status();
      return [{ labels: { topic: status.topic }, value: read(status) }];
    };
    this.gauge(
      'propledger_relay_lag_events',
      'Events in the books that were not published when the relay looked last.',
      one(({ lag }) => lag),
    );
    this.gauge(
      'propledger_relay_published_events',
      'Events that this process has published since it started.',
      one(({ published }) => published),
    );
    this.gauge(
      'propledger_relay_reachable',
      '1: events could be published last time; 0: they could not.',
      one(({ trouble }) => (trouble === null ? 1 : 0)),
    );
  }

  /** The connections of a pool. */
  watchPools(pools: Readonly<Record<string, PoolCounts>>): void {
    this.gauge('propledger_database_connections', 'Connections, and who waits for one.', () =>
      Object.entries(pools).flatMap(([pool, { totalCount, idleCount, waitingCount }]) => [
        { labels: { pool, state: 'busy' }, value: totalCount - idleCount },
        { labels: { pool, state: 'idle' }, value: idleCount },
        { labels: { pool, state: 'waited-for' }, value: waitingCount },
      ]),
    );
  }

  /**
   * A figure that is read when it is asked for. Where that fails, or takes too long, it is left out of the answer, and the
   * others are given.
   */
  gauge(name: string, help: string, read: () => readonly Reading[] | Promise<readonly Reading[]>): void {
    const { unread } = this;
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...GAUGE_LABELS],
      registers: [this.registry],
      collect: async () => {
        // What is not read is not there, rather than as it was.
        gauge.reset();
        try {
          for (const { labels = {}, value } of await within(READ_LIMIT_MS, read())) gauge.set(labels, value);
        } catch {
          unread.inc({ metric: name });
        }
      },
    });
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  histogram(name: string, help: string, buckets: readonly number[]): Histogram {
    return new Histogram({ name, help, buckets: [...buckets], registers: [this.registry] });
  }

  /** What Node says of the process: memory, event loop, garbage. Once a process. */
  watchProcess(): void {
    // How late the event loop is, is looked at so often: ten times as often is half a per cent of a core.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 100 });
  }

  /** All of them, in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

/** @throws Error when the work takes longer; it goes on, and what it comes to is not heard. */
export const within = async <T>(limitMs: number, work: T | Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it takes too long')), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
