import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import type { AccessDirectory } from './access';
import { AuthGuard } from './auth-guard';
import { correlationOf } from './correlation';
import { Connections } from './drain';
import type { ServiceConfig, ServiceName } from './config';
import type { Migration } from './database';
import { PUBLIC } from './decorators';
import { completed } from './document';
import { alarmsOf, healthController, type HealthReport } from './health.controller';
import { loggerOf, nestLogger } from './log';
import { InputPipe } from './input-pipe';
import { ServiceMetrics } from './metrics';
import { Tables, TablesGuard } from './tables';
import { bindPlainly } from './plain-bind';
import { ProblemFilter } from './problem-filter';
import { ProblemBody, type ProblemCatalogue } from './problem';
import { answerUnreadable, HEADER_LIMIT, PROBLEM_TYPE, unreadable } from './unreadable';
import { TokenVerifier } from './tokens';

/** What a service is made of once it has its configuration. Nothing connects before `start`. */
export interface ServiceParts extends HealthReport {
  readonly module: DynamicModule;
  readonly access: AccessDirectory;
  /** The registry's own keys; other services read them from the registry. */
  readonly embeddedKeys?: JWTVerifyGetKey;
  /** The service's own problems, beside the common ones. */
  readonly problems?: ProblemCatalogue;
  /** Content types whose bodies reach the controller as streams. */
  readonly streamedTypes?: readonly string[];
  /** Within this a request must have come in, with its body; what is answered may take longer. Default: a minute. */
  readonly requestTimeoutMs?: number;
  /** Connects, starts consumers and continues unfinished work. */
  start(): Promise<void>;
  /** Stops consumers, finishes what was acknowledged, disconnects. */
  stop(): Promise<void>;
}

/** A service as the suite and its own main.ts know it. */
export interface ServiceApp {
  readonly name: ServiceName;
  readonly title: string;
  readonly description: string;
  /** In order; run as the owner of the tables. */
  readonly migrations: readonly Migration[];
  build(config: ServiceConfig, log: Logger, metrics: ServiceMetrics): ServiceParts;
}

export interface RunningService {
  readonly name: ServiceName;
  /** Made when it is first asked for. */
  readonly openapi: OpenAPIObject;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Listens on its own port; answers the URL. */
  listen(host: string, port: number): Promise<string>;
  notReady(): Promise<Readonly<Record<string, string>>>;
  alarms(): Promise<readonly string[]>;
  readonly metrics: ServiceMetrics;
  /** Resolves once it has begun its work: its tables are up to date. @throws Error why it could not. */
  readonly begun: Promise<void>;
  /** Takes nothing new, answers what came in, and ends what it began. */
  close(): Promise<void>;
}

/** Who is still being answered when a service closes has this long. */
const DRAIN_LIMIT_MS = 20_000;
const BODY_LIMIT = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;
/** Node looks this often for requests whose time is up; more often where they have less. */
const LOOK_FOR_LATE_MS = 10_000;
/** The chunks of the import protocol are larger than what people send. */
const CHUNK_LIMIT = 16 * 1024 * 1024;

/**
 * Starts a service. Where its tables are those of a release before, it says that it is not ready, and begins its work once they are
 * migrated: what a projection cannot write into old tables would be parked, for the instances of that release, too.
 */
export const startService = async (service: ServiceApp, config: ServiceConfig): Promise<RunningService> => {
  const log = loggerOf(service.name, config.logLevel);
  const metrics = new ServiceMetrics(service.name);
  const tables = new Tables(config.databaseUrl, service.migrations);
  const parts = onTables(tables, service.build(config, log, metrics));
  const { app, document, connections } = await assemble(service, parts, config, log, metrics, tables);
  const beginning = new Beginning(tables, parts);
  await tables.look();
  if (tables.areComplete) await beginning.begun;
  else log.warn(tables.notReady(), 'waits for migrations');
  try {
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  } catch (error) {
    await beginning.end();
    throw error;
  }
  return {
    name: service.name,
    get openapi() {
      return document();
    },
    handle: (request, response) => app.getHttpAdapter().getInstance().routing(request, response),
    listen: async (host, port) => {
      await app.listen(port, host);
      return app.getUrl();
    },
    notReady: () => parts.notReady(),
    alarms: () => alarmsOf(parts),
    metrics,
    begun: beginning.begun,
    close: async () => {
      connections.drain(DRAIN_LIMIT_MS);
      await app.close();
      await beginning.end();
    },
  };
};

/** Parts that are not ready before their tables are. */
const onTables = (tables: Tables, parts: ServiceParts): ServiceParts => ({
  ...parts,
  notReady: () => (tables.areComplete ? parts.notReady() : Promise.resolve(tables.notReady())),
});

/** The work of a service: begun when its tables are there, ended if it was begun. */
class Beginning {
  private readonly ending = new AbortController();
  private hasBegun = false;
  private made: Promise<void> | undefined;

  constructor(
    private readonly tables: Tables,
    private readonly parts: ServiceParts,
  ) {}

