import {
  BookConsumer,
  cursorMigration,
  eventLogMigration,
  factsCopier,
  HeadsWatch,
  type MovedListener,
  HttpEventSource,
  relayMigration,
  pgTransact,
} from '@propledger/event-log';
import {
  AccessStore,
  AfterGate,
  appendPoolConfigOf,
  consumerAlarms,
  consumersController,
  importController,
  CreateAccessTables,
  eventFeedController,
  EventStreams,
  eventsOf,
  missingDatabase,
  peerOf,
  poolConfigOf,
  poolOf,
  relayAlarms,
  relayController,
  type Migration,
  type ServiceApp,
  type ServiceConfig,
  type ServiceMetrics,
  type ServiceParts,
} from '@propledger/service-kit';
import type { Logger } from 'pino';
import { ApprovalsController } from './approve/approvals.controller';
import { BindingsController } from './bind-standards/bindings.controller';
import { AllocatePrepaymentController } from './allocate-prepayment/allocate-prepayment.controller';
import { CorrectionsController } from './correct-charges/corrections.controller';
import { ClosingController, REPORTS } from './close-period/closing.controller';
import { PeriodsController } from './close-period/periods.controller';
import { ReceiptEvidenceController } from './collect-payment/receipt-evidence.controller';
import { ReceiptsController } from './collect-payment/receipts.controller';
import { ExplanationController } from './explain-charge/explanation.controller';
import { FreezesController } from './freeze-late-fees/freezes.controller';
import { DiscountGrantsController } from './give-discounts/discount-grants.controller';
import { DiscountRulesController } from './give-discounts/discount-rules.controller';
import { DiscountsController } from './give-discounts/discounts.controller';
import { BillingImports, IMPORTED } from './import-books/billing-imports';
import { DepositsController } from './keep-deposits/deposits.controller';
import { VacanciesController } from './declare-vacancies/vacancies.controller';
import { DevelopersController } from './keep-items/developers.controller';
import { GroupItemsController, ItemsController } from './keep-items/items.controller';
import { GroupStandardsController } from './keep-standards/group-standards.controller';
import { StandardsController } from './keep-standards/standards.controller';
import { TryStandardController } from './keep-standards/try-standard.controller';
import { MetersController } from './keep-meters/meters.controller';
import { AppendThread } from './ledger-store/append-thread';
import { Approvals } from './ledger-store/approvals';
import { Ledger } from './ledger-store/ledger';
import { Reader } from './ledger-store/reader';
import { ChargesController } from './list-charges/charges.controller';
import { OpenItems } from './migrations/1700000001001-open-items';
import { Copies } from './migrations/1700000001002-copies';
import { Imports } from './migrations/1700000001003-imports';
import { BillRuns as CreateBillRuns } from './migrations/1700000001004-bill-runs';
import { Reductions } from './migrations/1700000001005-reductions';
import { Recoveries } from './migrations/1700000001006-recoveries';
import { Entries } from './migrations/1700000001007-entries';
import { CreateApprovals } from './migrations/1700000001008-approvals';
import { ReceiptCodes } from './migrations/1700000001010-receipt-codes';
import { Moves } from './migrations/1700000001011-moves';
import { Meters } from './migrations/1700000001012-meters';
import { Areas } from './migrations/1700000001020-areas';
import { Persons } from './migrations/1700000001021-persons';
import { Corrections } from './migrations/1700000001030-corrections';
import { ChargesOfABinding } from './migrations/1700000001031-charges-of-a-binding';
import { ChargeItems } from './migrations/1700000001060-items';
import { Payers } from './migrations/1700000001061-payers';
import { Vacancies } from './migrations/1700000001110-vacancies';
import { MovesByPosition } from './migrations/1700000001120-moves-by-position';
import { KeysBeforeBooks } from './migrations/1700000001130-keys-before-books';
import { TransactionsByReference } from './migrations/1700000001140-transactions-by-reference';
import { KeptKeys } from './migrations/1700000001150-kept-keys';
import { LooserLimits } from './migrations/1700000001160-looser-limits';
import { ReleasesByCustomer } from './migrations/1700000001170-releases-by-customer';
import { ChargesByTheirDays } from './migrations/1700000001180-charges-by-their-days';
import { Leases } from './migrations/1700000001040-leases';
import { BillDrafts } from './migrations/1700000001050-bill-drafts';
import { Freezes } from './migrations/1700000001080-freezes';
import { AttemptsOfBillRuns } from './migrations/1700000001090-attempts-of-bill-runs';
import { DiscountRules } from './migrations/1700000001081-discount-rules';
import { CorrectionsByPosition } from './migrations/1700000001091-corrections-by-position';
import { Spaces } from './migrations/1700000001100-spaces';
import { MoveReceiptController } from './move-receipt/move-receipt.controller';
import { PrepaymentsController } from './prepayments/prepayments.controller';
import { PROBLEMS } from './problem';
import { applyCustomersEvents } from './projection/customers-copy';
import { applyRegistryEvents } from './projection/registry-copy';
import { RaiseChargeController } from './raise-charge/raise-charge.controller';
import { RaiseForRoomsController } from './raise-charge/raise-for-rooms.controller';
import { LateFeesController } from './raise-late-fees/late-fees.controller';
import { RecoverWriteOffController } from './recover-write-off/recover-write-off.controller';
import { ReduceChargeController } from './reduce-charge/reduce-charge.controller';
import { RefundDepositController } from './refund-deposit/refund-deposit.controller';
import { RefundPrepaymentController } from './refund-prepayment/refund-prepayment.controller';
import { RefundReceiptController } from './refund-receipt/refund-receipt.controller';
import { ReleaseAllocationController } from './release-allocation/release-allocation.controller';
import { ReverseReceiptController } from './reverse-receipt/reverse-receipt.controller';
import { BillRuns } from './run-bills/bill-runs';
import { BillRunsController } from './run-bills/bill-runs.controller';
import { DecideRunsController } from './run-bills/decide-runs.controller';
import { RunBatches } from './run-bills/run-batches';
import { RunBatchesController } from './run-bills/run-batches.controller';
import { RunDecisions } from './run-bills/run-decisions';
import { RunThreads } from './run-bills/run-threads';
import { watchRuns } from './run-bills/watch-runs';
import { ReopenPeriodController } from './reopen-period/reopen-period.controller';
import { ofKnownProjects } from './known-project';
import { LimitsController } from './set-limits/limits.controller';
import { PoolsController } from './share-pools/pools.controller';
import { SettleLeaseController } from './settle-lease/settle-lease.controller';
import { TransferChargesController } from './transfer-charges/transfer-charges.controller';
import { UseDepositController } from './use-deposit/use-deposit.controller';
import { WriteOffController } from './write-off/write-off.controller';

