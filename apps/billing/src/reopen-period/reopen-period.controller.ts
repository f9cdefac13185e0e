import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  IdempotencyKey,
  PeriodParam,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { noteOf } from '../ledger-store/ledger';
import { digestOf } from '../ledger-store/ledger-handler';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';

export class ReopeningBody {
  @TextField({ max: 500, description: '原因' })
  reason!: string;
}

/** 反关账: always by two people. */
@ApiTags('periods 账期')
@Controller('projects/:project/periods/:period/reopening')
export class ReopenPeriodController {
  constructor(private readonly approvals: Approvals) {}

  @Post()
  @Allow('close')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'reopenPeriod',
    summary: '反关账 Reopen the last closed period',
    description:
      '须由另一有关账权限的人复核; 再次关账时重新记下试算表 Another person who may close must approve. ' +
      'The next close records its trial balance anew.',
  })
  @ApiCreatedResponse({
    type: Recorded,
    description: '以同一键重发, 且已复核 sent again with its key after the approval',
  })
  @Refuses('unknown-project', 'period-not-last-closed')
  async reopen(
    @CodeParam('project') project: string,
    @PeriodParam('period') period: string,
    @IdempotencyKey() key: string,
    @Body() { reason }: ReopeningBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const note = noteOf(reason);
    return submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'ReopenPeriod', period, reason },
      { command: { type: 'ReopenPeriod', period, reasonDigest: digestOf(note) }, note },
    );
  }
}
