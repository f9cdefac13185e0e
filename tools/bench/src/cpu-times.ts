import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Services } from './services';

const MS_PER_TICK = 10;

/** CPU time that each part has taken since a moment: services, PostgreSQL by database, this process. Linux only. */
export class CpuTimes {
  private readonly before: ReadonlyMap<string, number>;

  constructor(private readonly services: Pick<Services, 'processes' | 'postmaster'>) {
    this.before = timesOf(services);
  }

  /** Milliseconds since then that a part has taken. */
  of(part: string): number {
    return (timesOf(this.services).get(part) ?? 0) - (this.before.get(part) ?? 0);
  }

  /** Milliseconds a piece of work, part by part. */
  since(pieces: number): string {
    const parts = [...timesOf(this.services)].map(
      ([part, ms]) => [part, (ms - (this.before.get(part) ?? 0)) / pieces] as const,
    );
    const total = parts.reduce((sum, [, ms]) => sum + ms, 0);
    return [...parts, ['all', total] as const]
      .filter(([, ms]) => ms >= 0.001)
      .map(([part, ms]) => `${part} ${ms.toFixed(3)}`)
      .join(', ');
  }
}

const timesOf = ({ processes, postmaster }: Pick<Services, 'processes' | 'postmaster'>): Map<string, number> => {
  const times = new Map<string, number>();
  if (!existsSync('/proc/self/stat')) return times;
  const names = new Map(Object.entries(processes).map(([name, { pid }]) => [String(pid), name]));
  names.set(String(process.pid), 'load');
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const part =
      names.get(pid) ?? (fields[1] === String(postmaster) ? partOfPostgres(read(`/proc/${pid}/cmdline`)) : undefined);
    if (part === undefined) continue;
    const ms = (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
    times.set(part, (times.get(part) ?? 0) + ms);
  }
  return times;
};

/** By the database that a backend serves. */
const partOfPostgres = (title: string): string =>
  / propledger_(\w+) (?:127|\[local)/.exec(title)?.[1]?.concat('-db') ?? 'postgres';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // It has ended.
  }
};
