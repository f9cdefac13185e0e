import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  IdempotencyKey,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import type { CorrectCharges } from '@propledger/ledger-core';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { noteOf } from '../ledger-store/ledger';
import { digestOf } from '../ledger-store/ledger-handler';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import { readSettlement, type Settlement } from './read-settlement';
import { LeaseSettlementView, SettleLeaseBody, viewOf } from './settlement-shapes';

/** 租赁合同结算: what was charged, beside what it should have been by what is agreed now. */
@ApiTags('leases 租赁合同')
@Controller('projects/:project/leases/:lease/settlement')
export class SettleLeaseController {
  constructor(
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'leaseSettlement',
    summary: '合同结算单: 多计少计、未出账、未收、押金 What is left to settle of a lease',
    description:
      '退租或变更后: 已计的与现约定逐月比较, 加上未出账的租金、未收金额、预交款与在押押金. 给出退租的 after 即可看到 ' +
      'After an early end or a change. Give it the `after` of that.',
  })
  @ApiOkResponse({ type: LeaseSettlementView })
  @Refuses()
  async show(@CodeParam('project') project: string, @CodeParam('lease') lease: string): Promise<LeaseSettlementView> {
    return viewOf(await this.settlement(project, lease));
  }

  @Post()
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'settleLease',
    summary: '合同结算: 红冲多计的, 补差少计的 Book the differences',
    description:
      '全部入账或全不入账; 已收的多计款项成为预交款. 尚未出账的由出账生成, 押金另行退还、冲抵或没收. 重复结算不会多记 ' +
      'All of them or none; what was paid of a credit becomes a prepayment. What was not charged yet is for a bill run, deposits are for the counter. ' +
      'Settling again adds nothing.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('inputs-changed', 'date-before-entry', 'charge-is-settled', 'period-closed', 'before-first-period')
  async settle(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @IdempotencyKey() key: string,
    @Body() body: SettleLeaseBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { date, reason, posting = 'own' } = body;
    const note = noteOf(reason);
    const { lines } = await this.settlement(project, lease);
    const command: CorrectCharges = {
      type: 'CorrectCharges',
      differences: lines.map(({ difference }) => difference),
      cause: { fact: 'lease', of: lease, reasonDigest: digestOf(note) },
      date,
      posting,
      computedFrom: { standards: [], bindings: [] },
      shared: [],
    };
    return submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'SettleLease', lease, ...body },
      { command, note },
    );
  }

  private async settlement(project: string, lease: string): Promise<Settlement> {
    const found = await readSettlement(this.reader, project, lease);
    if (!found) throw new Problem('not-found');
    return found;
  }
}