  get begun(): Promise<void> {
    return (this.made ??= this.begin());
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.made?.catch(() => undefined);
    if (this.hasBegun) await this.parts.stop();
  }

  private async begin(): Promise<void> {
    await this.tables.completed(this.ending.signal);
    if (this.ending.signal.aborted) return;
    await this.parts.start();
    this.hasBegun = true;
  }
}

/** The service's OpenAPI document, without connecting to anything. */
export const describeService = async (service: ServiceApp, config: ServiceConfig): Promise<OpenAPIObject> => {
  const log = loggerOf(service.name, 'silent');
  const metrics = new ServiceMetrics(service.name);
  const { document, app } = await assemble(
    service,
    service.build(config, log, metrics),
    config,
    log,
    metrics,
    new Tables(config.databaseUrl, []),
  );
  const made = document();
  await app.close();
  return made;
};

const assemble = async (
  service: ServiceApp,
  parts: ServiceParts,
  config: ServiceConfig,
  log: Logger,
  metrics: ServiceMetrics,
  tables: Tables,
): Promise<{ app: NestFastifyApplication; document: () => OpenAPIObject; connections: Connections }> => {
  bindPlainly();
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = parts;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 1024 },
    // Fastify's own default, 0, would take away Node's limit.
    requestTimeout: requestTimeoutMs,
    http: {
      maxHeaderSize: HEADER_LIMIT,
      // Node takes the longer of both for the whole request.
      headersTimeout: Math.min(REQUEST_TIMEOUT_MS, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(LOOK_FOR_LATE_MS, requestTimeoutMs / 4),
    },
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: 'idle',
    // Faults before any route: a URL that cannot be decoded, for one.
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => {
      void reply.status(400).header('content-type', PROBLEM_TYPE).send(unreadable(400));
    },
  });
  const root: DynamicModule = {
    module: class ServiceShell {},
    imports: [parts.module],
    controllers: [healthController(parts)],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: nestLogger(log),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRoute', (route) => {
    if (route.url.endsWith('/imports/:import/rows')) route.bodyLimit = CHUNK_LIMIT;
  });
  for (const type of parts.streamedTypes ?? [])
    fastify.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  fastify.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('x-correlation-id', correlationOf(request));
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url;
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    if (log.isLevelEnabled('debug'))
      log.debug(
        { correlationId: correlationOf(request), method: request.method, route, status: reply.statusCode },
        'answered',
      );
    done();
  });
  const prefix = `${service.name}/v1`;
  app.setGlobalPrefix(prefix);
  // Made when somebody asks: it takes a while.
  const document = once(() => documentOf(service, app));
  const methods = once(() => methodsOf(document()));
  app.useGlobalGuards(
    new TablesGuard(tables),
    new AuthGuard(new Reflector(), new TokenVerifier(config, parts.embeddedKeys), parts.access),
  );
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ProblemFilter(parts.problems ?? {}, log, (url) => methods()(url)));
  SwaggerModule.setup(`${prefix}/docs`, app, document, {
    jsonDocumentUrl: `${prefix}/openapi.json`,
    raw: ['json'],
    customSiteTitle: service.title,
  });
  return { app, document, connections: new Connections(fastify.server) };
};

const once = <Made>(make: () => Made): (() => Made) => {
  let made: { readonly it: Made } | undefined;
  return () => (made ??= { it: make() }).it;
};

const documentOf = (service: ServiceApp, app: NestFastifyApplication): OpenAPIObject => {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(service.title)
    .setDescription(service.description)
    .setVersion('1')
    .addServer('/')
    .addBearerAuth();
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemBody],
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
  });
  return completed(document, publicOperationsOf(app));
};

type Handler = (...parameters: never[]) => unknown;
interface Container {
  getModules(): Map<string, { controllers: Map<unknown, { metatype: { prototype: Record<string, Handler> } }> }>;
}

/** The operationIds of the routes that are open without sign-in. */
const publicOperationsOf = (app: NestFastifyApplication): ReadonlySet<string> => {
  const { container } = app as unknown as { container: Container };
  const handlers = [...container.getModules().values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype: { prototype } }) => Object.getOwnPropertyNames(prototype).map((name) => prototype[name]));
  const reflector = new Reflector();
  return new Set(
    handlers.flatMap((handler) => {
      if (typeof handler !== 'function' || !reflector.get<boolean | undefined>(PUBLIC, handler)) return [];
      const { operationId } = (Reflect.getMetadata('swagger/apiOperation', handler) ?? {}) as { operationId?: string };
      return [operationId ?? handler.name];
    }),
  );
};

/** The methods that a path takes: for 405 instead of 404 where only the method is wrong. */
const methodsOf = (document: OpenAPIObject): ((url: string) => readonly string[]) => {
  const routes = Object.entries(document.paths).map(([path, item]) => ({
    pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
    methods: Object.keys(item).map((method) => method.toUpperCase()),
  }));
  return (url) => {
    const [path = ''] = url.split('?');
    return [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))];
  };
};
