import { randomUUID } from 'node:crypto';
import type { ConsumerLog, Tx } from '@propledger/event-log';
import type { Sources } from '../cell-sources';
import { exchange } from './exchange';
import { mayPass } from './fold';
import { FoldFailed, type FoldThread } from './fold-thread';
import { beginRebuild, finishRebuild, foldAll } from './rebuild';
import { findReplay, moveReplay, replayOfKey, unfinishedReplay, type Replay } from './replay-store';
import type { Workshop } from './workshop';

const LOOK_AGAIN_MS = 10_000;
/** Of an advisory lock: one process at a time works on replays of a database. */
const WORKER = 7_267_151;

export type Asked =
  | { readonly kind: 'accepted'; readonly replay: Replay }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'not-now' };

/** Replays as jobs: asked for here, carried out by one process at a time, continued after a crash by whoever starts first. */
export class Replays {
  private readonly stopping = new AbortController();
  private working: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly workshop: Workshop,
    private readonly sources: Sources,
    private readonly newThread: () => FoldThread,
    private readonly log: ConsumerLog,
  ) {}

  start(): void {
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopping.abort(new Error('the service stops'));
    if (this.timer) clearTimeout(this.timer);
    await this.working;
  }

  /** Begins to rebuild. A rebuilt projection that waits to be taken is dropped for it. */
  async ask(actor: string, key: string): Promise<Asked> {
    const asked = await this.workshop.live(async (tx): Promise<Asked> => {
      await tx.rows('lock table replay in share row exclusive mode');
      const earlier = await replayOfKey(tx, key);
      if (earlier) return { kind: 'accepted', replay: earlier };
      if (await unfinishedReplay(tx)) return { kind: 'in-progress' };
      await tx.rows(`update replay set state = 'dropped' where state = 'ready'`);
      const replay = randomUUID();
      await tx.rows(`insert into replay (replay, key, state, actor) values ($1, $2, 'folding', $3)`, [
        replay,
        key,
        actor,
      ]);
      return { kind: 'accepted', replay: await must(tx, replay) };
    });
    this.wake();
    return asked;
  }

  /** Takes a rebuilt projection, or one that was left, as the live one; null: there is no such replay. */
  take(replay: string): Promise<Asked | null> {
    return this.move(replay, ['ready', 'kept'], 'swapping');
  }

  /** Goes back to what was live before. */
  leave(replay: string): Promise<Asked | null> {
    return this.move(replay, ['live'], 'returning');
  }

  private async move(replay: string, from: readonly Replay['state'][], to: Replay['state']): Promise<Asked | null> {
    const asked = await this.workshop.live(async (tx): Promise<Asked | null> => {
      await tx.rows('lock table replay in share row exclusive mode');
      const found = await findReplay(tx, replay);
      if (!found) return null;
      if (found.state === to) return { kind: 'accepted', replay: found };
      if (await unfinishedReplay(tx)) return { kind: 'in-progress' };
      if (!(await moveReplay(tx, replay, from, to))) return { kind: 'not-now' };
      return { kind: 'accepted', replay: await must(tx, replay) };
    });
    this.wake();
    return asked;
  }

  private wake(): void {
    if (this.stopping.signal.aborted || this.working) return;
    this.working = this.work().finally(() => {
      this.working = null;
      if (this.stopping.signal.aborted) return;
      this.timer = setTimeout(() => this.wake(), LOOK_AGAIN_MS).unref();
    });
  }

  private async work(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    try {
      while (!this.stopping.signal.aborted && (await this.step()));
    } catch (error) {
      if (!this.stopping.signal.aborted) this.log.warn({ err: error }, 'replays cannot be worked on now');
    }
  }

  /** One state of the replay that is to be worked on; whether there was one, and nobody else had it. */
  private step(): Promise<boolean> {
    return this.workshop.alone(WORKER, async () => {
      const replay = await this.workshop.live(unfinishedReplay);
      if (!replay) return false;
      try {
        await this.carryOn(replay);
      } catch (error) {
        if (this.stopping.signal.aborted) return false;
        const failure = (error instanceof Error ? error.message : String(error)).slice(0, 500);
        // The database or an owner is away: it is gone on with when they are back. What was live is live still.
        const passing = error instanceof FoldFailed ? error.passing : mayPass(error);
        const to = passing ? replay.state : leftOf(replay);
        this.log.error({ replay: replay.replay, state: to, err: error }, 'a replay cannot go on');
        await this.workshop.live((tx) => moveReplay(tx, replay.replay, [replay.state], to, failure));
        if (passing) return false;
      }
      return true;
    });
  }

  private async carryOn({ replay, state, liveAt, books }: Replay): Promise<void> {
    const { workshop, sources, newThread, log } = this;
    const { signal } = this.stopping;
    switch (state) {
      case 'folding':
        if (books.total === 0) await beginRebuild(workshop, replay);
        await foldAll(workshop, newThread, replay, signal);
        await workshop.live((tx) => moveReplay(tx, replay, ['folding'], 'finishing'));
        return;
      case 'finishing':
        return finishRebuild(workshop, replay);
      case 'swapping': {
        const from = liveAt === null ? 'rebuilding' : 'kept';
        const done = async (tx: Tx): Promise<void> => {
          // What was kept before is gone now.
          if (from === 'rebuilding')
            await tx.rows(`update replay set state = case state when 'live' then 'replaced' else 'dropped' end
              where state in ('live', 'kept')`);
          await moveReplay(tx, replay, ['swapping'], 'live');
        };
        return exchange({ workshop, sources, from, log, signal, done });
      }
      case 'returning':
        return exchange({
          ...{ workshop, sources, from: 'kept', log, signal },
          done: (tx) => moveReplay(tx, replay, ['returning'], 'kept'),
        });
      default:
        throw new Error(`there is nothing to do for a replay that is ${state}`);
    }
  }
}

/** What a replay is after a step of it failed. */
const leftOf = ({ state, liveAt }: Replay): Replay['state'] => {
  if (state === 'returning') return 'live';
  if (state === 'swapping') return liveAt === null ? 'ready' : 'kept';
  return 'failed';
};

const must = async (tx: Tx, replay: string): Promise<Replay> => {
  const found = await findReplay(tx, replay);
  if (!found) throw new Error(`the replay ${replay} is gone`);
  return found;
};
