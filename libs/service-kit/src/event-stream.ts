import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { abortedWith } from '@propledger/event-log';
import { Allow } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { EventEmitter, setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { IntField } from './fields';

const LOOK_EVERY_MS = 250;
/** Who waits for the end looks often at first: most of what is waited for is short. */
const LOOK_SOON_MS = 25;
/** Who is told of it need not look, unless it ended in another instance. */
const LOOK_SELDOM_MS = 2_000;
const HEARTBEAT_MS = 15_000;

/** Something that changes until it has ended: how to look at it again, and what is said of it. */
export interface Followed<State> {
  readonly first: State;
  /** Null: there is nothing any more. */
  readonly look: () => Promise<State | null>;
  /** Counts its changes: the id of an event. */
  readonly versionOf: (state: State) => number;
  readonly dataOf: (state: State) => object;
  readonly hasEnded: (state: State) => boolean;
}

/** The query of a job that can be waited for. */
export class WaitQuery {
  @IntField({
    min: 0,
    max: 25_000,
    optional: true,
    description: '等它结束的毫秒数, 默认 0 milliseconds to wait for its end, default 0: what it is then is the answer',
  })
  wait?: number;

  /** Read by @After. */
  @Allow()
  after?: string;
}

/** Whoever watches what goes on. Nobody who waits keeps the service from stopping: every stream and every answer ends then. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly told = new EventEmitter();

  constructor() {
    // Everybody who waits listens to them; Node would take more than ten for a leak.
    setMaxListeners(0, this.stopping.signal, this.told);
  }

  /** Lets those look who wait for the end of this. */
  tell(what: string): void {
    this.told.emit(what);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * What it is when it has ended, or after so long at most, or when the service stops. Looks ever more seldom.
   *
   * @param what of its end in this process `tell` is told; absent: nobody tells.
   */
  async whenEnded<State>(
    { first, look, hasEnded, what }: Pick<Followed<State>, 'first' | 'look' | 'hasEnded'> & { readonly what?: string },
    { wait = 0 }: WaitQuery,
  ): Promise<State> {
    const { signal } = this.stopping;
    const most = what === undefined ? LOOK_EVERY_MS : LOOK_SELDOM_MS;
    let told = abortedWith(signal);
    const hear = (): void => told.controller.abort();
    if (what !== undefined) this.told.on(what, hear);
    try {
      let state = first;
      const begun = performance.now();
      for (let waited = 0; waited < wait && !hasEnded(state) && !signal.aborted; waited = performance.now() - begun) {
        const soon = Math.min(most, Math.max(LOOK_SOON_MS, waited / 8), wait - waited);
        await pause(soon, undefined, { signal: told.controller.signal }).catch(() => undefined);
        told.letGo();
        told = abortedWith(signal); // What is told from here on is not seen yet.
        state = (await look()) ?? state;
      }
      return state;
    } finally {
      told.letGo();
      if (what !== undefined) this.told.off(what, hear);
    }
  }

  /**
   * Answers with an event for every change that is seen, until it has ended or the reader goes; after 15 seconds without one,
   * with a comment. Looks every 250 ms.
   */
  async follow<State>(reply: FastifyReply, followed: Followed<State>): Promise<void> {
    reply.hijack();
    const { raw } = reply;
    const { controller: gone, letGo } = abortedWith(this.stopping.signal);
    raw.once('close', () => gone.abort());
    raw.on('error', () => gone.abort());
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Else the connection would stay open after the stream, and a stopping service wait for it.
      connection: 'close',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    try {
      for await (const text of textsOf(followed, gone.signal)) raw.write(text);
    } finally {
      letGo();
      raw.end();
    }
  }
}

async function* textsOf<State>(
  { first, look, versionOf, dataOf, hasEnded }: Followed<State>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let state: State | null = first;
  let shown: number | null = null;
  let spokenAt = performance.now();
  while (state !== null && !signal.aborted) {
    if (versionOf(state) !== shown) {
      shown = versionOf(state);
      yield `id: ${shown}\ndata: ${JSON.stringify(dataOf(state))}\n\n`;
      spokenAt = performance.now();
    } else if (performance.now() - spokenAt > HEARTBEAT_MS) {
      yield ': \n\n';
      spokenAt = performance.now();
    }
    if (hasEnded(state)) return;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const before: State = state;
    // While the database is away the stream just says nothing new.
    state = await look().catch(() => before);
  }
}
