import { SingleBar } from 'cli-progress';
import type { Invocation } from './session';

/** Progress of something that is counted: a bar on a terminal, a line for every tenth elsewhere, nothing with --json. */
export interface Showing {
  readonly show: (done: number) => void;
  readonly end: () => void;
}

export const showing = ({ json, tell }: Invocation, total: number, unit: string): Showing => {
  if (json) return { show: () => undefined, end: () => undefined };
  return process.stderr.isTTY ? bar(total, unit) : tenths(total, unit, tell);
};

const bar = (total: number, unit: string): Showing => {
  const shown = new SingleBar({
    format: `{bar} {percentage}% {value}/{total} ${unit}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  shown.start(total, 0);
  return { show: (done) => shown.update(done), end: () => shown.stop() };
};

const tenths = (total: number, unit: string, tell: (line: string) => void): Showing => {
  let last = 0;
  return {
    show: (done) => {
      const now = Math.floor((done * 10) / total);
      if (now > last) tell(`${now * 10}% ${done}/${total} ${unit}`);
      last = now;
    },
    end: () => undefined,
  };
};
