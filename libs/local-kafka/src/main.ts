import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from './start-kafka';

/*
 * npm run kafka                    a broker on a free port, gone with its data after Ctrl-C
 * npm run kafka -- 9092 FOLDER     on that port, its data kept in FOLDER
 */

const main = async ([port, folder]: readonly string[]): Promise<void> => {
  const dataDir = folder ?? mkdtempSync(join(tmpdir(), 'propledger-kafka-'));
  const broker = await startKafka({ dataDir, ...(port === undefined ? {} : { port: Number(port) }) });
  process.stdout.write(`KAFKA_BROKERS=${broker.brokers}\n`);
  const stop = (): void =>
    void broker.stop().then(() => {
      if (folder === undefined) rmSync(dataDir, { recursive: true, force: true });
      process.exit(0);
    });
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
};

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
