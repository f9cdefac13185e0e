import {
  AUDIENCE,
  GROUP_BOOK,
  OPERATOR_ISSUER,
  type RecordedEvent,
  type Role,
  type Scope,
} from '@propledger/contracts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recorded } from './ledger-book';

/** What reporting hears of its neighbours: the registry's and billing's books, and the keys of operators' tokens. */
export interface Peers {
  readonly url: string;
  /** Appends to a book of a neighbour. */
  publish(service: 'registry' | 'billing', events: readonly RecordedEvent[]): void;
  /** A project in the registry, with some resources. */
  project(project: string, region: string, resources?: readonly { resource: string; building: string | null }[]): void;
  /** An operator with grants; answers his token. */
  operator(operator: string, ...grants: readonly { role: Role; scope: Scope }[]): Promise<string>;
  /** Whole books that were asked for, `billing P1`. */
  readonly streamed: string[];
  /** Lets whoever asks for a whole book wait; answers how to let go. */
  holdStreams(): () => void;
  close(): Promise<void>;
}

export const startPeers = async (): Promise<Peers> => {
  const books = { registry: new Map<string, RecordedEvent[]>(), billing: new Map<string, RecordedEvent[]>() };
  const waiting = new Set<() => void>();
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'spec', alg: 'ES256' };
  let moves = 0;
  const streamed: string[] = [];
  let held = Promise.resolve();

  const headsOf = (service: keyof typeof books): object =>
    Object.fromEntries([...books[service]].map(([book, events]) => [book, events.length]));
  const moved = (service: keyof typeof books, url: URL, reply: (body: object) => void): void => {
    const answer = (): void => {
      clearTimeout(timer);
      waiting.delete(answer);
      reply({ since: String(moves), heads: headsOf(service) });
    };
    const timer = setTimeout(answer, Number(url.searchParams.get('wait') ?? 0));
    if (url.searchParams.get('since') === String(moves)) waiting.add(answer);
    else answer();
  };
  const recordedBy = (service: keyof typeof books, time: string): object =>
    Object.fromEntries(
      [...books[service]]
        .map(([book, events]) => [book, events.filter(({ recordedAt }) => recordedAt <= time).length] as const)
        .filter(([, position]) => position > 0),
    );
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://peers');
    const [, service, , kind, book = '', segment] = url.pathname.split('/').map(decodeURIComponent);
    const reply = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (kind === 'jwks') return reply({ keys: [jwk] });
    if (service !== 'registry' && service !== 'billing') return reply({}, 404);
    if (book === 'moved') return moved(service, url, reply);
    if (book === 'recorded-by') return reply({ positions: recordedBy(service, url.searchParams.get('time') ?? '') });
    if (segment === 'headers') {
      const wanted = new Set((url.searchParams.get('positions') ?? '').split(',').map(Number));
      const found = (books[service].get(book) ?? []).filter(({ position }) => wanted.has(position));
      return reply({ items: found.map(({ body: _, contentHash: _c, hash: _h, ...header }) => header) });
    }
    // Books without hashes: the specs that seal do so with the books of others.
    if (book === '') return reply({ items: [] });
    const after = Number(url.searchParams.get('after_position'));
    if (segment === 'facts') {
      const facts = (books[service].get(book) ?? []).slice(after, after + Number(url.searchParams.get('limit')));
      streamed.push(`${service} ${book}`);
      return void held.then(() => reply(facts));
    }
    const limit = Number(url.searchParams.get('limit'));
    const events = books[service].get(book);
    return events === undefined ? reply({}, 404) : reply({ items: events.slice(after, after + limit) });
  };
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const publish = (service: keyof typeof books, events: readonly RecordedEvent[]): void => {
    for (const event of events) books[service].set(event.book, [...(books[service].get(event.book) ?? []), event]);
    moves++;
    waiting.forEach((answer) => answer());
  };
  const append = (book: string, type: string, body: object): number => {
    const position = (books.registry.get(book)?.length ?? 0) + 1;
    publish('registry', [recorded(book, position, type, '2026-01-01', null, null, body)]);
    return position;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish,
    streamed,
    holdStreams: () => {
      let release = (): void => undefined;
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
    project: (project, region, resources = []) => {
      append(project, 'project.registered', { project, name: project, region, company: '', firstPeriod: '2026-01' });
      for (const { resource, building } of resources)
        append(project, 'resource.registered', { resource, building, kind: building === null ? 'parking' : 'room' });
    },
    operator: (operator, ...grants) => {
      let position = append(GROUP_BOOK, 'operator.registered', { operator });
      for (const grant of grants) position = append(GROUP_BOOK, 'operator.granted', { operator, ...grant });
      return new SignJWT({ pos: position })
        .setProtectedHeader({ alg: 'ES256', kid: 'spec' })
        .setIssuer(OPERATOR_ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(operator)
        .setExpirationTime('1h')
        .sign(privateKey);
    },
    close: async () => {
      waiting.forEach((answer) => answer());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
