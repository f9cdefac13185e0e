import { eventLogMigration, HeadsWatch, relayMigration, type Tx } from '@propledger/event-log';
import {
  AfterGate,
  Attempts,
  connectionsOf,
  dataSourceOf,
  eventFeedController,
  eventsOf,
  type Migration,
  relayAlarms,
  relayController,
  type ServiceApp,
  type ServiceConfig,
  type ServiceParts,
  typeormTransact,
  type ServiceMetrics,
  missingDatabase,
} from '@propledger/service-kit';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { ENTITIES } from './archive/entities';
import { OperatorArchive } from './archive/operator-archive';
import { RegistryBooks } from './archive/registry-books';
import { ChangeProjectController } from './change-project/change-project.controller';
import { ChangeResourceController } from './change-resource/change-resource.controller';
import { FindProjectsController } from './find-projects/find-projects.controller';
import { FindResourcesController } from './find-resources/find-resources.controller';
import { ResourceArchive } from './find-resources/resource-archive';
import { registryImports } from './import-resources/registry-imports';
import { ChangePasswordController } from './keep-operators/change-password.controller';
import { KeepOperatorsController } from './keep-operators/keep-operators.controller';
import { OperatorGrantsController } from './keep-operators/operator-grants.controller';
import { CreateArchives } from './migrations/1700000001000-create-archives';
import { CreateImportStage } from './migrations/1700000001001-create-import-stage';
import { REGISTRY_PROBLEMS } from './problem';
import { RegisterProjectController } from './register-project/register-project.controller';
import { RegisterResourceController } from './register-resource/register-resource.controller';
import { SignInController, SignInPlace } from './sign-in/sign-in.controller';
import { ensureFirstAdministrator as ensured } from './sign-in/first-administrator';
import { TokenIssuer } from './sign-in/token-issuer';

const migrations: readonly Migration[] = [eventLogMigration, relayMigration, CreateArchives, CreateImportStage];

/** Reads outside any transaction. */
const readerOf = (source: DataSource): Tx => ({
  rows: async <Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> =>
    source.query<Row[]>(sql, [...(params ?? [])]),
});

const partsOf = (config: ServiceConfig, log: Logger, metrics: ServiceMetrics): ServiceParts => {
  const source = dataSourceOf(config, 'registry', ENTITIES);
  const reader = readerOf(source);
  const transact = typeormTransact(source);
  const books = new RegistryBooks(transact);
  const operators = new OperatorArchive(source, reader);
  const issuer = new TokenIssuer(reader);
  const watch = new HeadsWatch(reader, books);
  metrics.watchAppends(books);
  const relay = eventsOf(config, 'registry', log).relay('registry', transact, books);
  metrics.watchRelay(relay);
  metrics.watchPools({ all: connectionsOf(source) });
  const provided: readonly (readonly [new (...parameters: never[]) => object, object])[] = [
    [DataSource, source],
    [RegistryBooks, books],
    [OperatorArchive, operators],
    [ResourceArchive, new ResourceArchive(reader)],
    [TokenIssuer, issuer],
    [Attempts, new Attempts({ most: 10, perSecond: 1 / 6 }, { most: 200, perSecond: 10 })],
    [AfterGate, new AfterGate({})],
    [SignInPlace, new SignInPlace(config.oidcIssuer === undefined, reader)],
  ];
  return {
    module: {
      module: class RegistryModule {},
      controllers: [
        SignInController,
        KeepOperatorsController,
        OperatorGrantsController,
        ChangePasswordController,
        FindProjectsController,
        RegisterProjectController,
        ChangeProjectController,
        FindResourcesController,
        RegisterResourceController,
        ChangeResourceController,
        ...registryImports(transact, books),
        eventFeedController({ tx: reader, watch }),
        relayController(relay),
      ],
      providers: provided.map(([provide, useValue]) => ({ provide, useValue })),
    },
    access: operators,
    embeddedKeys: issuer.verifyKey,
    problems: REGISTRY_PROBLEMS,
    start: async () => {
      await source.initialize();
      await issuer.start();
      relay?.start();
    },
    notReady: () => missingDatabase(() => reader.rows('select 1 from project limit 1')),
    alarms: () => relayAlarms(relay),
    stop: async () => {
      watch.close();
      await books.close();
      await relay?.stop();
      if (source.isInitialized) await source.destroy();
    },
  };
};

export const registry: ServiceApp = {
  name: 'registry',
  title: '物业账簿 · 资源与权限 property registry',
  description:
    '项目、物业资源和车位的档案与变更历史, 操作员及其授权, 登录。\n\nProjects, rooms and parking places with their history; operators and their grants; sign-in.',
  migrations,
  build: partsOf,
};

/**
 * Where there is no operator yet: makes the first administrator and answers his password, this one time; else null. The
 * environment's PROPLEDGER_ADMIN_OPERATOR and PROPLEDGER_ADMIN_PASSWORD replace `admin` and the random password. The tables
 * must be up to date.
 */
export const ensureFirstAdministrator = async (
  config: ServiceConfig,
  password = process.env['PROPLEDGER_ADMIN_PASSWORD'],
): Promise<{ operator: string; password: string } | null> => {
  const source = dataSourceOf(config, 'registry', ENTITIES);
  const operator = process.env['PROPLEDGER_ADMIN_OPERATOR'];
  await source.initialize();
  const books = new RegistryBooks(typeormTransact(source));
  try {
    const chosen = { operator: operator || undefined, password: password || undefined };
    return await ensured(new OperatorArchive(source, readerOf(source)), books, chosen);
  } finally {
    await books.close();
    await source.destroy();
  }
};
