import { CellsSource, HttpEventSource, type ConsumerLog, type FactSource } from '@propledger/event-log';
import type { ReadTopic } from './projections';

/** Where a service of a region answers, and the token with which it is asked. */
export interface Door {
  readonly baseUrl: string;
  readonly token: () => Promise<string>;
}

/** A region, and the owners of its books. */
export interface Cell<Owner extends Door = Door> {
  readonly region: string;
  readonly owners: Readonly<Record<ReadTopic, Owner>>;
}

export type Sources = Readonly<Record<ReadTopic, FactSource>>;

/** The books of all cells as one source for each topic. */
export const sourcesOf = (cells: readonly Cell[], log: ConsumerLog): Sources => {
  const of = (topic: ReadTopic): FactSource => {
    const each = cells.map(({ region, owners }) => ({
      region,
      source: new HttpEventSource(owners[topic].baseUrl, owners[topic].token),
    }));
    const [only] = each;
    return each.length === 1 && only ? only.source : new CellsSource(each, log);
  };
  return { ledger: of('ledger'), registry: of('registry') };
};
