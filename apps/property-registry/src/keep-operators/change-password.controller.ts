import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
import {
  Allow,
  Attempts,
  Caller,
  type CallerIdentity,
  CodeParam,
  IdempotencyKey,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { OperatorArchive } from '../archive/operator-archive';
import { fingerprintOf, hashPassword, passwordFits, unlessTooMany } from '../archive/passwords';
import { RegistryBooks } from '../archive/registry-books';
import { recorded } from '../problem';
import { requireAll } from './may-keep';
import { PasswordFields } from './operator-fields';

@ApiTags('operators 操作员')
@Controller('operators/:operator/password')
export class ChangePasswordController {
  constructor(
    private readonly books: RegistryBooks,
    private readonly archive: OperatorArchive,
    private readonly attempts: Attempts,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('view')
  @ApiOperation({
    operationId: 'changePassword',
    summary: '修改密码 Change a password',
    description:
      'One’s own with the old one; another operator’s with `operators` wherever he has a grant. Tokens that were signed ' +
      'before stay valid until they end.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'operator-not-found')
  @problemResponse(422, 'old-password-wrong, idempotency-key-reused')
  @problemResponse(429, 'too-many-requests')
  async changePassword(
    @CodeParam('operator') operator: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() { newPassword, oldPassword }: PasswordFields,
  ): Promise<Recorded> {
    const isSelf = operator === caller.operator;
    const mayKeep = caller.projects('operators');
    if (!isSelf && mayKeep !== 'all' && mayKeep.size === 0) throw new Problem('forbidden');
    const found = await this.archive.find(operator);
    if (!isSelf) requireAll(caller, found);
    const oldPasswordHolds = isSelf ? await this.holds(operator, oldPassword ?? '', found?.passwordHash ?? null) : null;
    const passwordHash = await unlessTooMany(hashPassword(newPassword));
    const fingerprint = await unlessTooMany(fingerprintOf([operator, oldPassword ?? '', newPassword], key));
    const outcome = await this.books.submit(
      caller,
      key,
      GROUP_BOOK,
      { type: 'ChangePassword', operator, passwordHash, oldPasswordHolds },
      { operator, fingerprint },
    );
    return { after: recorded(outcome, GROUP_BOOK) };
  }

  private async holds(operator: string, password: string, hash: string | null): Promise<boolean> {
    const retryAfterSeconds = this.attempts.take(operator);
    if (retryAfterSeconds > 0) throw new Problem('too-many-requests', { retryAfterSeconds });
    const fits = await unlessTooMany(passwordFits(password, hash));
    if (fits) this.attempts.giveBack(operator);
    return fits;
  }
}
