import type { Positions } from '@propledger/contracts';
import { hash } from 'node:crypto';
import { heads } from './heads';
import type { Tx } from './transaction';

/** Anything that says when a book moved in this process; a BookWriter. */
export interface Moves {
  onMoved(listener: (book: string, position: number) => void): void;
}

// Moves of other processes are seen by asking the database, while anybody waits.
const POLL_MS = 400;
const REMEMBERED_MOVES = 2_000;

interface Move {
  /** Of all heads before the move. */
  readonly token: string;
  readonly book: string;
}

/**
 * Long polling for heads that moved. A token stands for all heads that its holder has seen; it is a digest of them, so
 * every replica of a service understands the tokens of the others. Whoever brings one that this process cannot place
 * is given all heads.
 */
export class HeadsWatch {
  private readonly positions = new Map<string, number>();
  private readonly moves: Move[] = [];
  private digest = 0n;
  private waiting: (() => void)[] = [];
  private readAt = 0;
  private reading: Promise<void> | null = null;
  private poll: NodeJS.Timeout | null = null;
  private closed = false;

  /** @param reader reads outside any transaction. */
  constructor(
    private readonly reader: Tx,
    writer?: Moves,
  ) {
    writer?.onMoved((book, position) => this.saw(book, position));
  }

  /**
   * Heads that are not as the token has them; empty when none moved within `waitMs`.
   *
   * @param since the token of the last answer; null: all heads are wanted, at once.
   */
  async moved(since: string | null, waitMs: number): Promise<{ since: string; heads: Positions }> {
    const giveUpAt = Date.now() + waitMs;
    if (Date.now() - this.readAt >= POLL_MS) await this.read();
    while (since === this.token() && !this.closed && Date.now() < giveUpAt) await this.nextMove(giveUpAt - Date.now());
    return { since: this.token(), heads: this.movedSince(since) };
  }

  /** Answers everybody who waits. */
  close(): void {
    this.closed = true;
    this.wake();
  }

  private token(): string {
    return this.digest.toString(36);
  }

  private movedSince(since: string | null): Positions {
    const token = this.token();
    if (since === token) return {};
    const first = since === null ? -1 : this.moves.findLastIndex((move) => move.token === since);
    if (first < 0) return Object.fromEntries(this.positions);
    const books = new Set(this.moves.slice(first).map(({ book }) => book));
    return Object.fromEntries([...books].map((book) => [book, this.positions.get(book) ?? 0]));
  }

  private saw(book: string, position: number): void {
    const before = this.positions.get(book) ?? 0;
    if (position <= before) return;
    this.moves.push({ token: this.token(), book });
    if (this.moves.length > 2 * REMEMBERED_MOVES) this.moves.splice(0, REMEMBERED_MOVES);
    this.positions.set(book, position);
    this.digest = BigInt.asUintN(64, this.digest - weight(book, before) + weight(book, position));
    this.wake();
  }

  private wake(): void {
    this.waiting.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves with the next move or when the time is over; keeps the poll going meanwhile. */
  private async nextMove(waitMs: number): Promise<void> {
    this.poll ??= setTimeout(() => this.pollOnce(), POLL_MS);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
      this.waiting.push(resolve);
    });
    clearTimeout(timer);
  }

  private pollOnce(): void {
    this.poll = null;
    if (this.waiting.length === 0 || this.closed) return;
    const again = (): void => {
      if (this.waiting.length > 0 && !this.closed) this.poll ??= setTimeout(() => this.pollOnce(), POLL_MS);
    };
    // While the database is away nothing moves; who asks next is told of its absence.
    this.read().then(again, again);
  }

  private read(): Promise<void> {
    this.reading ??= this.readHeads().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readHeads(): Promise<void> {
    const all = await heads(this.reader);
    this.readAt = Date.now();
    for (const { book, position } of all) this.saw(book, position);
  }
}

/** What a head adds to the digest: 64 bits of a hash. Nothing for a book without events. */
const weight = (book: string, position: number): bigint =>
  position === 0 ? 0n : hash('sha256', `${position} ${book}`, 'buffer').readBigUInt64BE();
