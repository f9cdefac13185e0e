import { decodeAfter } from '@propledger/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../row';
import { connected } from './broker';
import { PERIOD } from '../workload/days';
import { projectsOf } from '../workload/group';
import { kafkaBooks, SCALE } from './kafka-books';

const RECEIPTS_A_SECOND = 300;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;
const TICK_MS = 20;
const LOOK_MS = 5;

interface Waiting {
  readonly book: string;
  readonly position: number;
  readonly acknowledgedAt: number;
}

/**
 * 300 receipts a second over HTTP, at random points, whatever the answers take; from the answer to the commit that makes the
 * receipt part of the arrears report, which reads what is committed. Nobody asks with an `after`, so all of it comes over Kafka.
 */
export const visible: Row<'p99'> = {
  name: 'visible',
  rounds: 3,
  figures: {
    p99: {
      work: 'receipt acknowledged to visible in arrears over Kafka: p99',
      unit: 'ms',
      target: { valueBelow: 1_000 },
    },
  },
  shares: kafkaBooks,
  prepare: async (say) => {
    const { services, events } = await kafkaBooks.get((line) => say(`visible: ${line}`));
    await services.start('reports');
    const reports = await connected(services.databaseUrls.reports);
    const cursors = async (): Promise<Map<string, number>> => {
      const { rows } = await reports.query<{ book: string; position: string }>(
        `select book, position from cursor where topic = 'ledger'`,
      );
      return new Map(rows.map(({ book, position }) => [book, Number(position)]));
    };
    const total = await events();
    for (;;) {
      if ([...(await cursors()).values()].reduce((sum, position) => sum + position, 0) === total) break;
      await pause(50);
    }
    const books = [...projectsOf(SCALE)].map(({ project: { project }, customers }) => ({
      project,
      customers: customers.map(({ customer }) => customer),
    }));
    const token = await services.serviceToken();
    let made = 0;
    const receive = async (): Promise<Waiting> => {
      const nth = (made += 1);
      const { project, customers } = books[nth % books.length] ?? { project: '', customers: [] };
      const answer = await fetch(`${services.urls.billing}/billing/v1/projects/${project}/receipts`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `bench-${nth}`,
        },
        body: JSON.stringify({
          ...{ receiptNo: `V-${nth}`, date: `${PERIOD}-15`, customer: customers[nth % customers.length] },
          tenders: [{ method: '现金', amount: '1.00' }],
        }),
      });
      const text = await answer.text();
      const acknowledgedAt = performance.now();
      if (answer.status !== 201) throw new Error(`answered ${answer.status}: ${text}`);
      const after = decodeAfter((JSON.parse(text) as { after: string }).after);
      return { book: project, position: after?.ledger?.[project] ?? 0, acknowledgedAt };
    };

    const measure = async (seconds: number): Promise<number[]> => {
      const waiting = new Set<Waiting>();
      const took: number[] = [];
      const answers: Promise<unknown>[] = [];
      const startedAt = performance.now();
      let sent = 0;
      let looking = true;
      const look = async (): Promise<void> => {
        while (looking || waiting.size > 0) {
          const reached = await cursors();
          const now = performance.now();
          for (const one of waiting)
            if ((reached.get(one.book) ?? 0) >= one.position) {
              took.push(Math.max(0, now - one.acknowledgedAt));
              waiting.delete(one);
            }
          await pause(LOOK_MS);
        }
      };
      const looks = look();
      while (performance.now() - startedAt < seconds * 1000) {
        for (const due = ((performance.now() - startedAt) / 1000) * RECEIPTS_A_SECOND; sent < due; sent++)
          answers.push(receive().then((one) => void waiting.add(one)));
        await pause(TICK_MS);
      }
      const settled = await Promise.allSettled(answers);
      looking = false;
      await looks;
      for (const one of settled) if (one.status === 'rejected') throw one.reason;
      return took.sort((one, other) => one - other);
    };
    await measure(WARM_UP_SECONDS); // Code that runs for the first time is slow.
    return {
      round: async (nth) => {
        const took = await measure(SECONDS);
        const quantile = (part: number): number => took[Math.ceil(part * took.length) - 1] ?? NaN;
        say(
          `visible: round ${nth}: ${took.length} receipts, p50 ${quantile(0.5).toFixed(0)} ms, most ${quantile(1).toFixed(0)} ms`,
        );
        return { p99: { value: quantile(0.99), limit: null } };
      },
      close: async () => {
        await reports.end();
        await services.end('reports');
      },
    };
  },
};
