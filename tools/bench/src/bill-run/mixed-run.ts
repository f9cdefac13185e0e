import { CpuTimes } from '../cpu-times';
import type { Row } from '../row';
import { GROUP } from '../workload/group';
import { billMonth, booksOf, groupBooks } from './group-books';

/**
 * The same month of as many charges, computed by methods of every kind: areas with a minimum and a cap, a formula, persons, two kinds of
 * meters, pools, months that begin on the day of the handover. The limit is a month of plain charges, billed just before.
 */
export const mixedRun: Row<'time'> = {
  name: 'mixed-run',
  rounds: 1,
  figures: {
    time: { work: 'bill run, 250,000 charges of mixed methods', unit: 's', target: { ratioAtMost: 2 } },
  },
  shares: groupBooks,
  prepare: async (say) => {
    const plain = await groupBooks.get((line) => say(`mixed-run, plain: ${line}`));
    const mixed = await booksOf({ ...GROUP, mixed: true }, (line) => say(`mixed-run: ${line}`));
    return {
      round: async (nth) => {
        const { seconds: limit } = await billMonth(plain, `plain-${nth}`);
        const cpu = new CpuTimes(mixed.services);
        const { period, seconds, count } = await billMonth(mixed, `mixed-${nth}`);
        if (count !== GROUP.charges) throw new Error(`${count} charges were raised, not ${GROUP.charges}`);
        say(`mixed-run ${period}: ${seconds.toFixed(2)} s; CPU ms each: ${cpu.since(count)}`);
        return { time: { value: seconds, limit } };
      },
      close: () => mixed.close(),
    };
  },
};
