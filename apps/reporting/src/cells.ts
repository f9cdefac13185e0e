import { type Peer, peerOf, type Peers, type ServiceConfig, SERVICES } from '@propledger/service-kit';
import type { Cell } from './cell-sources';

/** The regions that are reported on, home first: this deployment's own, or for a whole group those that CELLS names. */
export const cellsOf = (config: ServiceConfig): Cell<Peer>[] => {
  const given = config.cells ?? [];
  const configs =
    given.length === 0
      ? [config]
      : given.map(({ region, url, serviceKey }) => ({
          ...config,
          region,
          peers: Object.fromEntries(SERVICES.map((name) => [name, url])) as unknown as Peers,
          serviceKey: serviceKey ?? config.serviceKey,
        }));
  return configs.map((cell) => ({
    region: cell.region,
    owners: { ledger: peerOf(cell, 'reports', 'billing'), registry: peerOf(cell, 'reports', 'registry') },
  }));
};
