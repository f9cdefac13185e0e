import type { LedgerEvent, RegistryEvent } from '@propledger/contracts';
import { applyOnce, pipelinedTransact, type Tx } from '@propledger/event-log';
import { Pool } from 'pg';
import { applyLedger } from '../projection/apply-ledger';
import { applyRegistry } from '../projection/apply-registry';
import { migrate } from '@propledger/service-kit';
import { momentOf } from '../moment';
import { type Cell, type Moment, parametersOf, type Report } from '../report';
import { reporting } from '../reporting';

/** Reporting's tables on a database, with events put in directly. */
export interface Projection {
  readonly tx: Tx;
  readonly pool: Pool;
  /** Those that are not in yet; of one book or of several, in one transaction. */
  ledger(events: readonly LedgerEvent[]): Promise<void>;
  registry(events: readonly RegistryEvent[]): Promise<void>;
  /** The report's rows at the moment that is meant; projects known up to `known`, or wholly. */
  ask<Row extends object>(
    report: Report<Row>,
    asked: Partial<Moment>,
    projects: readonly string[],
    known?: number,
  ): Promise<(readonly Cell[])[]>;
  close(): Promise<void>;
}

const EVERYTHING = 1_000_000_000;

export const openProjection = async ({
  ownerUrl,
  appUrl,
}: {
  ownerUrl: string;
  appUrl: string;
}): Promise<Projection> => {
  await migrate(ownerUrl, reporting.migrations);
  const pool = new Pool({ connectionString: appUrl, max: 4 });
  const tx: Tx = {
    rows: async <Row>(sql: string, params?: readonly unknown[]) =>
      (await pool.query(sql, params === undefined ? undefined : [...params])).rows as Row[],
  };
  const projecting = new Pool({ connectionString: appUrl, max: 2, pipeline: true });
  const transact = pipelinedTransact(projecting);
  return {
    tx,
    pool,
    ledger: async (events) => {
      const pages = new Map<string, LedgerEvent[]>();
      for (const event of events) pages.set(event.book, [...(pages.get(event.book) ?? []), event]);
      await transact((own) => applyOnce(own, 'ledger', pages, applyLedger));
    },
    registry: (events) => transact((own) => applyRegistry(own, events)),
    ask: async (report, { asOf, period }, projects, known = EVERYTHING) => {
      const moment = momentOf(report.selection, { asOf, period: period ?? undefined }, '2026-12-31');
      const books = projects.map((book) => ({ book, ledger: known, registry: EVERYTHING }));
      const rows = await tx.rows<Parameters<typeof report.cells>[0]>(
        report.sql(moment),
        parametersOf({ books, moment }),
      );
      return rows.map((row) => report.cells(row));
    },
    close: async () => {
      await Promise.all([projecting.end(), pool.end()]);
    },
  };
};
