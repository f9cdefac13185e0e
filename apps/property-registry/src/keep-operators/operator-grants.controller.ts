import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
import {
  Allow,
  Caller,
  type CallerIdentity,
  CodeParam,
  IdempotencyKey,
  problemResponse,
  today,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { RegistryBooks } from '../archive/registry-books';
import { recorded } from '../problem';
import { requireScope } from './may-keep';
import { GrantFields } from './operator-fields';

@ApiTags('operators 操作员')
@Controller('operators/:operator/grants')
export class OperatorGrantsController {
  constructor(private readonly books: RegistryBooks) {}

  @Post()
  @HttpCode(200)
  @Allow('operators')
  @ApiOperation({
    operationId: 'grantRole',
    summary: '授予角色 Grant a role in the group, a region or a project',
    description: 'Needs `operators` in the whole of that scope. Granting what stands already changes nothing.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'operator-not-found')
  @problemResponse(422, 'scope-unknown, idempotency-key-reused')
  grantRole(
    @CodeParam('operator') operator: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: GrantFields,
  ): Promise<Recorded> {
    return this.changed('GrantRole', operator, caller, key, body);
  }

  @Post('revocations')
  @HttpCode(200)
  @Allow('operators')
  @ApiOperation({
    operationId: 'revokeRole',
    summary: '收回角色 Revoke a role',
    description: 'The last administrator of the whole group stays. Revoking what is not granted changes nothing.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'operator-not-found')
  @problemResponse(409, 'last-administrator')
  @problemResponse(422, 'idempotency-key-reused')
  revokeRole(
    @CodeParam('operator') operator: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: GrantFields,
  ): Promise<Recorded> {
    return this.changed('RevokeRole', operator, caller, key, body);
  }

  private async changed(
    type: 'GrantRole' | 'RevokeRole',
    operator: string,
    caller: CallerIdentity,
    key: string,
    body: GrantFields,
  ): Promise<Recorded> {
    const grant = body.toGrant();
    requireScope(caller, grant);
    const command = { type, operator, grant, today: today() };
    const request = { operator, role: grant.role, scope: grant.scope };
    return { after: recorded(await this.books.submit(caller, key, GROUP_BOOK, command, request), GROUP_BOOK) };
  }
}