const migrations: readonly Migration[] = [
  eventLogMigration,
  cursorMigration,
  relayMigration,
  CreateAccessTables,
  OpenItems,
  Copies,
  Imports,
  CreateBillRuns,
  Reductions,
  Recoveries,
  Entries,
  CreateApprovals,
  ReceiptCodes,
  Moves,
  Meters,
  Areas,
  Persons,
  Corrections,
  ChargesOfABinding,
  Leases,
  BillDrafts,
  Freezes,
  AttemptsOfBillRuns,
  DiscountRules,
  CorrectionsByPosition,
  Spaces,
  ChargeItems,
  Payers,
  Vacancies,
  MovesByPosition,
  KeysBeforeBooks,
  TransactionsByReference,
  KeptKeys,
  LooserLimits,
  ReleasesByCustomer,
  ChargesByTheirDays,
];

const controllers = ofKnownProjects([
  ItemsController,
  GroupItemsController,
  DevelopersController,
  StandardsController,
  GroupStandardsController,
  TryStandardController,
  VacanciesController,
  BindingsController,
  MetersController,
  PoolsController,
  BillRunsController,
  DecideRunsController,
  RunBatchesController,
  CorrectionsController,
  LateFeesController,
  FreezesController,
  DiscountRulesController,
  DiscountsController,
  DiscountGrantsController,
  RaiseChargeController,
  RaiseForRoomsController,
  ChargesController,
  ExplanationController,
  WriteOffController,
  RecoverWriteOffController,
  ReduceChargeController,
  ReceiptsController,
  ReceiptEvidenceController,
  ReverseReceiptController,
  ReleaseAllocationController,
  RefundReceiptController,
  MoveReceiptController,
  PrepaymentsController,
  AllocatePrepaymentController,
  RefundPrepaymentController,
  DepositsController,
  RefundDepositController,
  UseDepositController,
  TransferChargesController,
  SettleLeaseController,
  PeriodsController,
  ClosingController,
  ReopenPeriodController,
  LimitsController,
  ApprovalsController,
]);

/** Appends at a time, each on a connection of its own. */
const WRITERS = 2;
/** Of each thread of bill runs: one for the run at work, one for what is appended and read beside it. */
const THREAD_CONNECTIONS = 2;

