import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { migrate, ServiceConfig, startService, type RunningService } from '@propledger/service-kit';
import { writeXlsx, type XlsxSheet } from '@propledger/workbook';
import { plainToInstance } from 'class-transformer';
import type { ImportView } from './archive/import-view';
import { onboarding } from './onboarding';
import { OtherServices } from './owners.fixture';

const SERVICE_KEY = 'k'.repeat(40);
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A database with an owner and a role for the application. */
interface Database {
  readonly ownerUrl: string;
  readonly appUrl: string;
  drop(): Promise<void>;
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** Onboarding on a database of its own, between the other services and a client. */
export class Stand {
  private running: RunningService | null = null;
  private child: ChildProcess | null = null;
  url = '';

  private constructor(
    readonly others: OtherServices,
    readonly database: Database,
  ) {}

  static async make(database: Database): Promise<Stand> {
    const others = await OtherServices.start();
    others.operator('zhang', 'administrator', { group: true });
    const stand = new Stand(others, database);
    await migrate(stand.database.ownerUrl, onboarding.migrations);
    return stand;
  }

  async start(): Promise<void> {
    const { url } = this.others;
    const config = plainToInstance(
      ServiceConfig,
      {
        databaseUrl: this.database.appUrl,
        peers: { registry: url, customers: url, billing: url, reports: url, onboarding: url },
        serviceKey: SERVICE_KEY,
        logLevel: 'silent',
      },
      { exposeDefaultValues: true },
    );
    this.running = await startService(onboarding, config);
    this.url = `${await this.running.listen('127.0.0.1', 0)}/onboarding/v1`;
  }

  get service(): RunningService {
    if (!this.running) throw new Error('not started');
    return this.running;
  }

  async close(): Promise<void> {
    const { running } = this;
    this.running = null;
    await running?.close();
  }

  /** As a process of its own, which can be killed. */
  async spawn(): Promise<void> {
    const { url } = this.others;
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const child = spawn(process.execPath, [join(__dirname, '../dist/main.js')], {
      env: {
        ...process.env,
        DATABASE_URL: this.database.appUrl,
        SERVICE_KEY,
        REGISTRY_URL: url,
        CUSTOMERS_URL: url,
        BILLING_URL: url,
        REPORTS_URL: url,
        ONBOARDING_URL: url,
        HOST: '127.0.0.1',
        PORT: String(port),
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`onboarding ended with ${code}`)));
    });
    this.url = `http://127.0.0.1:${port}/onboarding/v1`;
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async end(): Promise<void> {
    await this.close();
    await this.kill();
    await this.others.stop();
    await this.database.drop();
  }

  async call<Body = ImportView>(path: string, init: RequestInit & { operator?: string } = {}): Promise<Answer<Body>> {
    const { operator = 'zhang', headers, ...rest } = init;
    const answer = await fetch(`${this.url}/${path}`, {
      ...rest,
      headers: {
        authorization: `Bearer ${await this.others.token(operator)}`,
        'idempotency-key': randomUUID(),
        ...headers,
      },
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body, headers: answer.headers };
  }

  upload(
    bytes: Uint8Array,
    options: { query?: string; key?: string; operator?: string; type?: string } = {},
  ): Promise<Answer<ImportView>> {
    return this.call(`imports${options.query ?? ''}`, {
      method: 'POST',
      body: bytes as Uint8Array<ArrayBuffer>,
      headers: { 'content-type': options.type ?? XLSX, ...(options.key ? { 'idempotency-key': options.key } : {}) },
      ...(options.operator ? { operator: options.operator } : {}),
    });
  }

  /** Waits until the import is in one of the states; by default until nothing happens any more. */
  async settled(id: string, ...states: string[]): Promise<ImportView> {
    const wanted = states.length > 0 ? states : ['posted', 'checked', 'refused', 'abandoned', 'undone'];
    for (let tries = 0; tries < 1_000; tries++) {
      const { body } = await this.call(`imports/${id}`);
      if (wanted.includes(body.state)) return body;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`import ${id} does not come to ${wanted.join(', ')}`);
  }
}

const text = (...headers: string[]): XlsxSheet['columns'] => headers.map((header) => ({ header, kind: 'text' }));

/** A workbook that opens projects, with a room, a customer and an arrear each. */
export const workbookOf = async (
  projects: readonly { project: string; region?: string; rooms?: number; nature?: string }[],
  named?: readonly string[],
): Promise<Uint8Array> => {
  const all: XlsxSheet[] = [
    {
      name: '项目',
      title: '项目',
      columns: text('项目编码', '项目名称', '区域', '城市公司', '启用账期'),
      rows: projects.map(({ project, region }) => [project, project, region ?? '山东', '公司', '2026-03']),
    },
    {
      name: '物业资源',
      title: '物业资源',
      columns: text('项目编码', '资源编码', '资源名称', '资源性质', '楼栋', '建筑面积'),
      rows: projects.flatMap(({ project, rooms = 1, nature = '多层' }) =>
        Array.from({ length: rooms }, (_, at) => [project, `${project}-${at}`, '房间', nature, '1', '88.50']),
      ),
    },
    {
      name: '客户档案',
      title: '客户档案',
      columns: text('项目编码', '客户编码', '客户名称', '客户类型'),
      rows: projects.map(({ project }) => [project, 'K1', '客户', '个人']),
    },
    {
      name: '历史欠费',
      title: '历史欠费',
      columns: text(
        '项目编码',
        '资源编码',
        '客户编码',
        '收费项目',
        '费用开始日期',
        '费用结束日期',
        '应收日期',
        '欠费金额',
      ),
      rows: projects.map(({ project }) => [
        project,
        `${project}-0`,
        'K1',
        '物业费',
        '2026-01-01',
        '2026-01-31',
        '2026-01-10',
        '12.30',
      ]),
    },
  ];
  const sheets = named ? all.filter(({ name }) => named.includes(name)) : all;
  const parts: Uint8Array[] = [];
  for await (const part of writeXlsx({ sheets })) parts.push(part);
  return Buffer.concat(parts);
};
