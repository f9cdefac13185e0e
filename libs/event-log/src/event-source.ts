import type { Positions, RecordedEvent } from '@propledger/contracts';
import { abortedWith } from './aborted-with';
import type { Fact } from './read-facts';

/** Which books moved how far, and the token to ask on with. */
export interface Moved {
  readonly since: string;
  readonly heads: Positions;
  /** Why some books could not be asked for; absent: all could. */
  readonly away?: string;
}

/** Where a consumer pulls the events of a topic from. */
export interface EventSource {
  /** Heads that moved since a token (null: all heads), after waiting for a move up to `waitMs`. */
  moved(since: string | null, waitMs: number, signal: AbortSignal): Promise<Moved>;
  /** Events of a book after a position, dense and in order; empty when there are none. */
  read(book: string, after: number, limit: number, signal: AbortSignal): Promise<RecordedEvent[]>;
  /** The same of several books at once, so many of each at most, book by book. Absent: they are read one by one. */
  readTogether?(places: readonly Place[], limit: number, signal: AbortSignal): Promise<RecordedEvent[]>;
}

/** A book, and the position behind which it is to be read. */
export interface Place {
  readonly book: string;
  readonly after: number;
}

/** A source whose books can be read whole, too. */
export interface FactSource extends EventSource {
  /** What a book says after a position, to its end, some thousand facts at a time, the next being read meanwhile. */
  facts(book: string, after: number, signal: AbortSignal): AsyncGenerator<Fact[], void>;
}

/** The source answered, but not with what was asked for. */
export class SourceFailed extends Error {
  override readonly name = 'SourceFailed';
}

const FACTS_A_READ = 2_000;
// Beyond the time that the source was asked to wait.
const ANSWER_TIMEOUT_MS = 15_000;

/** The event API of another service, see service-kit's event feed. */
export class HttpEventSource implements FactSource {
  /**
   * @param baseUrl e.g. `http://127.0.0.1:8080/registry/v1`
   * @param token a bearer token that is valid now
   */
  constructor(
    private readonly baseUrl: string,
    private readonly token: () => Promise<string>,
  ) {}

  async moved(since: string | null, waitMs: number, signal: AbortSignal): Promise<Moved> {
    const query = new URLSearchParams({ wait: String(waitMs), ...(since === null ? {} : { since }) });
    const answer = await this.get(`/books/moved?${query.toString()}`, waitMs, signal);
    if (!isMoved(answer)) throw new SourceFailed(`${this.baseUrl} did not answer with heads`);
    return answer;
  }

  async read(book: string, after: number, limit: number, signal: AbortSignal): Promise<RecordedEvent[]> {
    const query = new URLSearchParams({ after_position: String(after), limit: String(limit) });
    const answer = await this.get(`/books/${encodeURIComponent(book)}/events?${query.toString()}`, 0, signal);
    if (answer === NOT_FOUND) return [];
    if (!isEvents(answer, (one) => one === book))
      throw new SourceFailed(`${this.baseUrl} did not answer with events of ${book}`);
    return answer.items;
  }

  async readTogether(places: readonly Place[], limit: number, signal: AbortSignal): Promise<RecordedEvent[]> {
    const query = new URLSearchParams({ limit: String(limit) });
    for (const { book, after } of places) query.append('from', `${after}:${book}`);
    const answer = await this.get(`/books/events?${query.toString()}`, 0, signal);
    // An owner of a release that cannot yet: during an upgrade.
    if (answer === NOT_FOUND)
      return (await Promise.all(places.map(({ book, after }) => this.read(book, after, limit, signal)))).flat();
    const books = new Set(places.map(({ book }) => book));
    if (!isEvents(answer, (book) => books.has(book)))
      throw new SourceFailed(`${this.baseUrl} did not answer with events of books`);
    return answer.items;
  }

  async *facts(book: string, after: number, signal: AbortSignal): AsyncGenerator<Fact[], void> {
    const read = (from: number): Promise<unknown> => {
      const query = `after_position=${from}&limit=${FACTS_A_READ}`;
      const answer = this.get(`/books/${encodeURIComponent(book)}/facts?${query}`, 0, signal);
      answer.catch(() => undefined); // It is awaited later, or not at all.
      return answer;
    };
    let next = read(after);
    for (;;) {
      const items = await next;
      if (items === NOT_FOUND) return;
      if (!isEvents({ items }, (one) => one === book))
        throw new SourceFailed(`${this.baseUrl} did not answer with facts of ${book}`);
      const facts = items as Fact[];
      const last = facts.at(-1);
      if (last === undefined) return;
      if (facts.length === FACTS_A_READ) next = read(last.position);
      yield facts;
      if (facts.length < FACTS_A_READ) return;
    }
  }

  private async get(path: string, waitMs: number, signal: AbortSignal): Promise<unknown> {
    const { controller: request, letGo } = abortedWith(signal);
    const timer = setTimeout(
      () => request.abort(new SourceFailed(`${this.baseUrl} does not answer`)),
      waitMs + ANSWER_TIMEOUT_MS,
    );
    try {
      const headers = { authorization: `Bearer ${await this.token()}`, accept: 'application/json' };
      const response = await fetch(this.baseUrl + path, { headers, signal: request.signal });
      // `text()` decodes more slowly.
      const text = Buffer.from(await response.arrayBuffer()).toString();
      if (response.status === 404) return NOT_FOUND;
      if (!response.ok) throw new SourceFailed(`${this.baseUrl} answered ${response.status}`);
      return JSON.parse(text) as unknown;
    } finally {
      clearTimeout(timer);
      letGo();
    }
  }
}

/** A book of which the source knows nothing (yet). */
const NOT_FOUND = Symbol('not found');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isMoved = (value: unknown): value is { since: string; heads: Positions } =>
  isObject(value) &&
  typeof value['since'] === 'string' &&
  isObject(value['heads']) &&
  Object.values(value['heads']).every((position) => Number.isSafeInteger(position));

const isEvents = (value: unknown, isAsked: (book: string) => boolean): value is { items: RecordedEvent[] } =>
  isObject(value) &&
  Array.isArray(value['items']) &&
  (value['items'] as unknown[]).every(
    (event) =>
      isObject(event) &&
      typeof event['book'] === 'string' &&
      isAsked(event['book']) &&
      Number.isSafeInteger(event['position']),
  );
