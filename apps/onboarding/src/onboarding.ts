import { BookConsumer, cursorMigration, HttpEventSource, pgTransact } from '@propledger/event-log';
import {
  EventStreams,
  AccessStore,
  AfterGate,
  consumersController,
  CreateAccessTables,
  eventsOf,
  type Migration,
  peerOf,
  poolOf,
  readerOf,
  type ServiceApp,
  type ServiceConfig,
  type ServiceParts,
  type ServiceMetrics,
  missingDatabase,
  consumerAlarms,
} from '@propledger/service-kit';
import type { Logger } from 'pino';
import { rm } from 'node:fs/promises';
import { Finisher } from './archive/finisher';
import { ImportFaults } from './archive/import-faults';
import { Imports } from './archive/imports';
import { Instance } from './archive/instance';
import { KeptUploads } from './archive/kept-uploads';
import { Owners } from './archive/owners';
import { ErrorWorkbookController } from './correct-workbook/error-workbook.controller';
import { FindImportsController } from './follow-import/find-imports.controller';
import { ProgressController } from './follow-import/progress.controller';
import { ImportRunner } from './import-workbook/import-runner';
import { Recovery } from './import-workbook/recovery';
import { catchUpWith, Rights } from './import-workbook/rights';
import { makeTemporaryFolder } from './import-workbook/temporary-folder';
import { UPLOAD_TYPES, UploadController, UploadFolder } from './import-workbook/upload.controller';
import { CreateImports } from './migrations/1700000005000-create-imports';
import { KeptUploads as CreateKeptUploads } from './migrations/1700000005010-kept-uploads';
import { ONBOARDING_PROBLEMS } from './problem';
import { ProjectCodes } from './templates/project-codes';
import { TemplatesController } from './templates/templates.controller';
import { UndoController } from './undo-import/undo.controller';
import { UndoImport } from './undo-import/undo-import';

const migrations: readonly Migration[] = [cursorMigration, CreateAccessTables, CreateImports, CreateKeptUploads];

const PATIENCE_MS = { away: 120_000, held: 600_000 };

/** For 20 MiB over a line of half a megabit a second. */
const UPLOAD_TIMEOUT_MS = 300_000;

const partsOf = (config: ServiceConfig, log: Logger, metrics: ServiceMetrics): ServiceParts => {
  const pool = poolOf(config, 'onboarding');
  const db = readerOf(pool);
  const transact = pgTransact(pool);
  const registry = peerOf(config, 'onboarding', 'registry');
  const source = new HttpEventSource(registry.baseUrl, registry.token);
  const access: AccessStore = new AccessStore(db.rows.bind(db), (positions, timeoutMs) =>
    consumer.caughtUp(positions, timeoutMs),
  );
  const consumer: BookConsumer = new BookConsumer({
    topic: 'registry',
    ...eventsOf(config, 'onboarding', log).following('registry', source),
    transact,
    apply: (tx, events) => access.apply(tx, events),
    onApplied: () => access.forget(),
    log,
  });
  const rights = new Rights(
    access,
    catchUpWith({
      heads: async () => (await source.moved(null, 0, AbortSignal.timeout(10_000))).heads,
      caughtUp: (positions, timeoutMs) => consumer.caughtUp(positions, timeoutMs),
    }),
  );

  const instance = new Instance(config);
  const imports = new Imports(db, transact, instance.number);
  const faults = new ImportFaults(db);
  const uploads = new KeptUploads(db, log);
  const owners = new Owners(config);
  const finisher = new Finisher(imports, owners, log);
  const runner = new ImportRunner({ imports, faults, uploads, owners, rights, patienceMs: PATIENCE_MS }, finisher, log);
  const undo = new UndoImport(imports, owners, finisher);
  const isOurs = (id: string): boolean => runner.isActive(id) || undo.isActive(id) || finisher.isActive(id);
  const recovery = new Recovery(imports, instance, finisher, isOurs, log);
  const folder = new UploadFolder();

  metrics.watchConsumers([consumer]);
  metrics.watchPools({ all: pool });
  const provided: readonly (readonly [new (...parameters: never[]) => object, object])[] = [
    [Imports, imports],
    [ImportFaults, faults],
    [KeptUploads, uploads],
    [ImportRunner, runner],
    [UndoImport, undo],
    [UploadFolder, folder],
    [ProjectCodes, new ProjectCodes(config)],
    [AfterGate, new AfterGate({ registry: consumer })],
  ];
  return {
    module: {
      module: class OnboardingModule {},
      controllers: [
        UploadController,
        FindImportsController,
        ProgressController,
        UndoController,
        TemplatesController,
        ErrorWorkbookController,
        consumersController([consumer]),
      ],
      providers: [EventStreams, ...provided.map(([provide, useValue]) => ({ provide, useValue }))],
    },
    access,
    problems: ONBOARDING_PROBLEMS,
    streamedTypes: UPLOAD_TYPES,
    requestTimeoutMs: UPLOAD_TIMEOUT_MS,
    start: async () => {
      folder.path = await makeTemporaryFolder();
      consumer.start();
      uploads.start();
      await recovery.start();
    },
    notReady: () => missingDatabase(() => db.rows('select 1 from import limit 1')),
    alarms: () => consumerAlarms([consumer]),
    stop: async () => {
      uploads.stop();
      await recovery.stop();
      await Promise.all([runner.stop(), finisher.stop()]);
      await consumer.stop();
      await instance.end();
      await pool.end();
      await rm(folder.path, { recursive: true, force: true });
    },
  };
};

export const onboarding: ServiceApp = {
  name: 'onboarding',
  title: '物业账簿 · 工作簿导入 onboarding',
  description:
    '上传工作簿, 检查, 试导入, 入账, 撤销。\n\nWorkbooks: uploaded, checked, dry-run, posted, undone; all or nothing over all services.',
  migrations,
  build: partsOf,
};
