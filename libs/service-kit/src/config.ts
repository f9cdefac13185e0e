import 'reflect-metadata';
import { REGION_PATTERN } from '@propledger/contracts';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';

/** The services, by the first segment of their URLs' paths. */
export const SERVICES = ['registry', 'customers', 'billing', 'reports', 'onboarding'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Where each service is reached, without the path: `http://billing:8080`. In the suite all are the same. */
export type Peers = Readonly<Record<ServiceName, string>>;

/** A region that reporting of a whole group reads. */
export interface CellOfGroup {
  readonly region: string;
  /** Where its services are, behind one address, without a path. */
  readonly url: string;
  /** The key that its services share; default: this deployment's. */
  readonly serviceKey: string | undefined;
}

/** What a service is told at its start. Read once, from the environment or by the suite. */
export class ServiceConfig {
  /** PostgreSQL as the application's role. */
  @IsString()
  @MinLength(1)
  readonly databaseUrl!: string;

  /** PostgreSQL as the owner of the tables; used by `migrate` alone. */
  @IsOptional()
  @IsString()
  readonly migrationUrl?: string;

  @IsObject()
  readonly peers!: Peers;

  /** Shared by the services of one deployment; they sign their calls to one another with it. At least 32 characters. */
  @IsString()
  @MinLength(32)
  readonly serviceKey!: string;

  /** When given, operators' tokens are checked against this issuer's keys, and the embedded issuer is not accepted. */
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  readonly oidcIssuer?: string;

  /** The claim that holds the operator's code. */
  @IsString()
  readonly oidcOperatorClaim: string = 'sub';

  @IsOptional()
  @IsString()
  readonly oidcAudience?: string;

  /** The region whose books this deployment keeps; its log is named after it. */
  @IsString()
  @Matches(/^[^\s+]{1,64}$/u)
  readonly region: string = 'local';

  /** Reporting of a whole group: the regions that it reports on, home first. */
  readonly cells?: readonly CellOfGroup[];

  /** Kafka brokers, `host:port`, comma-separated: events go over them. Without, services ask one another. */
  @IsOptional()
  @Matches(/^[^\s,:]+:\d{1,5}(,\s*[^\s,:]+:\d{1,5})*$/u)
  readonly kafkaBrokers?: string | undefined;

  /** Partitions of a topic that is made: as many instances of a service can share it. 12. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  readonly kafkaPartitions?: number;

  /** `true`: the brokers are reached by TLS. */
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly kafkaTls?: string;

  /** Signs in to the brokers by SCRAM-SHA-512. */
  @IsOptional()
  @IsString()
  readonly kafkaUsername?: string;

  @IsOptional()
  @IsString()
  readonly kafkaPassword?: string;

  /** Ed25519, PKCS #8 as PEM or as base64: reporting signs the log of all books with it. Without it nothing is sealed. */
  @IsOptional()
  @IsString()
  readonly sealKey?: string;

  /** How long reporting waits from one sealing of what moved to the next. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(600_000)
  readonly sealIntervalMs: number = 3_000;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  readonly logLevel: string = 'info';

  @IsString()
  readonly host: string = '0.0.0.0';

  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly port: number = 8080;

  /** Where metrics are served, on a port of their own; without it they are not. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly metricsPort?: number;

  @IsString()
  readonly metricsHost?: string = '127.0.0.1';

  /** Connections this service may hold to its database. */
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(100)
  readonly poolSize: number = 10;

  /** Reporting: rest between two books that are folded again and compared, in seconds; 0: none is. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(86_400)
  readonly driftPauseSeconds: number = 60;
}

const VARIABLES: Readonly<Record<string, string>> = {
  databaseUrl: 'DATABASE_URL',
  migrationUrl: 'MIGRATION_DATABASE_URL',
  serviceKey: 'SERVICE_KEY',
  oidcIssuer: 'OIDC_ISSUER',
  oidcOperatorClaim: 'OIDC_OPERATOR_CLAIM',
  oidcAudience: 'OIDC_AUDIENCE',
  region: 'REGION',
  kafkaBrokers: 'KAFKA_BROKERS',
  kafkaPartitions: 'KAFKA_PARTITIONS',
  kafkaTls: 'KAFKA_TLS',
  kafkaUsername: 'KAFKA_USERNAME',
  kafkaPassword: 'KAFKA_PASSWORD',
  sealKey: 'SEAL_KEY',
  sealIntervalMs: 'SEAL_INTERVAL_MS',
  logLevel: 'LOG_LEVEL',
  host: 'HOST',
  port: 'PORT',
  metricsPort: 'METRICS_PORT',
  metricsHost: 'METRICS_HOST',
  poolSize: 'POOL_SIZE',
  driftPauseSeconds: 'DRIFT_PAUSE_SECONDS',
};

/**
 * Reads the configuration from environment variables; each peer from `REGISTRY_URL`, `CUSTOMERS_URL`, ….
 *
 * @throws Error naming every variable that is missing or wrong, never its value.
 */
export const configFromEnvironment = (env: NodeJS.ProcessEnv): ServiceConfig => {
  const given: Record<string, unknown> = {};
  for (const [property, variable] of Object.entries(VARIABLES))
    if (env[variable] !== undefined && env[variable] !== '') given[property] = env[variable];
  const missing: string[] = [];
  const peers: Record<string, string> = {};
  for (const service of SERVICES) {
    const variable = `${service.toUpperCase()}_URL`;
    const url = env[variable];
    if (url === undefined || !URL.canParse(url)) missing.push(variable);
    else peers[service] = url.replace(/\/+$/, '');
  }
  given['peers'] = peers;
  const cells = cellsOf(env['CELLS'] ?? '', env['CELL_KEYS'] ?? '');
  if (cells === null) missing.push('CELLS');
  else if (cells.length > 0) given['cells'] = cells;
  const config = plainToInstance(ServiceConfig, given, { exposeDefaultValues: true });
  const wrong = validateSync(config).map(({ property }) => VARIABLES[property] ?? property);
  // It is the first part of the names of topics.
  if (config.kafkaBrokers !== undefined && !new RegExp(REGION_PATTERN).test(config.region)) wrong.push('REGION');
  if ((config.kafkaUsername === undefined) !== (config.kafkaPassword === undefined)) wrong.push('KAFKA_PASSWORD');
  if (wrong.length + missing.length > 0)
    throw new Error(`请设置环境变量 set these environment variables: ${[...wrong, ...missing].join(', ')}`);
  return config;
};

/** `north=https://north.example south=https://south.example`, and `south=KEY` for those whose key is another. Null: not so. */
const cellsOf = (cells: string, keys: string): CellOfGroup[] | null => {
  const keyOf = new Map(pairsOf(keys));
  const found = pairsOf(cells).map(([region, url]) => ({
    region,
    url: url.replace(/\/+$/, ''),
    serviceKey: keyOf.get(region),
  }));
  const regions = new Set(found.map(({ region }) => region));
  const isRight =
    regions.size === found.length &&
    found.every(({ region, url }) => new RegExp(REGION_PATTERN).test(region) && URL.canParse(url)) &&
    [...keyOf].every(([region, key]) => regions.has(region) && key.length >= 32);
  return isRight ? found : null;
};

const pairsOf = (text: string): [string, string][] =>
  text
    .split(/\s+/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, Math.max(0, equals)), pair.slice(equals + 1)];
    });
