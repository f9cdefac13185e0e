import { BookConsumer, cursorMigration, pgTransact, pipelinedTransact, type Tx } from '@propledger/event-log';
import { type CheckpointSigner, checkpointSigner, originOf } from '@propledger/proof';
import {
  AccessStore,
  Attempts,
  consumersController,
  CreateAccessTables,
  EventStreams,
  eventsOf,
  type Migration,
  peerOf,
  projectingPoolOf,
  poolOf,
  type ServiceApp,
  type ServiceConfig,
  type ServiceParts,
  type ServiceMetrics,
  missingDatabase,
  consumerAlarms,
} from '@propledger/service-kit';
import { Answers } from './answer/answers';
import { Turns } from './answer/turns';
import { ArrearsDetailController } from './arrears-detail/arrears-detail.controller';
import { ArrearsSummaryController } from './arrears-summary/arrears-summary.controller';
import { CashbookController } from './cashbook/cashbook.controller';
import { sourcesOf } from './cell-sources';
import { cellsOf } from './cells';
import { CollectionController } from './collection/collection.controller';
import { DepositsController } from './deposits/deposits.controller';
import { DifferenceController } from './difference/difference.controller';
import { headersFrom } from './difference/headers';
import { CutsController } from './known/cuts.controller';
import { KnownCuts } from './known/known-cuts';
import { askingOwners } from './known/recorded-by';
import { SealedLog as CreateSealedLog } from './migrations/1700000004005-sealed-log';
import { CreateProjection } from './migrations/1700000004000-create-projection';
import { CreateReplays } from './migrations/1700000004008-create-replays';
import { CreateSums } from './migrations/1700000004001-create-sums';
import { CreateReportJobs } from './migrations/1700000004006-create-report-jobs';
import { Corrections } from './migrations/1700000004030-corrections';
import { AttemptsOfReportJobs } from './migrations/1700000004080-attempts-of-report-jobs';
import { Transfers } from './migrations/1700000004007-transfers';
import { PrepaymentsController } from './prepayments/prepayments.controller';
import { REPORTING_PROBLEMS } from './problem';
import { driftChecks } from './projection/drift-checks';
import { applyLedger } from './projection/apply-ledger';
import { applyRegistry } from './projection/apply-registry';
import { Projections } from './projections';
import { ReceivableController } from './receivable/receivable.controller';
import { JobRunner } from './report-jobs/job-runner';
import { ReportJobs } from './report-jobs/report-jobs';
import { ReportJobsController } from './report-jobs/report-jobs.controller';
import { Reports } from './reports';
import { Sheets } from './sheets';
import { LogController } from './seal-books/log.controller';
import { ALARMS } from './seal-books/plan-round';
import { ReceiptProofsController, ReceiptSource } from './seal-books/receipt-proofs.controller';
import { SealedLog } from './seal-books/sealed-log';
import { type BookOwner, Sealer } from './seal-books/sealer';
import { Sealing, type SealingStatus } from './sealing';
import { DriftWatch } from './replay/drift';
import { FoldThread } from './replay/fold-thread';
import { Replays } from './replay/replays';
import { ReplaysController } from './replay/replays.controller';
import { Workshop } from './replay/workshop';
import { StatusController } from './status/status.controller';
import { watchBooks } from './status/watch-books';

type Log = Parameters<ServiceApp['build']>[1];

const TURN_PATIENCE_MS = 15_000;
/** An exchange takes six, with what whoever works on replays holds all the time; the others are for the watch for drift. */
const WORKSHOP_CONNECTIONS = 8;
/** Of a topic: while one waits for its commit, others are projected. */
const PARALLEL_BOOKS = 4;
/** Where few events of each were delivered, as while receipts come in at every counter. */
const BOOKS_TOGETHER = 100;
/** Of both topics. */
const PROJECTING_CONNECTIONS = 2 * PARALLEL_BOOKS;

// For each address. Behind a proxy all callers may have one, so it is generous; codes have 125 bits.
const PROOFS_EACH = { most: 60, perSecond: 5 };
const PROOFS_IN_ALL = { most: 200, perSecond: 20 };

