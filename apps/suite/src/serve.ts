import { readOptions, type SuiteOptions } from './options';
import { loadServices, startSuite } from './start-suite';
import { stopOnSignals } from './stop-on-signals';
import { CannotStart } from './stop-reason';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Starts the suite as the command line says, and serves until it is told to stop. */
export const serve = (): void => {
  startAndWelcome(readOptions(process.argv.slice(2), process.env)).catch((error: unknown) => {
    const text =
      error instanceof CannotStart || !(error instanceof Error) ? String(error) : (error.stack ?? error.message);
    process.stderr.write(`${error instanceof CannotStart ? error.message : text}\n`);
    process.exit(1);
  });
};

/** Loads all that a start needs, and does nothing with it. */
export const loadAll = (): Promise<unknown> => Promise.all([loadServices(), import('./welcome.js')]);

const startAndWelcome = async (options: SuiteOptions): Promise<void> => {
  const signals = stopOnSignals(say);
  const suite = await startSuite(options, say);
  signals.suite(suite);
  try {
    const { welcome } = await import('./welcome.js');
    await welcome(suite, options, say);
    say(`就绪 ready in ${process.uptime().toFixed(1)} s`);
  } catch (error) {
    if (signals.stopping()) return; // What was cut short goes on at the next start.
    await suite.stop();
    throw error;
  }
};
