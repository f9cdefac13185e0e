import { configFromEnvironment } from './config';
import { migrate } from './database';
import { serveMetrics } from './metrics-server';
import { startService, type ServiceApp } from './service';

/** Below what Docker and Kubernetes here wait before they kill. */
const STOP_LIMIT_MS = 28_000;

/**
 * The main function of a service's own process: `node main.js` serves until SIGTERM or SIGINT; `node main.js migrate`
 * brings the tables up to date and ends. `beforeServing` runs once the service is up.
 */
export const runService = async (service: ServiceApp): Promise<void> => {
  const config = configFromEnvironment(process.env);
  if (process.argv[2] === 'migrate') {
    if (config.migrationUrl === undefined)
      throw new Error('请设置环境变量 set this environment variable: MIGRATION_DATABASE_URL');
    await migrate(config.migrationUrl, service.migrations);
    return;
  }
  const running = await startService(service, config);
  running.metrics.watchProcess();
  const { metricsPort, metricsHost = '127.0.0.1' } = config;
  const metrics = metricsPort === undefined ? null : await serveMetrics(metricsHost, metricsPort, [running.metrics]);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Nothing that was acknowledged is lost by it: it is in the books, and goes on at the next start.
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    running.close().then(
      async () => {
        await metrics?.close();
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // One that waited for its tables and cannot begin then ends, as one that cannot begin at once; it is started again.
  running.begun.catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
  const url = await running.listen(config.host, config.port);
  process.stdout.write(`${service.title}: ${url}/${service.name}/v1/docs\n`);
};

/** Runs `main`, and ends the process with a message (no stack) when it fails. */
export const runMain = (main: () => Promise<void>): void => {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
};