const partsOf = (config: ServiceConfig, log: Logger, metrics: ServiceMetrics): ServiceParts => {
  const poolSize = Math.max(2, config.poolSize - 2 * THREAD_CONNECTIONS - WRITERS);
  const pool = poolOf({ ...config, poolSize }, 'billing');
  const transact = pgTransact(pool);
  const reader = new Reader(pool);
  const writer = new AppendThread(appendPoolConfigOf(config, 'billing', WRITERS), log);
  const ledger = new Ledger(writer, reader);
  const threads = new RunThreads({ ...poolConfigOf(config, 'billing-runs'), max: THREAD_CONNECTIONS }, log);
  const moves = {
    onMoved: (listener: MovedListener): void => {
      writer.onMoved(listener);
      threads.onMoved(listener);
    },
  };
  const watch = new HeadsWatch(reader, moves);
  const events = eventsOf(config, 'billing', log);
  const relay = events.relay('ledger', transact, moves);
  const runs = new BillRuns(threads, reader, ledger, log);
  const registry = peerOf(config, 'billing', 'registry');
  const customers = peerOf(config, 'billing', 'customers');

  const registryCopy: BookConsumer = new BookConsumer({
    topic: 'registry',
    ...events.following('registry', new HttpEventSource(registry.baseUrl, registry.token)),
    transact,
    apply: async (tx, events) => {
      await access.apply(tx, events);
      await applyRegistryEvents(tx, events);
    },
    onApplied: () => access.forget(),
    log,
  });
  const access: AccessStore = new AccessStore(
    (sql, params) => reader.rows(sql, params),
    (positions, timeoutMs) => registryCopy.caughtUp(positions, timeoutMs),
  );
  const customersCopy = new BookConsumer({
    topic: 'customers',
    ...events.following('customers', new HttpEventSource(customers.baseUrl, customers.token)),
    transact,
    apply: applyCustomersEvents,
    log,
  });

  const consumers = [registryCopy, customersCopy];
  metrics.watchAppends(writer);
  metrics.watchConsumers(consumers);
  metrics.watchRelay(relay);
  metrics.watchPools({ reads: pool, appends: writer.connections });
  watchRuns(metrics, reader, threads);

  const provided: readonly (readonly [symbol | (new (...parameters: never[]) => object), object])[] = [
    [Ledger, ledger],
    [Approvals, new Approvals(ledger, reader, transact)],
    [Reader, reader],
    [AfterGate, new AfterGate({ registry: registryCopy, customers: customersCopy })],
    [REPORTS, peerOf(config, 'billing', 'reports')],
    [BillRuns, runs],
    [RunBatches, new RunBatches(runs, reader)],
    [RunDecisions, new RunDecisions(runs, reader)],
  ];
  return {
    module: {
      module: class BillingModule {},
      controllers: [
        ...controllers,
        importController(new BillingImports(transact, reader, ledger, { registry, customers }), IMPORTED),
        eventFeedController({ tx: reader, watch, facts: factsCopier(pool) }),
        consumersController(consumers),
        relayController(relay),
      ],
      providers: [EventStreams, ...provided.map(([provide, useValue]) => ({ provide, useValue }))],
    },
    access,
    problems: PROBLEMS,
    start: async () => {
      await reader.rows('select 1 from calendar limit 1');
      registryCopy.start();
      customersCopy.start();
      relay?.start();
      runs.start();
      writer.start();
    },
    notReady: () => missingDatabase(() => reader.rows('select 1 from calendar limit 1')),
    alarms: () => [...consumerAlarms(consumers), ...relayAlarms(relay)],
    stop: async () => {
      watch.close();
      await runs.stop();
      await Promise.all([registryCopy.stop(), customersCopy.stop()]);
      await writer.close();
      await relay?.stop();
      await pool.end();
    },
  };
};

/** 收费: standards, bill runs, the counter, deposits and periods, on one append-only ledger book a project. */
export const billing: ServiceApp = {
  name: 'billing',
  title: '物业账簿 · 收费 billing',
  description:
    '收费标准与绑定、出账、收款、预交款、押金、核销与关账。金额为两位小数的字符串; 命令须带 Idempotency-Key。\n\n' +
    'Standards and bindings, bill runs, receipts, prepayments, deposits, write-offs and period close. Amounts are strings ' +
    'with two decimals; commands need an Idempotency-Key.',
  migrations,
  build: partsOf,
};
