import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUDIENCE, GROUP_BOOK, OPERATOR_ISSUER, type AskReferences, type RecordedEvent } from '@propledger/contracts';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

/**
 * Speaks as the registry does on the wire, as far as customer-service listens: its events, its public keys, and what it answers
 * to references. It remembers what it is told to have recorded.
 */
export class RegistryStandIn {
  private readonly books = new Map<string, RecordedEvent[]>();
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request).then((body) => {
      response.writeHead(this.isAway ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.isAway ? {} : body));
    });
  });
  private keys: { privateKey: CryptoKey; publicKey: CryptoKey } | null = null;
  private moves = 0;
  url = '';
  isAway = false;
  /** What imports have staged at the registry. */
  readonly staged = new Set<string>();

  async start(): Promise<void> {
    this.keys = await generateKeyPair('ES256');
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** @returns the event's position. */
  record(book: string, type: string, body: object): number {
    const events = this.books.get(book) ?? [];
    const position = events.length + 1;
    const common = { commandId: 'spec', schemaVersion: 1, effectiveDate: '1900-01-01', accountingPeriod: null };
    const origin = { actor: 'spec', source: 'api', reversesPosition: null, correlationId: 'spec', causationId: null };
    const hashes = {
      recordedAt: '2026-01-01T00:00:00.000000Z',
      contentHash: '',
      hash: '',
      eventId: `${book}-${position}`,
    };
    events.push({ book, position, type, body, ...common, ...origin, ...hashes });
    this.books.set(book, events);
    this.moves += 1;
    return position;
  }

  /** A project with these resources. */
  project(project: string, region: string, ...resources: readonly string[]): void {
    this.record(project, 'project.registered', {
      project,
      name: project,
      region,
      company: 'x',
      firstPeriod: '2026-03',
    });
    for (const resource of resources) this.record(project, 'resource.registered', { resource });
  }

  /** A token of an operator with these grants, as sign-in would give it. */
  async signIn(operator: string, ...grants: readonly { role: string; scope: object }[]): Promise<string> {
    let position = this.record(GROUP_BOOK, 'operator.registered', { operator });
    for (const grant of grants) position = this.record(GROUP_BOOK, 'operator.granted', { operator, ...grant });
    if (this.keys === null) throw new Error('start it first');
    return new SignJWT({ pos: position })
      .setProtectedHeader({ alg: 'ES256', kid: 'spec' })
      .setIssuer(OPERATOR_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(operator)
      .setExpirationTime('1h')
      .sign(this.keys.privateKey);
  }

  private async answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '/', this.url);
    const [, , , ...path] = decodeURIComponent(url.pathname).split('/');
    if (path[0] === 'jwks' && this.keys)
      return { keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: 'spec', alg: 'ES256' }] };
    if (path[0] === 'imports') return this.references(JSON.parse(await textOf(request)) as AskReferences);
    if (path[1] === 'moved') return this.moved(url.searchParams.get('since'));
    const after = Number(url.searchParams.get('after_position'));
    const limit = Number(url.searchParams.get('limit'));
    return { items: (this.books.get(path[1] ?? '') ?? []).slice(after, after + limit) };
  }

  private async moved(since: string | null): Promise<object> {
    for (let waited = 0; since === String(this.moves) && waited < 40; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return {
      since: String(this.moves),
      heads: Object.fromEntries([...this.books].map(([book, events]) => [book, events.length])),
    };
  }

  private references({ projects, resources }: AskReferences): object {
    const isKnown = (book: string, type: string, code: string): boolean =>
      this.staged.has(`${book} ${code}`) ||
      (this.books.get(book) ?? []).some(
        (event) => event.type === type && Object.values(event.body as object).includes(code),
      );
    return {
      unknownProjects: projects.filter((project) => !isKnown(project, 'project.registered', project)),
      unknownResources: resources.filter(({ project, code }) => !isKnown(project, 'resource.registered', code)),
      unknownCustomers: [],
      firstPeriods: {},
    };
  }
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
