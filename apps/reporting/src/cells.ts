import { CellsSource, HttpEventSource, type ConsumerLog, type FactSource } from '@propledger/event-log';
import { type Peer, peerOf, type Peers, type ServiceConfig, SERVICES } from '@propledger/service-kit';
import type { ReadTopic } from './projections';

/** The owners of the books of one region. */
export type Owners = Readonly<Record<ReadTopic, Peer>>;

/** The regions that are reported on, home first: this deployment's own, or for a whole group those that CELLS names. */
export interface Cells {
  readonly regions: readonly string[];
  readonly owners: readonly Owners[];
  /** All of their books as one source. */
  readonly sources: Readonly<Record<ReadTopic, FactSource>>;
}

export const cellsOf = (config: ServiceConfig, log: ConsumerLog): Cells => {
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
  const owners = configs.map((cell) => ({
    ledger: peerOf(cell, 'reports', 'billing'),
    registry: peerOf(cell, 'reports', 'registry'),
  }));
  const sourceOf = (topic: ReadTopic): FactSource => {
    const each = owners.map((owner, nth) => ({
      region: configs[nth]?.region ?? '',
      source: new HttpEventSource(owner[topic].baseUrl, owner[topic].token),
    }));
    const [only] = each;
    return each.length === 1 && only ? only.source : new CellsSource(each, log);
  };
  return {
    regions: configs.map(({ region }) => region),
    owners,
    sources: { ledger: sourceOf('ledger'), registry: sourceOf('registry') },
  };
};
