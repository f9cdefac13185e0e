import { Body, Controller, HttpCode, HttpStatus, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  FlagField,
  IdempotencyKey,
  problemResponse,
} from '@propledger/service-kit';
import type { FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { given, Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import { LeaseChangeBody } from '../archive/lease-change-body';
import { Leases } from '../archive/leases';
import { recorded } from '../problem';

export class AskedChangeBody extends LeaseChangeBody {
  @FlagField({
    optional: true,
    description: '须他人复核: 先存为变更单 keep it as a change order until a second person approves it',
  })
  draft?: boolean;
}

export class LeaseChanged extends Recorded {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 2,
    description: '合同的新版本; 变更单为 null until it is approved',
  })
  version!: number | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '变更单编号 the change order that waits' })
  draft!: string | null;
}

@ApiTags('leases 租赁合同')
@Controller('projects/:project/leases/:lease/changes')
export class ChangeLeaseController {
  constructor(
    private readonly books: CustomersBooks,
    private readonly leases: Leases,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'changeLease',
    summary: '合同变更、续租、退租 Change, renew or end a lease',
    description:
      '只写要变的: 主体、租期、资产面积、租金、费项、付款、押金. 补记较早的变更不影响以后各日另有约定的内容. ' +
      'What is left out stays as it is. A change that is entered late leaves what was agreed for later days in force; of two for one ' +
      'day the later one holds, which is also how a wrong one is corrected.',
  })
  @ApiOkResponse({ type: LeaseChanged })
  @ApiAcceptedResponse({ type: LeaseChanged, description: '已存为变更单, 待复核 kept as a change order' })
  @problemResponse(404, 'lease-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(
    422,
    'resource-unknown, customer-unknown, lease-unsound, resource-let, too-many-changes, idempotency-key-reused',
  )
  @Answers(400)
  async changeLease(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: AskedChangeBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LeaseChanged> {
    const change = body.toChange((await this.leases.get(project, lease)).history);
    const asked = { lease, change: given<object>(body) };
    const outcome = await this.books.submit(
      caller,
      key,
      project,
      body.draft === true
        ? { type: 'DraftChange', draft: randomUUID(), lease, change }
        : { type: 'ChangeLease', lease, change },
      asked,
    );
    const { version, draft, after } = recorded(outcome, project);
    if (draft !== null) reply.status(HttpStatus.ACCEPTED);
    return { version, draft, after };
  }
}
