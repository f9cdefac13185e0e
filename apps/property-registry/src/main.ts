import { configFromEnvironment, runMain, runService } from '@propledger/service-kit';
import { ensureFirstAdministrator, registry } from './registry';

runMain(async () => {
  if (process.argv[2] !== 'migrate') {
    const first = await ensureFirstAdministrator(configFromEnvironment(process.env));
    // Shown once, here; it is in no log and no file.
    if (first) process.stdout.write(`首位管理员 first administrator: ${first.operator} / ${first.password}\n`);
  }
  await runService(registry);
});
