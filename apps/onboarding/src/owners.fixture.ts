import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CellFault, Role, Scope, SheetRow, StageRows, Topic } from '@propledger/contracts';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

type Step = 'rows' | 'check' | 'apply' | 'drop' | 'hold-undo' | 'undo' | 'release-undo';

interface Stage {
  state: 'staged' | 'checked' | 'applied' | 'dropped' | 'undo-held' | 'undone';
  readonly chunks: Set<string>;
  readonly rows: { sheet: string; row: SheetRow }[];
}

const TOPIC_OF: Readonly<Record<string, Topic>> = { registry: 'registry', customers: 'customers', billing: 'ledger' };

/**
 * The other services, as far as onboarding sees them: three owners that speak the import protocol, the registry's keys, and its
 * events about operators and projects. Their books are lists of rows in memory, each import's under its id.
 */
export class OtherServices {
  /** What happened, in order: `ledger check`. */
  readonly calls: string[] = [];
  /** Projects that are in before any import. */
  readonly known = new Set<string>();
  /** Faults that an owner finds, whatever it is asked to check. */
  readonly faults: Partial<Record<Topic, CellFault[]>> = {};
  /** What was built on every import, by owner. */
  readonly blockers: Partial<Record<Topic, { book: string; position: number; type: string }[]>> = {};
  /** Events of projects' books, by owner and book. */
  readonly recorded: Partial<Record<Topic, Record<string, { type: string; source: string; recordedAt: string }[]>>> =
    {};
  /** What every project has: its resources, standards and so on, as lists answer them. */
  readonly lists: Record<string, object[]> = {};
  /** Called before a step is carried out; may wait, or answer a status instead. */
  before: (topic: Topic, step: Step, id: string) => Promise<number | void> | number | void = () => undefined;

