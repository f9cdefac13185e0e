import {
  BookConsumer,
  cursorMigration,
  eventLogMigration,
  HeadsWatch,
  HttpEventSource,
  relayMigration,
  type Tx,
} from '@propledger/event-log';
import {
  AccessStore,
  AfterGate,
  connectionsOf,
  consumersController,
  CreateAccessTables,
  dataSourceOf,
  eventFeedController,
  type Events,
  eventsOf,
  type Migration,
  peerOf,
  relayAlarms,
  relayController,
  type ServiceApp,
  type ServiceConfig,
  type ServiceParts,
  typeormTransact,
  type ServiceMetrics,
  missingDatabase,
  consumerAlarms,
} from '@propledger/service-kit';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { CustomersBooks } from './archive/customers-books';
import { ENTITIES } from './archive/entities';
import { Leases } from './archive/leases';
import { RequestDigest } from './archive/request-digest';
import { ChangeCustomerController } from './change-customer/change-customer.controller';
import { ChangeLeaseController } from './change-lease/change-lease.controller';
import { LeaseDraftsController } from './change-lease/lease-drafts.controller';
import { ChangeOccupancyController } from './change-occupancy/change-occupancy.controller';
import { ChangeVehicleController } from './change-vehicle/change-vehicle.controller';
import { FindCustomersController } from './find-customers/find-customers.controller';
import { FindLeasesController } from './find-leases/find-leases.controller';
import { FindOccupanciesController } from './find-occupancies/find-occupancies.controller';
import { FindVehiclesController } from './find-vehicles/find-vehicles.controller';
import { ForecastRentController } from './forecast-rent/forecast-rent.controller';
import { customersImports } from './import-customers/customers-imports';
import { CreateArchives } from './migrations/1700000002000-create-archives';
import { CreateImportStage } from './migrations/1700000002001-create-import-stage';
import { CreateLeases } from './migrations/1700000002010-create-leases';
import { CustomerGroups } from './migrations/1700000002030-customer-groups';
import { LeasesByWorkbook } from './migrations/1700000002040-leases-by-workbook';
import { LetPrices } from './migrations/1700000002050-let-prices';
import { Vehicles } from './migrations/1700000002051-vehicles';
import { CUSTOMERS_PROBLEMS } from './problem';
import { applyRegistryEvents } from './projection/registry-copy';
import { RegisterCustomerController } from './register-customer/register-customer.controller';
import { RegisterOccupancyController } from './register-occupancy/register-occupancy.controller';
import { RegisterVehicleController } from './register-vehicle/register-vehicle.controller';
import { ReportTurnoverController } from './report-turnover/report-turnover.controller';
import { SignLeaseController } from './sign-lease/sign-lease.controller';

const migrations: readonly Migration[] = [
  eventLogMigration,
  cursorMigration,
  relayMigration,
  CreateAccessTables,
  CreateArchives,
  CreateImportStage,
  CreateLeases,
  CustomerGroups,
  LeasesByWorkbook,
  LetPrices,
  Vehicles,
];

/** Reads outside any transaction. */
const readerOf = (source: DataSource): Tx => ({
  rows: async <Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> =>
    source.query<Row[]>(sql, [...(params ?? [])]),
});

/** Follows the registry: who may do what, and which projects and resources there are. */
const followRegistry = (
  config: ServiceConfig,
  source: DataSource,
  reader: Tx,
  events: Events,
  log: Logger,
): { access: AccessStore; consumer: BookConsumer } => {
  const registry = peerOf(config, 'customers', 'registry');
  const rows: Tx['rows'] = (sql, params) => reader.rows(sql, params);
  const access: AccessStore = new AccessStore(rows, (positions, timeoutMs) => consumer.caughtUp(positions, timeoutMs));
  const consumer: BookConsumer = new BookConsumer({
    topic: 'registry',
    ...events.following('registry', new HttpEventSource(registry.baseUrl, registry.token)),
    transact: typeormTransact(source),
    apply: async (tx, events) => {
      await access.apply(tx, events);
      await applyRegistryEvents(tx, events);
    },
    onApplied: () => access.forget(),
    log,
  });
  return { access, consumer };
};

const partsOf = (config: ServiceConfig, log: Logger, metrics: ServiceMetrics): ServiceParts => {
  const source = dataSourceOf(config, 'customers', ENTITIES);
  const reader = readerOf(source);
  const transact = typeormTransact(source);
  const digest = new RequestDigest(reader);
  const books = new CustomersBooks(transact, digest);
  const watch = new HeadsWatch(reader, books);
  const events = eventsOf(config, 'customers', log);
  const relay = events.relay('customers', transact, books);
  const { access, consumer } = followRegistry(config, source, reader, events, log);
  metrics.watchAppends(books);
  metrics.watchConsumers([consumer]);
  metrics.watchRelay(relay);
  metrics.watchPools({ all: connectionsOf(source) });
  const provided: readonly (readonly [new (...parameters: never[]) => object, object])[] = [
    [DataSource, source],
    [CustomersBooks, books],
    [AfterGate, new AfterGate({ registry: consumer })],
    [Leases, new Leases(source)],
  ];
  return {
    module: {
      module: class CustomersModule {},
      controllers: [
        FindCustomersController,
        RegisterCustomerController,
        ChangeCustomerController,
        FindOccupanciesController,
        RegisterOccupancyController,
        ChangeOccupancyController,
        FindVehiclesController,
        RegisterVehicleController,
        ChangeVehicleController,
        SignLeaseController,
        ForecastRentController,
        FindLeasesController,
        ChangeLeaseController,
        LeaseDraftsController,
        ReportTurnoverController,
        ...customersImports(reader, transact, peerOf(config, 'customers', 'registry'), books),
        eventFeedController({ tx: reader, watch }),
        consumersController([consumer]),
        relayController(relay),
      ],
      providers: provided.map(([provide, useValue]) => ({ provide, useValue })),
    },
    access,
    problems: CUSTOMERS_PROBLEMS,
    start: async () => {
      await source.initialize();
      await digest.start();
      consumer.start();
      relay?.start();
    },
    // The registry may be away: what is known of it goes on to serve.
    notReady: () => missingDatabase(() => reader.rows('select 1 from project_copy limit 1')),
    alarms: () => [...consumerAlarms([consumer]), ...relayAlarms(relay)],
    stop: async () => {
      watch.close();
      await consumer.stop();
      await books.close();
      await relay?.stop();
      if (source.isInitialized) await source.destroy();
    },
  };
};

export const customers: ServiceApp = {
  name: 'customers',
  title: '物业账簿 · 客户 customer service',
  description:
    '客户档案, 谁在何时拥有、租用资源并为其付费, 以及租赁合同。\n\nCustomers, who owns, rents and pays for which resource from when to when, and leases.',
  migrations,
  build: partsOf,
};
