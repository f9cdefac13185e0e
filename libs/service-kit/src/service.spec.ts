import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { SignJWT } from 'jose';
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

@Module({})
class TestModule {}

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
    notReady: async () => ({}),
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
