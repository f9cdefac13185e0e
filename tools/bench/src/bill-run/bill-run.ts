import { readFileSync } from 'node:fs';
import { CpuTimes } from '../cpu-times';
import type { Row } from '../row';
import { GROUP } from '../workload/group';
import { CopiedRows } from './copied-rows';
import { billMonth, groupBooks } from './group-books';

/**
 * A month's charges of the whole group: a bill run asked for in each of its 41 projects over HTTP, from the first question to
 * the last run that has ended. Each round bills another month, on books that hold the months before. PostgreSQL flushes
 * every commit (fsync and synchronous_commit are on).
 *
 * The limit is COPY of the rows that the round added: see CopiedRows.
 */
export const billRun: Row<'time' | 'memory'> = {
  name: 'bill-run',
  rounds: 3,
  figures: {
    time: { work: 'bill run, 250,000 charges', unit: 's', target: { ratioAtMost: 1.6 } },
    memory: { work: 'bill run, 250,000 charges: memory of billing', unit: 'MB', target: { valueBelow: 600 } },
  },
  shares: groupBooks,
  prepare: async (say) => {
    const books = await groupBooks.get((line) => say(`bill-run: ${line}`));
    const { services } = books;
    const copied = await CopiedRows.beside(services.postgres.url('propledger_billing'));
    const pid = services.processes.billing?.pid ?? 0;
    return {
      round: async (nth) => {
        const cpu = new CpuTimes(services);
        const { period, seconds, count } = await billMonth(books, String(nth));
        if (count !== GROUP.charges) throw new Error(`${count} charges were raised, not ${GROUP.charges}`);
        say(`bill-run ${period}: ${seconds.toFixed(2)} s; CPU ms each: ${cpu.since(count)}`);
        return {
          time: { value: seconds, limit: await copied.copySince() },
          memory: { value: peakMegabytes(pid), limit: null },
        };
      },
      close: () => copied.close(),
    };
  },
};

/** The most that a process has had in memory so far. Linux only. */
const peakMegabytes = (pid: number): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
