import type { Topic } from '@propledger/contracts';
import type { ApiClient } from './api-client';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';

/** Where the books of a topic are read. */
export const SERVICE_OF = { ledger: 'billing', registry: 'registry', customers: 'customers' } as const satisfies Record<
  Topic,
  string
>;

/** An event's line, as it stands in an audit bundle, with its end. */
export interface EventLine {
  readonly position: number;
  readonly line: string;
}

const PAGE = 2000;

/** How far a book has come. @throws Failure when there is none. */
export const headOf = async (client: ApiClient, topic: Topic, book: string): Promise<number> => {
  const { items } = await client.get<{ items: { book: string; position: number }[] }>(
    path`/${SERVICE_OF[topic]}/v1/books`,
  );
  const head = items.find((one) => one.book === book);
  if (!head || head.position === 0) throw new Failure(EXIT.refused, `没有这个账簿 there is no such book: ${book}`);
  return head.position;
};

/** Reads a book up to a position. The next page is under way while one is used. */
export async function* eventLines(
  client: ApiClient,
  topic: Topic,
  book: string,
  upTo: number,
): AsyncGenerator<EventLine> {
  let next = pageAfter(client, topic, book, 0, upTo);
  for (;;) {
    const page = await next;
    const last = page.at(-1)?.position ?? upTo;
    next = last < upTo ? pageAfter(client, topic, book, last, upTo) : Promise.resolve([]);
    // Whoever stops here does not wait for it.
    next.catch(() => undefined);
    yield* page;
    if (last >= upTo) return;
  }
}

const pageAfter = async (
  client: ApiClient,
  topic: Topic,
  book: string,
  after: number,
  upTo: number,
): Promise<EventLine[]> => {
  const query = { after_position: String(after), limit: String(Math.min(PAGE, upTo - after)) };
  const accept = 'application/x-ndjson';
  const text = await client.text(path`/${SERVICE_OF[topic]}/v1/books/${book}/event-lines`, { query, accept });
  return text.split(/(?<=\n)/).flatMap((line) => (line === '' ? [] : [{ position: positionOf(line), line }]));
};

/** In texts a quote is escaped, so that only the member itself can look like this. The body comes before it. */
const positionOf = (line: string): number =>
  Number(/^\d+/.exec(line.slice(line.lastIndexOf(MEMBER) + MEMBER.length))?.[0]);
const MEMBER = ',"position":';
