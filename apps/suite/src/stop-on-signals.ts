import type { Suite } from './start-suite';

// npm passes a Ctrl-C on that the terminal has sent to us as well: two within a moment are one.
const SAME_MS = 1_000;
const FORCE_LIMIT_MS = 10_000;

/** Stops the suite on Ctrl-C or SIGTERM; the second Ctrl-C does not wait for what is still being answered. */
export const stopOnSignals = (
  say: (line: string) => void,
): { suite(started: Suite): void; readonly stopping: () => boolean } => {
  let announce: (suite: Suite) => void = () => undefined;
  const started = new Promise<Suite>((resolve) => (announce = resolve));
  let askedAt = 0;

  const stop = (): void => {
    const now = Date.now();
    if (askedAt === 0) {
      askedAt = now;
      say('正在停止 stopping …');
      void started
        .then((suite) => suite.stop())
        .then(() => exit(0, '已停止 stopped'))
        .catch((error: unknown) => exit(1, error instanceof Error ? error.message : String(error)));
    } else if (now - askedAt > SAME_MS) {
      say('立即停止 stopping at once …');
      setTimeout(() => process.exit(130), FORCE_LIMIT_MS);
      void started.then((suite) => suite.abandon()).finally(() => process.exit(130));
    }
  };
  const exit = (code: number, line: string): void => {
    say(line);
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return { suite: announce, stopping: () => askedAt > 0 };
};
