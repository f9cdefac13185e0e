import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A suite that runs as a process of its own, as `npm start` runs it. */
export interface SuiteProcess {
  readonly url: string;
  readonly pid: number;
  /** What the first start shows once; null later. */
  readonly administrator: { readonly operator: string; readonly password: string } | null;
  /** Everything it has printed so far. */
  output(): string;
  /** Ctrl-C; answers the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

export interface StartSuite {
  readonly dataDir: string;
  readonly empty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Hears each line that it prints; `kill` is kill -9. */
  readonly onLine?: (line: string, kill: () => void) => void;
}

const START_TIMEOUT_MS = 120_000;

/** Starts `dist/main.js` on a free port and waits until it says that it is ready. @throws Error with its output when it ends. */
export const startSuiteProcess = ({ dataDir, empty = true, env = {}, onLine }: StartSuite): Promise<SuiteProcess> => {
  const args = [join(__dirname, '../dist/main.js'), '--port', '0', '--data', dataDir, ...(empty ? ['--empty'] : [])];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  // Whoever started it may end first: then it stops, too.
  const orphaned = (): void => void child.kill('SIGTERM');
  process.once('exit', orphaned);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve)).finally(() =>
    process.off('exit', orphaned),
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the suite was not ready in ${START_TIMEOUT_MS / 1000} s:\n${lines.join('\n')}`));
    }, START_TIMEOUT_MS);
    const heard = (line: string): void => {
      lines.push(line);
      onLine?.(line, () => child.kill('SIGKILL'));
      if (!/^(就绪 )?ready in /.test(line)) return;
      clearTimeout(timer);
      resolve(running(child, lines, ended));
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', heard);
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the suite ended with ${code}:\n${lines.join('\n')}`));
    });
  });
};

const running = (child: ChildProcess, lines: readonly string[], ended: Promise<number | null>): SuiteProcess => {
  const found = (pattern: RegExp): string | null =>
    lines.map((line) => pattern.exec(line)?.[1]).find((text) => text !== undefined) ?? null;
  const [operator, password] = [found(/administrator: (\S+)/), found(/password: (\S+)/)];
  return {
    url: found(/(http:\/\/\S+)/) ?? '',
    pid: child.pid ?? 0,
    administrator: operator !== null && password !== null ? { operator, password } : null,
    output: () => lines.join('\n'),
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
