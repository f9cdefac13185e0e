import type { MetricsServer, RunningService } from '@propledger/service-kit';
import { PostgresInUse, startPostgres, type LocalPostgres } from '@propledger/local-postgres';
import type { FrontDoor } from './front-door';
import type { KeptState } from './kept-state';
import type { Hold } from './server-hold';
import type { SuiteOptions } from './options';
import { CannotStart } from './stop-reason';

/** All services behind one door. */
export interface Suite {
  readonly url: string;
  readonly state: KeptState;
  /** Answers what came in, closes the services, stops PostgreSQL. May be called twice. */
  stop(): Promise<void>;
  /** Stops PostgreSQL at once; what was acknowledged is safe. */
  abandon(): Promise<void>;
}

const DRAIN_LIMIT_MS = 10_000;

/** Starts everything that is not there yet and goes on with what is. */
export const startSuite = async (options: SuiteOptions, say: (line: string) => void): Promise<Suite> => {
  let door: FrontDoor | undefined;
  let starting: Promise<LocalPostgres> | undefined;
  let postgres: LocalPostgres | undefined;
  let hold: Hold | undefined;
  let services: RunningService[] = [];
  let metrics: MetricsServer | undefined;

  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await door?.drain(DRAIN_LIMIT_MS);
    const { closeServices } = await import('./running-services.js');
    await closeServices(services);
    door?.close();
    await metrics?.close();
    await hold?.release();
    await (postgres ?? (await starting?.catch(() => undefined)))?.stop();
  };
  const suiteOf = (url: string, state: KeptState): Suite => ({
    url,
    state,
    stop: () => (stopping ??= stopAll()),
    abandon: async () => postgres?.stop(),
  });

  try {
    starting = options.databaseUrl === null ? embedded(options.dataDir, say) : undefined;
    starting?.catch(() => undefined); // It is awaited below; until then nobody must call it unhandled.
    // All other code loads while PostgreSQL starts: it takes about as long.
    const [{ FrontDoor }, { keptState }, { ensureDatabases }, { holdServer }, { startServices }] = await loadServices();
    door = new FrontDoor();
    const [url, innerUrl] = [await door.listen(options.host, options.port), await door.listenInside()];
    postgres = await starting;
    const adminUrl = postgres?.adminUrl ?? options.databaseUrl ?? '';
    const state = keptState(options.dataDir, options);
    const databases = await ensureDatabases(adminUrl, state.passwords);
    if (!postgres) hold = await holdServer(databases.registry.ownerUrl);
    services = await startServices(databases, state, { url: innerUrl, logLevel: options.logLevel }, door);
    if (options.metricsPort !== null) {
      const { serveMetrics } = await import('@propledger/service-kit');
      metrics = await serveMetrics(
        '127.0.0.1',
        options.metricsPort,
        services.map((service) => service.metrics),
      );
      say(`指标 metrics: ${metrics.url}`);
    }
    return suiteOf(url, state);
  } catch (error) {
    await stopAll();
    throw error;
  }
};

/** All code that the services need. */
export const loadServices = () =>
  Promise.all([
    import('./front-door.js'),
    import('./kept-state.js'),
    import('./databases.js'),
    import('./server-hold.js'),
    import('./running-services.js'),
  ]);

const embedded = async (dataDir: string, say: (line: string) => void): Promise<LocalPostgres> => {
  try {
    return await startPostgres({ dataDir, log: say });
  } catch (error) {
    if (!(error instanceof PostgresInUse)) throw error;
    throw new CannotStart(`数据目录已被另一个进程使用 ${error.message}`);
  }
};
