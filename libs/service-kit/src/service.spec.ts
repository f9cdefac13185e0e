import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { SignJWT } from 'jose';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  After,
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeField,
  CodeParam,
  DayField,
  IdempotencyKey,
  MoneyField,
  PageQuery,
  Problem,
  Public,
  type Reach,
  type RunningService,
  ServiceConfig,
  type ServiceApp,
  serviceTokens,
  startService,
  TextField,
} from './index';

class Reason {
  @ApiProperty()
  code!: string;
}

class CollectBody {
  @CodeField()
  receiptNo!: string;
  @MoneyField({ positive: true })
  amount!: string;
  @DayField()
  date!: string;
  @TextField({ max: 20, optional: true, nullable: true })
  remark?: string | null;
}

class ReceiptView {
  @ApiProperty({ type: Reason, nullable: true, description: 'why' })
  reason!: Reason | null;
}

@Controller('projects/:project/receipts')
class ReceiptsController {
  @Post()
  @Allow('collect')
  @ApiOperation({ operationId: 'collect' })
  @ApiCreatedResponse({ type: CollectBody })
  @Answers(409)
  collect(
    @CodeParam('project') _project: string,
    @IdempotencyKey() key: string,
    @Body() body: CollectBody,
    @Caller() caller: CallerIdentity,
  ): object {
    if (body.receiptNo === 'TAKEN') throw new Problem('receipt-number-taken', { detail: 'TAKEN' });
    if (body.receiptNo === 'AWAY')
      throw Object.assign(new Error('connect ENOENT /var/run/.s.PGSQL.5432'), { code: 'ENOENT' });
    if (body.receiptNo === 'BUG') throw new Error('a bug with a secret');
    return { ...body, key, operator: caller.operator };
  }

  @Get()
  @Allow('view')
  @ApiOperation({ operationId: 'list' })
  @ApiOkResponse({ type: ReceiptView })
  list(@Param('project') project: string, @Query() query: PageQuery, @After() after: object | null): object {
    return { project, limit: query.limit ?? null, after };
  }
}

@Controller('open')
class OpenController {
  @Get()
  @Public()
  @ApiOperation({ operationId: 'open' })
  open(): object {
    return {};
  }
  @Get('forgotten')
  @ApiOperation({ operationId: 'forgotten' })
  forgotten(): object {
    return {};
  }
}

@Controller('slow')
class SlowController {
  static answer: () => Promise<object>;
  @Get()
  @Public()
  @ApiOperation({ operationId: 'slow' })
  slow(): Promise<object> {
    return SlowController.answer();
  }
}

@Module({})
class TestModule {}
const slowModule = { module: TestModule, controllers: [SlowController] };

const reach: Reach = {
  grants: [
    { role: 'cashier', scope: { project: 'YT01' } },
    { role: 'auditor', scope: { region: '山东' } },
  ],
  projectsOfRegion: new Map([['山东', new Set(['YT02'])]]),
};

const config = plainToInstance(ServiceConfig, {
  databaseUrl: 'postgres://nowhere',
  peers: { registry: 'http://127.0.0.1:1', customers: '', billing: '', reports: '', onboarding: '' },
  serviceKey: 'k'.repeat(40),
  logLevel: 'silent',
});

const operatorKey = new TextEncoder().encode('o'.repeat(40));

let missing: Record<string, string> = {};
const alarms: string[] = [];

const app: ServiceApp = {
  name: 'billing',
  title: 'Test',
  description: 'Test',
  migrations: [],
  build: () => ({
    module: { module: TestModule, controllers: [ReceiptsController, OpenController] },
    access: { reachOf: async (operator) => (operator === 'li' ? reach : null) },
    embeddedKeys: async () => operatorKey,
    problems: { 'receipt-number-taken': { status: 409, zh: '收据号已被使用', en: 'Taken' } },
    start: async () => undefined,
    notReady: async () => missing,
    alarms: () => [...alarms],
    stop: async () => undefined,
  }),
};

