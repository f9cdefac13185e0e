import { backUp, BackupRefused } from '@propledger/local-postgres';
import { Command } from 'commander';
import { chmodSync, copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * `npm run backup -- --out FOLDER`: copies a data folder of the suite while it runs. The copy is a data folder: start the suite
 * on it, or on a copy of it, to restore. It holds every secret of the suite, and personal data.
 */
const main = async (): Promise<void> => {
  const command = new Command('npm run backup --')
    .description('备份运行中的数据目录 copies the data folder of a suite that runs')
    .option('--data <folder>', '数据目录 data folder', 'data')
    .requiredOption('--out <folder>', '备份到此目录, 须不存在 where to; must not exist')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.parse(process.argv);
  const { data, out } = command.opts<{ data: string; out: string }>();
  const [from, to] = [resolve(data), resolve(out)];
  await backUp(from, to);
  copyFileSync(join(from, 'secrets.json'), join(to, 'secrets.json'));
  chmodSync(join(to, 'secrets.json'), 0o600);
  process.stdout.write(`已备份 backed up: ${to}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof BackupRefused ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
