import { ApiClient } from '@propledger/cli';
import { setTimeout as pause } from 'node:timers/promises';
import { CpuTimes } from '../cpu-times';
import { DoubleEntry } from '../double-entry';
import { load, type Loaded } from '../http-load';
import type { Measured, Row } from '../row';
import { startServices } from '../services';
import { bringIn, payer } from './book-set';
import { ReceiptMaker, type Book } from './receipt-maker';

const ROUNDS = 3;
const MEASURED_MS = 5_000;
const WARM_UP_MS = 1_000;
/** Of each number of clients, before anything is measured. */
const COMPILING_MS = 15_000;

/** 41 books. The first three are large: each is the hot one of a round. */
const BOOKS = Array.from({ length: 41 }, (_, i): Book => ({
  project: `YT${String(i + 1).padStart(2, '0')}`,
  customers: i < ROUNDS ? 4_000 : 800,
}));

const perSecond = (work: string, ratioAtLeast: number) => ({ work, unit: '/s', target: { ratioAtLeast } });
const latency = (work: string) => ({ work, unit: 'ms', target: { valueBelow: 100 } });

/**
 * Receipts over HTTP. The services run as production runs them, a process each: registry and customer-service at hand, billing,
 * and reporting, which follows every receipt meanwhile. Each request carries the operator's bearer token and an Idempotency-Key
 * of its own, and is answered after a commit that PostgreSQL has flushed (fsync and synchronous_commit are on). The load
 * generator runs on the same cores. A process that was started a moment ago runs code that was not compiled for speed yet, at half
 * the rate that it keeps up afterwards: what it answers in its first half minute is not counted.
 *
 * The limit is one hand-written double-entry transaction at a time on each of 32 connections, on the same server.
 */
export const receipts: Row<'clients32' | 'p99of32' | 'clients128' | 'p99of128' | 'hotBook' | 'p99ofHot'> = {
  name: 'receipts',
  rounds: ROUNDS,
  figures: {
    clients32: perSecond('receipts over HTTP, 41 books, 32 clients', 0.35),
    p99of32: latency('receipts over HTTP, 41 books, 32 clients: p99'),
    clients128: perSecond('receipts over HTTP, 41 books, 128 clients', 0.6),
    p99of128: latency('receipts over HTTP, 41 books, 128 clients: p99'),
    hotBook: perSecond('receipts over HTTP, one hot book, 32 clients', 1.3),
    p99ofHot: latency('receipts over HTTP, one hot book, 32 clients: p99'),
  },
  prepare: async (say) => {
    const services = await startServices(['registry', 'customers', 'billing', 'reports']);
    const limit = await DoubleEntry.start(services.postgres.adminUrl, 32);
    const startedAt = performance.now();
    await bringIn(services, BOOKS);
    const { operator, password } = services.administrator;
    const client = new ApiClient({ url: services.urls.registry });
    const { accessToken } = await client.signIn(operator, password);
    await untilReported(services.urls.reports, accessToken);
    say(`receipts: books are in, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);

    const { host } = new URL(services.urls.billing);
    const collect = async (
      clients: number,
      books: readonly Book[],
      series: string,
      measuredMs = MEASURED_MS,
    ): Promise<Loaded> => {
      const maker = new ReceiptMaker({
        ...{ host, token: accessToken, books, payer, date: '2026-03-15', series, seed: clients },
      });
      const cpu = new CpuTimes(services);
      const loaded = await load({
        url: services.urls.billing,
        clients,
        warmUpMs: WARM_UP_MS,
        measuredMs,
        next: () => maker.next(),
        expected: 201,
      });
      say(
        `receipts ${series}: ${loaded.perSecond.toFixed(0)}/s, p50 ${loaded.p50.toFixed(1)} ms, p99 ${loaded.p99.toFixed(1)} ms; ` +
          `CPU ms each: ${cpu.since((loaded.answered * (WARM_UP_MS + measuredMs)) / measuredMs)}`,
      );
      const lagSince = performance.now();
      await untilReported(services.urls.reports, accessToken);
      say(`receipts ${series}: reported ${((performance.now() - lagSince) / 1000).toFixed(1)} s later`);
      return loaded;
    };
    await collect(128, BOOKS, 'W128', COMPILING_MS);
    await collect(32, BOOKS, 'W32', COMPILING_MS);
    return {
      round: async (nth) => {
        const limitOfMany = await limit.rate(MEASURED_MS, false);
        const of32 = await collect(32, BOOKS, `A${nth}`);
        const of128 = await collect(128, BOOKS, `B${nth}`);
        const limitOfHot = await limit.rate(MEASURED_MS, true);
        const ofHot = await collect(32, BOOKS.slice(nth - 1, nth), `C${nth}`);
        const rate = ({ perSecond: value }: Loaded, of: number): Measured => ({ value, limit: of });
        const p99 = ({ p99: value }: Loaded): Measured => ({ value, limit: null });
        return {
          clients32: rate(of32, limitOfMany),
          p99of32: p99(of32),
          clients128: rate(of128, limitOfMany),
          p99of128: p99(of128),
          hotBook: rate(ofHot, limitOfHot),
          p99ofHot: p99(ofHot),
        };
      },
      close: async () => {
        await limit.close();
        await services.stop();
      },
    };
  },
};

/** Waits until reporting has every event, so that one measurement does not carry the other's. */
const untilReported = async (url: string, token: string): Promise<void> => {
  for (;;) {
    const answer = await fetch(`${url}/reports/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    const { topics } = (await answer.json()) as { topics: { topic: string; lag: number; behind: unknown[] }[] };
    if (topics.every(({ lag }) => lag === 0)) return;
    await pause(100);
  }
};