describe('the shell of a service', () => {
  let service: RunningService;
  let url: string;
  beforeAll(async () => {
    service = await startService(app, config);
    url = `${await service.listen('127.0.0.1', 0)}/billing/v1`;
  });
  afterAll(() => service.close());

  const operatorToken = (key = operatorKey, subject = 'li'): Promise<string> =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('propledger')
      .setAudience('propledger')
      .setSubject(subject)
      .setExpirationTime('1h')
      .sign(key);
  const call = async (
    path: string,
    init: RequestInit = {},
    token?: string,
  ): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> => {
    const bearer = token ?? (await serviceTokens(config, 'reports')());
    const answer = await fetch(`${url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${bearer}`,
        'idempotency-key': 'k1',
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      headers: answer.headers,
    };
  };
  const post = (body: unknown, headers: Record<string, string> = {}): ReturnType<typeof call> =>
    call('/projects/YT01/receipts', { method: 'POST', body: JSON.stringify(body), headers });
  const good = { receiptNo: 'SJ1', amount: '12.30', date: '2026-03-01' };

  it('lets nobody in without a token, with a wrong one, or with one that another key signed', async () => {
    expect((await fetch(`${url}/projects/YT01/receipts`)).status).toBe(401);
    expect(await call('/projects/YT01/receipts', {}, 'abc')).toMatchObject({ status: 401 });
    // The test's keys are symmetric; the embedded issuer's are not, and HS256 is not accepted for operators.
    expect(await call('/projects/YT01/receipts', {}, await operatorToken())).toMatchObject({ status: 401 });
  });

  it('refuses a route that names no permission, and lets public ones through', async () => {
    expect((await call('/open/forgotten', {}, 'abc')).status).toBe(401);
    expect((await fetch(`${url}/open`)).status).toBe(200);
  });

  it('takes a command, and hands over who called', async () => {
    expect(await post(good)).toMatchObject({ status: 201, body: { ...good, key: 'k1', operator: 'reports' } });
  });

  it('names every faulty field', async () => {
    const { status, body, headers } = await post({
      receiptNo: 'a\u0000b',
      amount: '1.234',
      date: '2026-02-30',
      extra: 1,
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    const pointers = (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort();
    expect(pointers).toEqual(['/body/amount', '/body/date', '/body/extra', '/body/receiptNo']);
  });

  it.each([
    ['null', 400],
    ['[]', 400],
    ['1', 400],
    ['"text"', 400],
    ['{"receiptNo":', 400],
    ['', 400],
    ['{"__proto__":{"a":1}}', 400],
  ])('refuses the body %s', async (body, status) => {
    expect(await call('/projects/YT01/receipts', { method: 'POST', body })).toMatchObject({ status });
  });

  it('answers as documented to what it does not have', async () => {
    expect(await call('/nothing')).toMatchObject({ status: 404, body: { type: 'urn:propledger:problem:not-found' } });
    expect(await call('/projects/YT01/receipts', { method: 'DELETE' })).toMatchObject({ status: 405 });
    expect(await call('/projects/%ff/receipts')).toMatchObject({ status: 400 });
    expect(await call('/projects/%00/receipts')).toMatchObject({ status: 200 });
    expect(
      await call('/projects/YT01/receipts', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }),
    ).toMatchObject({ status: 415 });
    expect(await call('/projects/YT01/receipts', { method: 'POST', body: `"${'x'.repeat(2_000_000)}"` })).toMatchObject(
      { status: 413 },
    );
  });

  it('asks for an idempotency key, and for a readable after token', async () => {
    expect(await post(good, { 'idempotency-key': '' })).toMatchObject({ status: 400 });
    expect(await call('/projects/YT01/receipts?after=%7B')).toMatchObject({ status: 400 });
    expect(await call('/projects/YT01/receipts?limit=0')).toMatchObject({ status: 400 });
    expect(await call('/projects/YT01/receipts?limit=5')).toMatchObject({ status: 200, body: { limit: 5 } });
  });

  it('answers refusals from the catalogue, and bugs without their details', async () => {
    expect(await post({ ...good, receiptNo: 'TAKEN' })).toMatchObject({
      status: 409,
      body: { title: '收据号已被使用 Taken' },
    });
    const bug = await post({ ...good, receiptNo: 'BUG' });
    expect(bug.status).toBe(500);
    expect(JSON.stringify(bug.body)).not.toContain('secret');
  });

  it('answers that it cannot now, and when to ask again, while its database is away', async () => {
    expect(await post({ ...good, receiptNo: 'AWAY' })).toMatchObject({
      status: 503,
      body: { type: 'urn:propledger:problem:unavailable' },
    });
  });

  it('gives a request one id: the caller’s own, his trace’s, or a new one', async () => {
    const idOf = async (headers: Record<string, string>): Promise<string> =>
      (await call('/open', { headers })).headers.get('x-correlation-id') ?? '';
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(await idOf({ 'x-correlation-id': 'request-17' })).toBe('request-17');
    expect(await idOf({ traceparent: `00-${trace}-00f067aa0ba902b7-01` })).toBe(trace);
    expect(await idOf({ 'x-correlation-id': 'request-17', traceparent: `00-${trace}-00f067aa0ba902b7-01` })).toBe(
      'request-17',
    );
    const made = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    for (const bad of ['short', 'x'.repeat(65), 'with a blank', '<script>alert</script>'])
      expect(await idOf({ 'x-correlation-id': bad })).toMatch(made);
    expect(await idOf({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` })).toMatch(made);
    const refused = await call('/projects/YT01/receipts', { headers: { 'x-correlation-id': 'request-18' } }, 'abc');
    expect(refused).toMatchObject({ status: 401, body: { correlationId: 'request-18' } });
  });

  it('says whether it is ready, and what somebody must look at', async () => {
    expect(await call('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok', alarms: [] } });
    alarms.push('ledger YT01: stands still');
    expect(await call('/health/ready')).toMatchObject({ status: 200, body: { alarms: ['ledger YT01: stands still'] } });
    missing = { database: 'away' };
    expect(await call('/health/ready')).toMatchObject({ status: 503, body: { detail: 'database: away' } });
    expect(await call('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    missing = {};
    alarms.length = 0;
  });

  it('measures requests by the template of their route, never by what they name', async () => {
    await call('/projects/SECRET01/receipts?limit=5');
    await call('/no/such/SECRET02');
    const text = await service.metrics.text();
    expect(text).not.toMatch(/SECRET/);
    const counted = text.split('\n').filter((line) => line.startsWith('propledger_http_request_seconds_count'));
    const labelled = (...labels: string[]): string[] =>
      counted.filter((line) => labels.every((label) => line.includes(label)));
    expect(labelled('method="GET"', 'route="/billing/v1/projects/:project/receipts"', 'status="200"')).toHaveLength(1);
    expect(labelled('method=""', 'route=""', 'status="404"')).toHaveLength(1);
  });

  it('documents what the shell itself may answer, and nullable as OpenAPI 3.1 does', () => {
    const { post: collect } = service.openapi.paths['/billing/v1/projects/{project}/receipts'] ?? {};
    expect(Object.keys(collect?.responses ?? {}).sort()).toEqual([
      '201',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '431',
      '503',
    ]);
    expect(service.openapi.paths['/billing/v1/open']?.get?.responses).not.toHaveProperty('401');
    expect(service.openapi.components?.schemas?.['CollectBody']).toMatchObject({
      properties: {
        remark: { type: ['string', 'null'] },
      },
      required: ['receiptNo', 'amount', 'date'],
    });
    expect(service.openapi.components?.schemas?.['ReceiptView']).toMatchObject({
      properties: {
        reason: { description: 'why', anyOf: [{ $ref: '#/components/schemas/Reason' }, { type: 'null' }] },
      },
    });
  });
});

describe('a request that does not come to its end', () => {
  it('is answered and closed when its time is up, though its sender stays', async () => {
    const service = await startService(
      { ...app, build: (...given) => ({ ...app.build(...given), requestTimeoutMs: 400 }) },
      config,
    );
    const url = new URL(await service.listen('127.0.0.1', 0));
    const socket = connect({ port: Number(url.port), host: url.hostname, allowHalfOpen: true });
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    const head = ['content-type: application/json', 'content-length: 1000', `host: ${url.host}`];
    socket.write(`POST /billing/v1/projects/YT01/receipts HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{`);
    const ended = await Promise.race([once(socket, 'end').then(() => true), pause(5_000).then(() => false)]);
    socket.destroy();
    await service.close();
    expect(ended).toBe(true);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*urn:propledger:problem:bad-request/);
  }, 15_000);
});

describe('closing a service', () => {
  // Node alone waits a minute for a connection over which nothing was ever sent, and for one that was answered meanwhile.
  it('does not wait for connections that were never used, and ends what it answers', async () => {
    let finish = (): void => undefined;
    const begun = new Promise<void>((begin) => {
      SlowController.answer = () => {
        begin();
        return new Promise<object>((resolve) => (finish = () => resolve({ done: true })));
      };
    });
    const service = await startService(
      { ...app, build: (...given) => ({ ...app.build(...given), module: slowModule }) },
      config,
    );
    const url = new URL(await service.listen('127.0.0.1', 0));
    const unused = connect(Number(url.port), url.hostname);
    await once(unused, 'connect');
    const answer = fetch(`${url.origin}/billing/v1/slow`);
    await begun;
    const closed = service.close();
    await once(unused, 'close');
    finish();
    expect(await (await answer).json()).toEqual({ done: true });
    await closed;
    await expect(fetch(`${url.origin}/billing/v1/slow`)).rejects.toThrow();
  }, 15_000);
});
