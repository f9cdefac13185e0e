import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpEventSource, SourceFailed } from './index';

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let source: HttpEventSource;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  source = new HttpEventSource(`http://127.0.0.1:${port}/ledger/v1`, async () => 'the-token');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const json = (status: number, body: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const never = new AbortController().signal;

it('asks for heads and events with its token', async () => {
  const asked: (string | undefined)[] = [];
  const remember = (request: IncomingMessage): void => void asked.push(request.url, request.headers.authorization);
  answer = (request, response) => (remember(request), json(200, { since: 'x', heads: { A: 2 } })(request, response));
  expect(await source.moved('a b', 1_000, never)).toEqual({ since: 'x', heads: { A: 2 } });
  const event = { book: '~group', position: 3 };
  answer = (request, response) => (remember(request), json(200, { items: [event] })(request, response));
  expect(await source.read('~group', 2, 500, never)).toEqual([event]);
  expect(asked).toEqual([
    '/ledger/v1/books/moved?wait=1000&since=a+b',
    'Bearer the-token',
    '/ledger/v1/books/~group/events?after_position=2&limit=500',
    'Bearer the-token',
  ]);
});

it('asks for events of several books at once', async () => {
  const asked: (string | undefined)[] = [];
  const events = [
    { book: '一', position: 3 },
    { book: 'B', position: 1 },
  ];
  answer = (request, response) => (asked.push(request.url), json(200, { items: events })(request, response));
  const places = [
    { book: '一', after: 2 },
    { book: 'B', after: 0 },
  ];
  expect(await source.readTogether(places, 100, never)).toEqual(events);
  expect(asked).toEqual(['/ledger/v1/books/events?limit=100&from=2%3A%E4%B8%80&from=0%3AB']);
  await expect(source.readTogether(places.slice(1), 100, never)).rejects.toThrow(SourceFailed);
});

it('asks an owner that gives no several books at once for one after the other', async () => {
  answer = (request, response) =>
    request.url?.startsWith('/ledger/v1/books/B/events')
      ? json(200, { items: [{ book: 'B', position: 1 }] })(request, response)
      : json(404, {})(request, response);
  const places = ['A', 'B'].map((book) => ({ book, after: 0 }));
  expect(await source.readTogether(places, 100, never)).toEqual([{ book: 'B', position: 1 }]);
});

it('has no events of a book that the source does not know', async () => {
  answer = json(404, { type: 'not-found' });
  expect(await source.read('A', 0, 500, never)).toEqual([]);
});

it.each<[string, number, unknown]>([
  ['a refusal', 403, {}],
  ['an outage', 503, {}],
  ['something else', 200, { hello: 'world' }],
  ['heads that are no numbers', 200, { since: 'x', heads: { A: '2' } }],
  ['events of another book', 200, { items: [{ book: 'B', position: 1 }], since: 1, heads: [] }],
])('fails on %s', async (_, status, body) => {
  answer = json(status, body);
  await expect(source.moved(null, 0, never)).rejects.toThrow(SourceFailed);
  await expect(source.read('A', 0, 500, never)).rejects.toThrow(SourceFailed);
});

it('gives up when asked to', async () => {
  const stop = new AbortController();
  answer = () => stop.abort();
  await expect(source.moved(null, 20_000, stop.signal)).rejects.toThrow(/aborted/);
  await expect(source.moved(null, 20_000, stop.signal)).rejects.toThrow(/aborted/);
});
