import { Command, InvalidArgumentError } from 'commander';
import { resolve } from 'node:path';

/** What the suite was started with. */
export interface SuiteOptions {
  readonly empty: boolean;
  readonly dataDir: string;
  readonly port: number;
  /** Address to listen on. Loopback unless asked otherwise: the suite speaks plain HTTP. */
  readonly host: string;
  /** The user's own PostgreSQL; null: the embedded one. */
  readonly databaseUrl: string | null;
  /** The first administrator's password, instead of one that is made and shown. */
  readonly adminPassword: string | null;
  readonly logLevel: string;
  /** Where metrics are served, on loopback; null: they are not. */
  readonly metricsPort: number | null;
}

const DEFAULT_PORT = 8080;

const port = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('端口为 0 至 65535 (0: 任一空闲端口) a port is 0 to 65535 (0: any that is free)');
  return value;
};

/** Reads arguments and environment; ends the process with 2 and a sentence when they are wrong. */
export const readOptions = (argv: readonly string[], env: NodeJS.ProcessEnv): SuiteOptions => {
  const command = new Command('npm start --')
    .description('物业账簿 propledger: 所有服务, 一个进程, 一个端口 all services in one process, on one port')
    .option('--empty', '不载入示例数据 start without the sample', false)
    .option('--data <folder>', '数据目录 data folder', 'data')
    .option('--port <port>', `端口 port, 默认 default PORT or ${DEFAULT_PORT}`, port)
    .addHelpText(
      'after',
      `
环境变量 Environment:
  PORT                       端口 port
  HOST                       监听地址, 默认 127.0.0.1 address to listen on
  DATABASE_URL               使用自己的 PostgreSQL (>= 15) a PostgreSQL of your own
  PROPLEDGER_ADMIN_PASSWORD  首位管理员的密码, 默认随机生成 the first administrator's password, else one is made
  METRICS_PORT               在本机此端口提供 Prometheus 指标 serves Prometheus metrics on loopback
  LOG_LEVEL                  默认 warn`,
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.parse(argv, { from: 'user' });
  const given = command.opts<{ empty: boolean; data: string; port?: number }>();
  return {
    empty: given.empty,
    dataDir: resolve(given.data),
    port: given.port ?? portFrom(env),
    host: env['HOST'] || '127.0.0.1',
    databaseUrl: env['DATABASE_URL'] || null,
    adminPassword: env['PROPLEDGER_ADMIN_PASSWORD'] || null,
    logLevel: env['LOG_LEVEL'] || 'warn',
    metricsPort: env['METRICS_PORT'] ? portFrom(env, 'METRICS_PORT') : null,
  };
};

const portFrom = (env: NodeJS.ProcessEnv, variable = 'PORT'): number => {
  const text = env[variable];
  if (!text) return DEFAULT_PORT;
  try {
    return port(text);
  } catch (error) {
    process.stderr.write(`${variable}: ${(error as Error).message}\n`);
    process.exit(2);
  }
};
