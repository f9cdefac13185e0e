import { ensureFirstAdministrator } from '@propledger/property-registry';
import { migrate, startService, type Peers, type RunningService, type ServiceConfig } from '@propledger/service-kit';
import type { ServiceDatabases } from './databases';
import type { FrontDoor } from './front-door';
import type { KeptState } from './kept-state';
import { SERVICE_APPS } from './service-apps';

/** Brings every service's tables up to date and starts it; each is reached through the front door once it is up. */
export const startServices = async (
  databases: ServiceDatabases,
  state: KeptState,
  { url, logLevel }: { readonly url: string; readonly logLevel: string },
  door: FrontDoor,
): Promise<RunningService[]> => {
  const peers = Object.fromEntries(SERVICE_APPS.map(({ name }) => [name, url])) as unknown as Peers;
  await Promise.all(SERVICE_APPS.map(({ name, migrations }) => migrate(databases[name].ownerUrl, migrations)));
  const running: RunningService[] = [];
  try {
    // One after the other, so that each finds those that it asks.
    for (const app of SERVICE_APPS) {
      const config = configOf(databases[app.name].appUrl, peers, state, logLevel);
      if (app.name === 'registry' && state.adminPassword !== null)
        await ensureFirstAdministrator(config, state.adminPassword);
      const service = await startService(app, config);
      door.open(service);
      running.push(service);
    }
    return running;
  } catch (error) {
    await closeServices(running);
    throw error;
  }
};

const configOf = (
  databaseUrl: string,
  peers: Peers,
  { serviceKey, sealKey }: KeptState,
  logLevel: string,
): ServiceConfig => ({
  databaseUrl,
  peers,
  serviceKey,
  sealKey,
  region: 'local',
  sealIntervalMs: 3_000,
  logLevel,
  oidcOperatorClaim: 'sub',
  host: '127.0.0.1',
  port: 0,
  poolSize: 10,
  driftPauseSeconds: 60,
});

/** Those that call others first, so that nobody calls a service that is gone. */
export const closeServices = async (running: readonly RunningService[]): Promise<void> => {
  for (const name of ['onboarding', 'reports', 'billing', 'customers', 'registry'])
    await running.find((service) => service.name === name)?.close();
};
