import type { ApiClient } from './api-client';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';
import { untilEnded } from './poll';
import { signedIn, type Invocation } from './session';

export interface ReplayAsked {
  /** Uses what was rebuilt, even where it differs. */
  readonly take: boolean;
  /** Goes back instead of rebuilding. */
  readonly leave: boolean;
}

interface ReplayJob {
  readonly replay: string;
  readonly state: string;
  readonly failure: string | null;
  readonly events: number;
  readonly books: { readonly folded: number; readonly total: number };
  readonly differing: readonly { readonly book: string; readonly ledger: number; readonly tables: readonly string[] }[];
}

const WORKING = ['folding', 'finishing', 'swapping', 'returning'];

/** Rebuilds the projections of reporting and compares them; takes them where asked; or goes back to those before. */
export const replay = (invocation: Invocation, { take, leave }: ReplayAsked, key: string): Promise<void> =>
  signedIn(invocation, async (client) => {
    const asked = leave
      ? await client.command<ReplayJob>(path`/reports/v1/replays/${await liveReplay(client)}/leave`, {}, key)
      : await client.command<ReplayJob>('/reports/v1/replays', {}, key);
    let job = await ended(client, asked, leave ? 'kept' : 'ready');
    if (take && !leave) {
      const taking = await client.command<ReplayJob>(path`/reports/v1/replays/${job.replay}/take`, {}, `${key}:take`);
      job = await ended(client, taking, 'live');
    }
    invocation.print(invocation.json ? JSON.stringify(job) : textOf(job));
    if (!take && !leave && job.differing.length > 0)
      throw new Failure(EXIT.notVerified, '现用数据与账簿不符 what is in use is not what the books make');
  });

const liveReplay = async (client: ApiClient): Promise<string> => {
  const { items } = await client.get<{ items: ReplayJob[] }>('/reports/v1/replays');
  const live = items.find(({ state }) => state === 'live');
  if (!live) throw new Failure(EXIT.refused, '没有可退回的重放 there is no replay to leave');
  return live.replay;
};

const ended = async (client: ApiClient, { replay: id }: ReplayJob, wanted: string): Promise<ReplayJob> => {
  const job = await untilEnded(
    () => client.get<ReplayJob>(path`/reports/v1/replays/${id}`),
    ({ state }) => !WORKING.includes(state),
  );
  if (job.state === wanted) return job;
  throw new Failure(EXIT.refused, `重放未成 the replay is ${job.state}: ${job.failure ?? ''}`);
};

const textOf = ({ replay: id, state, books, events, differing }: ReplayJob): string =>
  [
    `重放 replay ${id}: ${state}, ${books.folded}/${books.total} 本账簿 books, ${events} 条事件 events`,
    ...differing.map(({ book, ledger, tables }) => `不同 differs: ${book} @${ledger}: ${tables.join(', ')}`),
    ...(differing.length === 0 ? ['与现用数据一致 the same as what was in use'] : []),
  ].join('\n');
