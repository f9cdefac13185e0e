import { GROUP_BOOK, type Positions } from '@propledger/contracts';
import { type Peer, PeerRefused, PeerUnavailable, Problem } from '@propledger/service-kit';
import type { ReadTopic } from '../projections';

/**
 * Where every book stood at a time: the positions of the last events recorded at or before it. The projections keep no times;
 * the services that own the books know them exactly, and are asked once for each time: afterwards there is a cut.
 *
 * @throws Problem `unavailable` when an owner can't be asked.
 */
export type RecordedBy = (time: string) => Promise<Readonly<Record<ReadTopic, Positions>>>;

/** @param cells the owners of each region, home first: the group books of the others are not projected. */
export const askingOwners = (cells: readonly Readonly<Record<ReadTopic, Peer>>[]): RecordedBy => {
  const ask = async (owner: Peer, time: string): Promise<Positions> => {
    const query = new URLSearchParams({ time });
    const { positions } = await owner.call<{ positions: Positions }>('GET', `books/recorded-by?${query.toString()}`);
    return positions;
  };
  const askAll = async (topic: ReadTopic, time: string): Promise<Positions> => {
    const [home = {}, ...others] = await Promise.all(cells.map((owners) => ask(owners[topic], time)));
    return Object.assign(
      {},
      ...others.map((positions) =>
        Object.fromEntries(Object.entries(positions).filter(([book]) => book !== GROUP_BOOK)),
      ),
      home,
    ) as Positions;
  };
  return async (time) => {
    try {
      const [ledger, registry] = await Promise.all([askAll('ledger', time), askAll('registry', time)]);
      return { ledger, registry };
    } catch (error) {
      if (!(error instanceof PeerUnavailable || error instanceof PeerRefused)) throw error;
      // Refused: by the owner's clock, a little behind ours, the time has not come.
      throw new Problem('unavailable', { detail: error.peer, retryAfterSeconds: 2 });
    }
  };
};
