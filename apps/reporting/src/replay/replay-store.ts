import type { Tx } from '@propledger/event-log';
import type { LiveBook } from './fold';

export type ReplayState =
  'folding' | 'finishing' | 'ready' | 'swapping' | 'live' | 'returning' | 'kept' | 'replaced' | 'dropped' | 'failed';

/** A projection that is rebuilt, or was, with how far that is. */
export interface Replay {
  readonly replay: string;
  readonly key: string;
  readonly state: ReplayState;
  readonly actor: string;
  readonly askedAt: string;
  readonly readyAt: string | null;
  readonly liveAt: string | null;
  readonly failure: string | null;
  readonly events: number;
  readonly books: { readonly folded: number; readonly total: number };
  /** Books in which what was rebuilt is not what was live at the same positions. */
  readonly differing: readonly DifferingBook[];
}

export interface DifferingBook {
  readonly book: string;
  readonly ledger: number;
  readonly registry: number;
  readonly tables: readonly string[];
}

const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const SELECT = `select r.replay, r.key, r.state, r.actor, r.failure, r.events::float8 as events, ${utc('r.asked_at')} as "askedAt",
    ${utc('r.ready_at')} as "readyAt", ${utc('r.live_at')} as "liveAt",
    json_build_object('folded', b.folded, 'total', b.total) as books, b.differing
  from replay r cross join lateral (
    select count(*) filter (where folded) as folded, count(*) as total,
      coalesce(json_agg(json_build_object('book', book, 'ledger', ledger, 'registry', registry, 'tables', differs) order by book)
        filter (where cardinality(differs) > 0), '[]') as differing
    from replay_book where replay = r.replay
  ) b`;

const LISTED = 20;

export const latestReplays = (tx: Tx): Promise<Replay[]> =>
  tx.rows<Replay>(`${SELECT} order by asked_at desc, r.replay limit ${LISTED}`);

export const findReplay = async (tx: Tx, replay: string): Promise<Replay | undefined> =>
  (await tx.rows<Replay>(`${SELECT} where r.replay = $1`, [replay]))[0];

export const replayOfKey = async (tx: Tx, key: string): Promise<Replay | undefined> =>
  (await tx.rows<Replay>(`${SELECT} where r.key = $1`, [key]))[0];

/** What somebody has to work on; at most one. */
export const unfinishedReplay = async (tx: Tx): Promise<Replay | undefined> =>
  (await tx.rows<Replay>(`${SELECT} where r.state in ('folding', 'finishing', 'swapping', 'returning') limit 1`))[0];

/** Moves on only from where it is thought to be. */
export const moveReplay = async (
  tx: Tx,
  replay: string,
  from: readonly ReplayState[],
  to: ReplayState,
  failure: string | null = null,
): Promise<boolean> =>
  (
    await tx.rows(
      `update replay set state = $3, failure = $4,
         ready_at = case when $3 = 'ready' then now() else ready_at end,
         live_at = case when $3 = 'live' then now() else live_at end
       where replay = $1 and state = any($2) returning replay`,
      [replay, from, to, failure],
    )
  ).length > 0;

export const addBooks = async (tx: Tx, replay: string, books: readonly LiveBook[]): Promise<void> => {
  await tx.rows(
    `insert into replay_book (replay, book, ledger, registry, live)
     select $1, b.* from unnest($2::text[], $3::bigint[], $4::bigint[], $5::jsonb[]) as b(book, ledger, registry, live)`,
    [
      replay,
      books.map(({ book }) => book),
      books.map(({ ledger }) => ledger),
      books.map(({ registry }) => registry),
      books.map(({ sums }) => JSON.stringify(sums)),
    ],
  );
};

/** Books of a replay; `folded`: those that are, or those that are not. */
export const replayBooks = async (tx: Tx, replay: string, folded: boolean): Promise<LiveBook[]> =>
  (
    await tx.rows<{ book: string; ledger: string; registry: string; sums: LiveBook['sums'] }>(
      `select book, ledger, registry, live as sums from replay_book where replay = $1 and folded = $2 order by ledger desc, book`,
      [replay, folded],
    )
  ).map(({ ledger, registry, ...rest }) => ({ ...rest, ledger: Number(ledger), registry: Number(registry) }));

/** A book of a replay is done, with so many events. */
export const noteFolded = async (tx: Tx, replay: string, book: string, events: number): Promise<void> => {
  await tx.rows('update replay_book set folded = true where replay = $1 and book = $2', [replay, book]);
  await tx.rows('update replay set events = events + $2 where replay = $1', [replay, events]);
};
