import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;
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

/** Server-sent events of what goes on. Every stream ends when the service stops, so that none keeps it from stopping. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * Answers with an event for every change that is seen, until it has ended or the reader goes; after 15 seconds without one,
   * with a comment. Looks every 250 ms.
   */
  async follow<State>(reply: FastifyReply, followed: Followed<State>): Promise<void> {
    reply.hijack();
    const { raw } = reply;
    const gone = new AbortController();
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
      const signal = AbortSignal.any([gone.signal, this.stopping.signal]);
      for await (const text of textsOf(followed, signal)) raw.write(text);
    } finally {
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
