import { startPostgres } from '@propledger/local-postgres';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostKafka } from './kafka-host';
import { keepRun } from './run';
import { watchOver } from './watchdog';

// Nothing here outlives the run, so nothing needs to survive a crash of the machine.
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};

/**
 * One PostgreSQL for the whole run; workers find it by PROPLEDGER_TEST_POSTGRES. A server given there or in DATABASE_URL is used as it
 * is. And one Kafka, when a spec asks for it, by PROPLEDGER_TEST_KAFKA.
 */
export default async function setup(): Promise<void> {
  const kafka = await hostKafka();
  process.env['PROPLEDGER_TEST_KAFKA'] = kafka.url ?? '';
  const given = process.env['PROPLEDGER_TEST_POSTGRES'] ?? process.env['DATABASE_URL'];
  if (given) {
    process.env['PROPLEDGER_TEST_POSTGRES'] = given;
    keepRun(kafka);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'propledger-test-'));
  chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  const watchdog = watchOver(folder);
  const server = await startPostgres({ dataDir: folder, settings: FAST });
  process.env['PROPLEDGER_TEST_POSTGRES'] = server.adminUrl;
  keepRun({
    end: async () => {
      await kafka.end();
      await server.stop();
      watchdog.end();
    },
  });
}
