import { ApiClient, runBills } from '@propledger/cli';
import { load, type Loaded } from '../http-load';
import type { Row } from '../row';
import { groupBooks } from '../bill-run/group-books';
import { GROUP, projectsOf } from '../workload/group';
import { ReceiptMaker, type Book } from './receipt-maker';

const CLIENTS = 8;
const WARM_UP_MS = 2_000;

/**
 * Receipts over HTTP from cashiers who each send the next when the last one is answered, in all books, while the month's charges of
 * the whole group are raised in the same books.
 */
export const receiptsDuringRun: Row<'p99'> = {
  name: 'busy',
  rounds: 1,
  figures: {
    p99: {
      work: `receipts over HTTP, ${CLIENTS} clients, while a bill run of 250,000 goes on: p99`,
      unit: 'ms',
      target: { valueBelow: 250 },
    },
  },
  shares: groupBooks,
  prepare: async (say) => {
    const { services, token, nextPeriod } = await groupBooks.get((line) => say(`busy: ${line}`));
    const period = nextPeriod();
    const books: Book[] = [];
    for (const { project, customers } of projectsOf(GROUP))
      books.push({ project: project.project, customers: customers.length });
    const collect = (series: string, seed: number, stop: AbortSignal): Promise<Loaded> => {
      const maker = new ReceiptMaker({
        ...{ host: new URL(services.urls.billing).host, token, books, series, seed },
        payer: (customer, roll) => ({
          customer: `K${String(customer + 1).padStart(6, '0')}`,
          fen: 5_000 + roll(20_000),
        }),
        date: `${period}-15`,
      });
      return load({
        ...{ url: services.urls.billing, clients: CLIENTS, warmUpMs: WARM_UP_MS, measuredMs: 600_000, stop },
        next: () => maker.next(),
        expected: 201,
      });
    };
    return {
      round: async (nth) => {
        const ended = new AbortController();
        const collecting = collect(`R${nth}`, nth, ended.signal);
        const startedAt = performance.now();
        const runs = Promise.all(
          books.map(({ project }) => {
            const client = new ApiClient({ url: services.urls.billing, token });
            return runBills(client, project, { period, date: `${period}-01` }, `busy-${nth}-${project}`);
          }),
        ).finally(() => ended.abort());
        const [{ perSecond, p50, p99 }, jobs] = await Promise.all([collecting, runs]);
        const count = jobs.reduce((sum, { result }) => sum + (result?.raised.count ?? 0), 0);
        if (count !== GROUP.charges) throw new Error(`${count} charges were raised, not ${GROUP.charges}`);
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        say(
          `busy: ${seconds} s of the run, ${perSecond.toFixed(0)} receipts/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
        );
        return { p99: { value: p99, limit: null } };
      },
      close: () => Promise.resolve(),
    };
  },
};