  private readonly stages = new Map<string, Stage>();
  private readonly holders = new Map<string, string>();
  private readonly events: { type: string; body: object }[] = [];
  private readonly server: Server;
  private key: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'] | null = null;
  private jwk: JWK = {};

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<OtherServices> {
    const services = new OtherServices();
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    services.key = privateKey;
    services.jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
    await new Promise<void>((resolve) => services.server.listen(0, '127.0.0.1', resolve));
    return services;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  operator(operator: string, role: Role, scope: Scope): void {
    this.events.push(
      { type: 'operator.registered', body: { operator } },
      { type: 'operator.granted', body: { operator, role, scope } },
    );
  }

  project(project: string, region: string): void {
    this.known.add(project);
    this.events.push({
      type: 'project.registered',
      body: { project, name: project, region, company: '公司', firstPeriod: '2026-01' },
    });
  }

  token(operator: string): Promise<string> {
    if (!this.key) throw new Error('not started');
    return new SignJWT({ pos: this.events.length })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('propledger')
      .setAudience('propledger')
      .setSubject(operator)
      .setExpirationTime('1h')
      .sign(this.key);
  }

  /** The rows of an import that an owner has applied and not undone. */
  applied(topic: Topic, id: string): number {
    const stage = this.stages.get(`${topic} ${id}`);
    return stage && ['applied', 'undo-held'].includes(stage.state) ? stage.rows.length : 0;
  }

  stateOf(topic: Topic, id: string): string | undefined {
    return this.stages.get(`${topic} ${id}`)?.state;
  }

  get held(): string[] {
    return [...this.holders.keys()];
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const [, service = '', , ...path] = url.pathname.split('/').map(decodeURIComponent);
    const send = (status: number, body?: unknown): void => {
      response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    try {
      if (path[0] === 'jwks') return send(200, { keys: [this.jwk] });
      const topic = TOPIC_OF[service];
      if (path[0] === 'books') return send(200, await this.feed(topic, path, url.searchParams));
      if (path[0] === 'projects' && this.known.has(path[1] ?? ''))
        return send(200, { items: this.lists[path[2] ?? ''] ?? [], nextCursor: null });
      if (path[0] === 'standards')
        return send(200, { items: this.lists['standards of the group'] ?? [], nextCursor: null });
      if (!topic || path[0] !== 'imports') return send(404);
      const body = JSON.parse((await textOf(request)) || '{}') as object;
      const { status, answer } = await this.step(topic, path[2] as Step, path[1] ?? '', body);
      send(status, answer);
    } catch (error) {
      send(500, { type: 'internal', title: String(error) });
    }
  }

  private async feed(topic: Topic | undefined, path: readonly string[], query: URLSearchParams): Promise<object> {
    const books = (topic && this.recorded[topic]) ?? {};
    const after = Number(query.get('after_position'));
    if (path[1] === 'moved' && topic !== 'registry')
      return { since: '0', heads: Object.fromEntries(Object.entries(books).map(([book, all]) => [book, all.length])) };
    const ofBook = books[path[1] ?? ''];
    if (ofBook)
      return {
        items: ofBook.map((event, at) => ({ ...EVENT, ...event, book: path[1], position: at + 1 })).slice(after),
      };
    if (path[1] === 'moved') {
      const head = this.events.length;
      if (query.get('since') === String(head))
        await new Promise((resolve) => setTimeout(resolve, Math.min(100, Number(query.get('wait')))));
      return { since: String(this.events.length), heads: { '~group': this.events.length } };
    }
    return { items: this.events.map((event, at) => ({ ...EVENT, ...event, position: at + 1 })).slice(after) };
  }

  private async step(
    topic: Topic,
    step: Step,
    id: string,
    body: object,
  ): Promise<{ status: number; answer?: unknown }> {
    this.calls.push(`${topic} ${step}`);
    const status = await this.before(topic, step, id);
    if (typeof status === 'number') return { status, answer: { type: 'urn:propledger:problem:x', title: 'x', status } };
    const stage = this.stages.get(`${topic} ${id}`) ?? { state: 'staged', chunks: new Set(), rows: [] };
    this.stages.set(`${topic} ${id}`, stage);
    switch (step) {
      case 'rows':
        return this.stage(stage, body as StageRows);
      case 'check':
        return this.check(topic, stage, id);
      case 'apply':
        if (stage.state !== 'checked' && stage.state !== 'applied') return over(stage);
        return this.settle(topic, stage, id, 'applied');
      case 'drop':
        return this.settle(topic, stage, id, 'dropped');
      case 'hold-undo':
        if (stage.state !== 'applied' && stage.state !== 'undo-held') return over(stage);
        stage.state = this.blockers[topic] ? 'applied' : 'undo-held';
        return { status: 200, answer: { blockers: this.blockers[topic] ?? [] } };
      case 'undo':
        if (stage.state !== 'undo-held' && stage.state !== 'undone') return over(stage);
        return this.settle(topic, stage, id, 'undone');
      case 'release-undo':
        if (stage.state === 'undo-held') stage.state = 'applied';
        return { status: 204 };
    }
  }

  private stage(stage: Stage, { sheet, chunk, rows }: StageRows): { status: number; answer?: unknown } {
    if (stage.state !== 'staged') return over(stage);
    if (!stage.chunks.has(`${sheet} ${chunk}`)) stage.rows.push(...rows.map((row) => ({ sheet, row })));
    stage.chunks.add(`${sheet} ${chunk}`);
    return { status: 204 };
  }

  private check(topic: Topic, stage: Stage, id: string): { status: number; answer?: unknown } {
    if (stage.state !== 'staged' && stage.state !== 'checked') return over(stage);
    const named = [...new Set(stage.rows.flatMap(({ row }) => row.values['项目编码'] ?? []))];
    const brought =
      this.stages
        .get(`registry ${id}`)
        ?.rows.flatMap(({ sheet, row }) => (sheet === '项目' ? (row.values['项目编码'] ?? []) : [])) ?? [];
    const projects = named.filter((project) => this.known.has(project) || brought.includes(project));
    const taken = projects.find((project) => (this.holders.get(`${topic} ${project}`) ?? id) !== id);
    if (taken)
      return {
        status: 409,
        answer: { type: 'urn:propledger:problem:import-held', title: 'held', status: 409, detail: taken },
      };
    for (const project of projects) this.holders.set(`${topic} ${project}`, id);
    stage.state = 'checked';
    const sheets = [...new Set(stage.rows.map(({ sheet }) => sheet))];
    const counts = sheets.map((sheet) => ({
      sheet,
      added: stage.rows.filter((row) => row.sheet === sheet).length,
      skipped: 0,
    }));
    const none = { deposits: '0.00', prepayments: '0.00', receipts: '0.00' };
    const totals = topic === 'ledger' ? projects.map((project) => ({ project, arrears: '12.30', ...none })) : [];
    return { status: 200, answer: { faults: this.faults[topic] ?? [], counts, totals, projects } };
  }

  private settle(topic: Topic, stage: Stage, id: string, state: Stage['state']): { status: number; answer?: unknown } {
    stage.state = state;
    const books = [...this.holders]
      .filter(([book, holder]) => holder === id && book.startsWith(topic))
      .map(([book]) => book);
    books.forEach((book) => this.holders.delete(book));
    if (state === 'dropped') return { status: 204 };
    const projects = new Set(stage.rows.flatMap(({ row }) => row.values['项目编码'] ?? []));
    return {
      status: 200,
      answer: {
        positions: Object.fromEntries([...projects].map((project) => [project, state === 'undone' ? 20 : 10])),
      },
    };
  }
}

const over = (stage: Stage): { status: number; answer: unknown } => ({
  status: 409,
  answer: { type: 'urn:propledger:problem:import-over', title: stage.state, status: 409 },
});

const EVENT = {
  book: '~group',
  eventId: randomUUID(),
  commandId: 'key:x:1',
  schemaVersion: 1,
  effectiveDate: '2026-01-01',
  accountingPeriod: null,
  recordedAt: '2026-01-01T00:00:00.000000Z',
  actor: 'admin',
  source: 'api',
  reversesPosition: null,
  correlationId: 'c',
  causationId: null,
  contentHash: '',
  hash: '',
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
