import { randomUUID } from 'node:crypto';
import { encodeAfter, type RecordedEvent } from '@propledger/contracts';
import { verifyBook } from '@propledger/proof';
import { migrate, ServiceConfig, serviceTokens, startService, type RunningService } from '@propledger/service-kit';
import { plainToInstance } from 'class-transformer';
import { Pool } from 'pg';
import { billing } from '../index';
import { Neighbours } from './neighbours';

export interface Answer {
  readonly status: number;
  /** Specs look into answers of every shape. */
  readonly body: Record<string, unknown>;
}
export type Call = (method: 'GET' | 'POST', path: string, body?: unknown, key?: string) => Promise<Answer>;

/** A database as the testkit makes it. */
interface Database {
  readonly ownerUrl: string;
  readonly appUrl: string;
  drop(): Promise<void>;
}

/** Billing on a database of its own, with its neighbours stood in for. */
export class RunningBilling {
  private constructor(
    readonly neighbours: Neighbours,
    private readonly database: Database,
    private readonly config: ServiceConfig,
    private service: RunningService,
    private baseUrl: string,
    /** As another service: every permission. */
    readonly call: Call,
    readonly pool: Pool,
  ) {}

  static async start(database: Database): Promise<RunningBilling> {
    const neighbours = await Neighbours.start();
    await migrate(database.ownerUrl, billing.migrations);
    const peers = {
      registry: neighbours.url,
      customers: neighbours.url,
      billing: '',
      reports: neighbours.url,
      onboarding: '',
    };
    const config = plainToInstance(
      ServiceConfig,
      {
        databaseUrl: database.appUrl,
        peers,
        serviceKey: 'a service key of the spec, long enough',
        logLevel: process.env['SPEC_LOG'] ?? 'silent',
      },
      { exposeDefaultValues: true },
    );
    const service = await startService(billing, config);
    const url = await service.listen('127.0.0.1', 0);
    const token = await serviceTokens(config, 'onboarding')();
    const call: Call = (...request) => running.as(token)(...request);
    const pool = new Pool({ connectionString: database.appUrl, max: 2 });
    const running = new RunningBilling(neighbours, database, config, service, `${url}/billing/v1`, call, pool);
    return running;
  }

  get openapi(): RunningService['openapi'] {
    return this.service.openapi;
  }

  as(token: string | null): Call {
    return async (method, path, body, key = randomUUID()) => {
      const answer = await fetch(this.baseUrl + path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(method === 'GET' || key === '' ? {} : { 'idempotency-key': key }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
    };
  }

  /** A query that makes an answer wait until billing has seen all that its neighbours told. */
  get seen(): string {
    const { neighbours } = this;
    return `after=${encodeAfter({ registry: neighbours.positions('registry'), customers: neighbours.positions('customers') })}`;
  }

  /** Answers after every fact told so far is in billing's copies. */
  async catchUp(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const { status } = await this.call('GET', `/projects/none/standards?${this.seen}`);
      if (status === 404) return;
      if (status !== 503 || tries === 5) throw new Error(`billing does not catch up: ${status}`);
    }
  }

  /** Asks for a bill run, and waits until it has ended. */
  async runBills(project: string, period: string, date = `${period}-01`): Promise<Record<string, unknown>> {
    const asked = await this.call('POST', `/projects/${project}/bill-runs?${this.seen}`, { period, date });
    if (asked.status !== 202) throw new Error(`${asked.status} ${JSON.stringify(asked.body)}`);
    return this.endOf(project, String(asked.body['run']));
  }

  async endOf(project: string, run: string): Promise<Record<string, unknown>> {
    const { body } = await this.call('GET', `/projects/${project}/bill-runs/${run}?wait=25000`);
    if (body['state'] !== 'waiting' && body['state'] !== 'running') return body;
    throw new Error('the run does not end');
  }

  /** Every event of a book, after its chain was recomputed. */
  async verifiedEvents(book: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (;;) {
      const { body } = await this.call('GET', `/books/${book}/events?after_position=${events.length}&limit=2000`);
      const page = body['items'] as RecordedEvent[];
      events.push(...page);
      if (page.length < 2000) break;
    }
    const verified = await verifyBook(book, events);
    if (!verified.intact) throw new Error(JSON.stringify(verified));
    return events;
  }

  /** Stops the service as a signal would, and starts it again on the same database. */
  async restart(): Promise<void> {
    await this.service.close();
    this.service = await startService(billing, this.config);
    this.baseUrl = `${await this.service.listen('127.0.0.1', 0)}/billing/v1`;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.pool.end();
    await this.neighbours.close();
    await this.database.drop();
  }
}