const partsOf = (config: ServiceConfig, log: Log, metrics: ServiceMetrics): ServiceParts => {
  const pool = poolOf(config, 'reports');
  const rows = async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    (await pool.query(sql, [...params])).rows as Row[];
  const tx: Tx = { rows };
  const transact = pgTransact(pool);
  const projectingPool = projectingPoolOf(config, 'reports', PROJECTING_CONNECTIONS);
  const projecting = pipelinedTransact(projectingPool);
  const cells = cellsOf(config);
  const regions = cells.map(({ region }) => region);
  const sources = sourcesOf(cells, log);
  const billings = cells.map(({ owners }) => owners.ledger);
  const events = eventsOf(config, 'reports', log);
  const access = new AccessStore(rows, (positions, timeoutMs) => registry.caughtUp(positions, timeoutMs));
  const registry: BookConsumer = new BookConsumer({
    ...{
      topic: 'registry',
      ...events.following('registry', sources.registry, regions),
      transact: projecting,
      parallelBooks: PARALLEL_BOOKS,
      log,
    },
    apply: async (own, events) => {
      await access.apply(own, events);
      await applyRegistry(own, events);
    },
    onApplied: () => access.forget(),
  });
  const ledger = new BookConsumer({
    topic: 'ledger',
    ...events.following('ledger', sources.ledger, regions),
    transact: projecting,
    parallelBooks: PARALLEL_BOOKS,
    booksTogether: BOOKS_TOGETHER,
    log,
    apply: applyLedger,
  });
  projectingPool.on('error', () => [registry, ledger].forEach((consumer) => consumer.doubt()));
  const signer = signerOf(config);
  const sealer =
    signer === null
      ? null
      : new Sealer({ owners: ownersOf(config), signer, tx, transact, intervalMs: config.sealIntervalMs, log });
  const projections = new Projections(pool, tx, { ledger, registry });
  // Half of the connections stay with the consumers, the guard and short look-ups.
  const turns = new Turns(Math.max(1, config.poolSize >> 1), TURN_PATIENCE_MS);
  const cuts = new KnownCuts(projections, askingOwners(cells.map(({ owners }) => owners)));
  const sheets = new Sheets(projections, headersFrom(billings));
  const answers = new Answers(turns);
  const reports = new Reports(projections, cuts, sheets, answers);
  const runner = new JobRunner(projections, cuts, sheets, log);
  const jobs = new ReportJobs(projections, reports, sheets, answers, runner);
  const workshop = new Workshop(config.databaseUrl, WORKSHOP_CONNECTIONS);
  const newThread = (): FoldThread => new FoldThread(config.databaseUrl, cells, log);
  const replays = new Replays(workshop, sources, newThread, log);
  const drift = new DriftWatch(workshop, sources, config.driftPauseSeconds, log);
  metrics.watchConsumers([registry, ledger]);
  metrics.watchPools({ all: pool, projecting: projectingPool, replays: workshop.connections });
  watchBooks(metrics, tx, () => sealer?.status() ?? null);
  return {
    module: {
      module: class ReportingModule {},
      controllers: [
        ArrearsDetailController,
        ArrearsSummaryController,
        ReceivableController,
        DepositsController,
        PrepaymentsController,
        CashbookController,
        CollectionController,
        CutsController,
        DifferenceController,
        LogController,
        ReceiptProofsController,
        ReportJobsController,
        ReplaysController,
        StatusController,
        consumersController([registry, ledger]),
      ],
      providers: [
        { provide: Projections, useValue: projections },
        { provide: Reports, useValue: reports },
        { provide: SealedLog, useValue: new SealedLog(tx, signer) },
        { provide: ReceiptSource, useValue: new ReceiptSource(billings) },
        { provide: Attempts, useValue: new Attempts(PROOFS_EACH, PROOFS_IN_ALL) },
        { provide: Sealing, useValue: new Sealing(() => sealer?.status() ?? null) },
        { provide: ReportJobs, useValue: jobs },
        EventStreams,
        { provide: Replays, useValue: replays },
      ],
    },
    access,
    problems: REPORTING_PROBLEMS,
    start: async () => {
      await rows('select 1 from cut limit 1');
      registry.start();
      ledger.start();
      sealer?.start();
      runner.start();
      replays.start();
      drift.start();
    },
    notReady: () => missingDatabase(() => rows('select 1 from cut limit 1')),
    alarms: async () => [
      ...consumerAlarms([registry, ledger]),
      ...(sealer === null ? [] : sealingAlarms(sealer.status())),
      ...(await driftChecks(tx)).flatMap(({ book, tables }) =>
        tables.length === 0 ? [] : [`${book}: 报表数据与账簿不符 reports are not what its events make`],
      ),
    ],
    stop: async () => {
      await Promise.all([ledger.stop(), registry.stop(), sealer?.stop(), runner.stop(), replays.stop(), drift.stop()]);
      await workshop.end();
      await Promise.all([projectingPool.end(), pool.end()]);
    },
  };
};

/** What of sealing somebody must look at. Why it does not get on is in the log and the status, not told to whoever asks. */
const sealingAlarms = ({ trouble, alarms }: SealingStatus): string[] => [
  ...(trouble === null ? [] : ['签封不了 books cannot be sealed now']),
  ...alarms.map(({ topic, book, reason }) => `${topic} ${book}: ${ALARMS[reason]}`),
];

/** Null: no key, so this deployment seals nothing. @throws Error naming the variable, never its value. */
const signerOf = ({ sealKey, region }: ServiceConfig): CheckpointSigner | null => {
  if (sealKey === undefined) return null;
  try {
    return checkpointSigner(originOf(region), sealKey);
  } catch (error) {
    throw new Error(`SEAL_KEY: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};

const OWNERS = [
  ['registry', 'registry'],
  ['customers', 'customers'],
  ['ledger', 'billing'],
] as const;
const OWNER_PATIENCE_MS = 10_000;

/** The services whose books are sealed: those that the configuration knows where to reach. */
const ownersOf = (config: ServiceConfig): BookOwner[] =>
  OWNERS.filter(([, name]) => config.peers[name] !== '').map(([topic, name]) => {
    const peer = peerOf(config, 'reports', name);
    return { topic, get: <Answer>(path: string) => peer.call<Answer>('GET', path, undefined, OWNER_PATIENCE_MS) };
  });

const migrations: readonly Migration[] = [
  cursorMigration,
  CreateAccessTables,
  CreateProjection,
  CreateSums,
  CreateSealedLog,
  CreateReportJobs,
  Transfers,
  CreateReplays,
  Corrections,
  AttemptsOfReportJobs,
];

export const reporting: ServiceApp = {
  name: 'reports',
  title: '物业账簿 · 报表 reporting',
  description:
    '欠费、应收实收、押金、预交款、收款与收缴报表, 每份报表都可以按日期和当时所知再问一次, 得到同样的内容。\n\n' +
    'Arrears, receivables, deposits, prepayments, cashbook and collection; each can be asked again as of a day and as known at a cut.',
  migrations,
  build: partsOf,
};
