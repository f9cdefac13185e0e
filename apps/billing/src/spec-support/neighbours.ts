import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type {
  AskReferences,
  Occupancy,
  Project,
  RecordedEvent,
  ReferencesAnswer,
  Resource,
  Role,
  Scope,
} from '@propledger/contracts';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

type Topic = 'registry' | 'customers';

/**
 * The registry and customer-service (and what reporting says of itself) as billing sees them over HTTP: their event feeds, the keys that sign operators'
 * tokens, and their answers about references. A spec tells them facts.
 */
export class Neighbours {
  private readonly server: Server;
  private readonly books = {
    registry: new Map<string, RecordedEvent[]>(),
    customers: new Map<string, RecordedEvent[]>(),
  };
  private moves = 0;
  /** What reporting answers about itself; null: it is not there. */
  reporting: object | null = null;
  private open = true;
  /** What an import has staged with its owners and nobody has posted yet. */
  readonly staged = { projects: new Map<string, string>(), resources: new Set<string>(), customers: new Set<string>() };

  private constructor(
    private readonly signingKey: CryptoKey,
    private readonly publicKey: JWK,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  static async start(): Promise<Neighbours> {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const neighbours = new Neighbours(privateKey, { ...(await exportJWK(publicKey)), kid: 'spec', alg: 'EdDSA' });
    await new Promise<void>((resolve) => neighbours.server.listen(0, '127.0.0.1', resolve));
    return neighbours;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.open = false;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Adds an event to a book; answers its position. */
  tell(topic: Topic, book: string, type: string, body: object, effectiveDate = '2020-01-01'): number {
    const events = this.books[topic].get(book) ?? [];
    this.books[topic].set(book, events);
    const position = events.length + 1;
    events.push({
      book,
      position,
      eventId: '',
      commandId: `spec:${position}`,
      type,
      schemaVersion: 1,
      effectiveDate,
      accountingPeriod: null,
      recordedAt: '2026-01-01T00:00:00.000000Z',
      actor: 'spec',
      source: 'api',
      reversesPosition: null,
      correlationId: 'spec',
      causationId: null,
      body,
      contentHash: '',
      hash: '',
    });
    this.moves += 1;
    return position;
  }

  project(project: string, firstPeriod = '2026-03', region = '山东'): void {
    const body: Project = { project, name: project, region, company: '烟台公司', firstPeriod };
    this.tell('registry', project, 'project.registered', body);
  }

  resource(
    project: string,
    resource: string,
    billableArea: string | null,
    told: Partial<Omit<Resource, 'resource' | 'billableArea'>> = {},
  ): void {
    const body: Partial<Resource> = {
      resource,
      billableArea,
      building: null,
      entrance: null,
      kind: 'room',
      nature: '高层',
      ...told,
    };
    this.tell('registry', project, 'resource.registered', body);
  }

  customer(project: string, customer: string, groups?: readonly string[]): void {
    this.tell('customers', project, 'customer.registered', { customer, kind: '个人', ...(groups ? { groups } : {}) });
  }

  occupancy(project: string, occupancy: Partial<Occupancy> & Pick<Occupancy, 'resource' | 'customer'>): void {
    const body: Occupancy = {
      occupancy: `${occupancy.resource}/${occupancy.customer}`,
      relation: '业主',
      from: '2020-01-01',
      to: null,
      payer: true,
      ...occupancy,
    };
    this.tell('customers', project, 'occupancy.registered', body);
  }

  /** An operator's token, once he is registered and granted his role. */
  async operator(operator: string, role: Role, scope: Scope): Promise<string> {
    this.tell('registry', '~group', 'operator.registered', { operator });
    const position = this.tell('registry', '~group', 'operator.granted', { operator, role, scope });
    return new SignJWT({ pos: position })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'spec' })
      .setIssuer('propledger')
      .setAudience('propledger')
      .setSubject(operator)
      .setExpirationTime('1h')
      .sign(this.signingKey);
  }

  /** What an `after` token of theirs would name: the position of each book of a topic. */
  positions(topic: Topic): Record<string, number> {
    return Object.fromEntries([...this.books[topic]].map(([book, events]) => [book, events.length]));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://spec');
    const [, topic, , ...path] = url.pathname.split('/') as [string, Topic, string, ...string[]];
    const send = (body: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/reports/v1/status' && this.reporting) return send(this.reporting);
    if (url.pathname.startsWith('/reports/')) return void response.writeHead(503).end();
    if (path[0] === 'jwks') return send({ keys: [this.publicKey] });
    if (path[0] === 'imports') return send(this.references(topic, JSON.parse(await bodyOf(request)) as AskReferences));
    if (path[1] === 'moved') return send(await this.moved(topic, url.searchParams));
    const events = this.books[topic].get(decodeURIComponent(path[1] ?? '')) ?? [];
    const after = Number(url.searchParams.get('after_position'));
    send({ items: events.slice(after, after + Number(url.searchParams.get('limit'))) });
  }

  private async moved(topic: Topic, query: URLSearchParams): Promise<object> {
    const until = Date.now() + Math.min(Number(query.get('wait')), 2_000);
    while (this.open && query.get('since') === String(this.moves) && Date.now() < until) await pause(10);
    return { since: String(this.moves), heads: this.positions(topic) };
  }

  private references(topic: Topic, ask: AskReferences): ReferencesAnswer {
    const bodies = (of: Topic, book: string, type: string): Record<string, string>[] =>
      (this.books[of].get(book) ?? [])
        .filter((event) => event.type === type)
        .map(({ body }) => body as Record<string, string>);
    const firstPeriodOf = (project: string): string | undefined =>
      bodies('registry', project, 'project.registered')[0]?.['firstPeriod'] ?? this.staged.projects.get(project);
    const unknown = (list: AskReferences['resources'], type: string, member: string, staged: Set<string>) =>
      list.filter(
        ({ project, code }) =>
          !staged.has(`${project} ${code}`) && !bodies(topic, project, type).some((body) => body[member] === code),
      );
    return {
      unknownProjects: ask.projects.filter((project) => firstPeriodOf(project) === undefined),
      unknownResources: unknown(ask.resources, 'resource.registered', 'resource', this.staged.resources),
      unknownCustomers: unknown(ask.customers, 'customer.registered', 'customer', this.staged.customers),
      firstPeriods: Object.fromEntries(
        ask.projects.flatMap((project) => {
          const period = firstPeriodOf(project);
          return period === undefined ? [] : [[project, period]];
        }),
      ),
    };
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
