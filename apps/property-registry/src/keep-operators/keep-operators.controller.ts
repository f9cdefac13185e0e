import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  Problem,
  problemResponse,
  SeesAfter,
  today,
} from '@propledger/service-kit';
import { ListQuery, Recorded } from '../archive/answers';
import { OperatorArchive, type KnownOperator } from '../archive/operator-archive';
import { fingerprintOf, hashPassword, unlessTooMany } from '../archive/passwords';
import { RegistryBooks } from '../archive/registry-books';
import { recorded } from '../problem';
import { maySee, requireAll } from './may-keep';
import { OperatorFields, OperatorPage, OperatorView } from './operator-fields';

export class OperatorRegistered extends Recorded {
  @ApiProperty({ example: 'cashier01' })
  operator!: string;
}

const viewOf = ({ operator, name, enabled, grants }: KnownOperator): OperatorView => ({
  operator,
  name,
  enabled,
  grants: grants.map(({ role, scope }) => ({ role, scope })),
});

@ApiTags('operators 操作员')
@Controller('operators')
export class KeepOperatorsController {
  constructor(
    private readonly books: RegistryBooks,
    private readonly archive: OperatorArchive,
  ) {}

  @Get()
  @Allow('operators')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listOperators',
    summary: '列出操作员及其授权 Operators and their grants, by code',
    description:
      'Who keeps operators for a part of the group sees those with a grant in it, and those without any grant. A page may be short.',
  })
  @ApiOkResponse({ type: OperatorPage })
  async listOperators(@Caller() caller: CallerIdentity, @Query() query: ListQuery): Promise<OperatorPage> {
    const [from] = decodeCursor(query.cursor, 'string') ?? [''];
    const limit = pageLimit(query);
    const page = pageOf(
      await this.archive.list(from, limit + 1),
      limit,
      (operator) => operator,
      ({ operator }) => [operator],
    );
    return {
      items: page.items.filter((operator) => maySee(caller, operator)).map(viewOf),
      nextCursor: page.nextCursor,
    };
  }

  @Get(':operator')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getOperator', summary: '查操作员 An operator; everyone may look at himself' })
  @ApiOkResponse({ type: OperatorView })
  @problemResponse(404, 'operator-not-found')
  async getOperator(@CodeParam('operator') operator: string, @Caller() caller: CallerIdentity): Promise<OperatorView> {
    const isSelf = operator === caller.operator;
    const mayKeep = caller.projects('operators');
    if (!isSelf && mayKeep !== 'all' && mayKeep.size === 0) throw new Problem('forbidden');
    const found = await this.archive.find(operator);
    if (found === null) throw new Problem('operator-not-found');
    if (!isSelf && !maySee(caller, found)) throw new Problem('forbidden');
    return viewOf(found);
  }

  @Post()
  @Allow('operators')
  @ApiOperation({
    operationId: 'registerOperator',
    summary: '登记操作员 Register an operator',
    description: 'An operator may do nothing until something is granted.',
  })
  @ApiCreatedResponse({ type: OperatorRegistered })
  @problemResponse(409, 'operator-exists')
  @problemResponse(429, 'too-many-requests')
  @Answers(422)
  async registerOperator(
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() { operator, name, password }: OperatorFields,
  ): Promise<OperatorRegistered> {
    const passwordHash = await unlessTooMany(hashPassword(password));
    const fingerprint = await unlessTooMany(fingerprintOf([operator, name ?? '', password], key));
    const outcome = await this.books.submit(
      caller,
      key,
      GROUP_BOOK,
      { type: 'RegisterOperator', operator, name: name ?? null, passwordHash, grants: [], today: today() },
      { operator, fingerprint },
    );
    return { operator, after: recorded(outcome, GROUP_BOOK) };
  }

  @Post(':operator/disable')
  @HttpCode(200)
  @Allow('operators')
  @ApiOperation({
    operationId: 'disableOperator',
    summary: '停用操作员 Disable an operator: nothing signed for him is accepted any more',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'operator-not-found')
  @problemResponse(409, 'last-administrator')
  @Answers(422)
  async disableOperator(
    @CodeParam('operator') operator: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
  ): Promise<Recorded> {
    return this.switched('DisableOperator', operator, caller, key);
  }

  @Post(':operator/enable')
  @HttpCode(200)
  @Allow('operators')
  @ApiOperation({ operationId: 'enableOperator', summary: '启用操作员 Enable an operator again' })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'operator-not-found')
  @Answers(422)
  async enableOperator(
    @CodeParam('operator') operator: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
  ): Promise<Recorded> {
    return this.switched('EnableOperator', operator, caller, key);
  }

  private async switched(
    type: 'DisableOperator' | 'EnableOperator',
    operator: string,
    caller: CallerIdentity,
    key: string,
  ): Promise<Recorded> {
    requireAll(caller, (await this.archive.find(operator)) ?? null);
    const command = { type, operator, today: today() };
    return { after: recorded(await this.books.submit(caller, key, GROUP_BOOK, command, { operator }), GROUP_BOOK) };
  }
}
