import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Permission } from '@propledger/contracts';
import {
  Allow,
  Caller,
  ChoiceField,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  IdParam,
  MONEY_PATTERN,
  pageLimit,
  pageOf,
  PageQuery,
  Problem,
  type CallerIdentity,
} from '@propledger/service-kit';
import type { ForTwo } from '@propledger/ledger-core';
import { APPROVAL_STATES } from '../awaiting-approval';
import { Approvals, type ApprovalState } from '../ledger-store/approvals';
import { Conditions, Reader } from '../ledger-store/reader';
import { doneOf, problemOf, Refuses } from '../problem';
import { NullablePosition, NullableText, Recorded } from '../shapes';
import { lastOf } from '../submit';

export const KINDS = [
  'write-off',
  'waiver',
  'refund',
  'correction',
  'reopening',
  'vacancy',
  'limits',
] as const satisfies readonly ForTwo[];

/** Who may do a thing may also approve it, when another asked for it. */
const PERMISSION_FOR: Readonly<Record<ForTwo, Permission>> = {
  'write-off': 'settle',
  waiver: 'settle',
  refund: 'settle',
  correction: 'settle',
  reopening: 'close',
  vacancy: 'settle',
  limits: 'close',
};

export class ApprovalView {
  @ApiProperty({ format: 'uuid' })
  approval!: string;
  @ApiProperty({ enum: KINDS, description: '核销, 减免或折扣, 退款, 更正, 反关账, 空置申报, 放宽限额' })
  kind!: ForTwo;
  @ApiProperty({
    type: String,
    pattern: MONEY_PATTERN,
    nullable: true,
    description: '反关账、空置申报与放宽限额没有金额 a reopening has none, nor has a vacancy or a looser limit',
  })
  amount!: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '申请的内容; 金额以分计 {"fen": "12345"} what was asked for; amounts in fen',
  })
  command!: unknown;
  @NullableText('原因')
  reason!: string | null;
  @ApiProperty({ enum: APPROVAL_STATES })
  state!: ApprovalState;
  @ApiProperty({ description: '申请人' })
  requestedBy!: string;
  @ApiProperty({ format: 'date-time' })
  askedAt!: string;
  @NullableText('复核人')
  decidedBy!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  decidedAt!: string | null;
  @NullablePosition('入账位置 where it stands in the book, once approved')
  position!: number | null;
}

export class ApprovalsPage {
  @ApiProperty({ type: [ApprovalView] })
  items!: ApprovalView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class ApprovalsQuery extends PageQuery {
  @ChoiceField(APPROVAL_STATES, { optional: true, description: '缺省 waiting' })
  state?: ApprovalState;
}

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const COLUMNS = `approval, kind, amount, task->'command' as command, reason, state, requested_by as "requestedBy",
  to_char(asked_at at time zone 'UTC', ${TIME}) as "askedAt", decided_by as "decidedBy",
  to_char(decided_at at time zone 'UTC', ${TIME}) as "decidedAt", position`;
type Row = Omit<ApprovalView, 'position'> & { readonly position: string | null };
const viewOf = ({ position, ...row }: Row): ApprovalView => ({
  ...row,
  position: position === null ? null : Number(position),
});

/** 复核: what waits for a second person, who approves it or rejects it. */
@ApiTags('approvals 复核')
@Controller('projects/:project/approvals')
export class ApprovalsController {
  constructor(
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('settle')
  @ApiOperation({
    operationId: 'listApprovals',
    summary: '待复核, 新的在前 What waits for a second person, latest first',
  })
  @ApiOkResponse({ type: ApprovalsPage })
  async list(@CodeParam('project') project: string, @Query() query: ApprovalsQuery): Promise<ApprovalsPage> {
    const before = decodeCursor(query.cursor, 'string', 'string');
    if (before && !/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36}$/.test(before.join(' ')))
      throw new Problem('invalid-input', {
        errors: [{ pointer: '/query/cursor', code: 'cursor', message: '翻页标记有误 not a cursor of this list' }],
      });
    const where = new Conditions()
      .and('book = ?', project)
      .and('state = ?', query.state ?? 'waiting')
      .and('(asked_at, approval) < ((?::text[])[1]::timestamptz, (?::text[])[2]::uuid)', before ?? undefined);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<Row>(
      `select ${COLUMNS} from approval where ${where.sql} order by asked_at desc, approval desc limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, ({ askedAt, approval }) => [askedAt, approval]);
  }

  @Get(':approval')
  @Allow('settle')
  @ApiOperation({ operationId: 'getApproval', summary: '复核申请 What was asked for, and what became of it' })
  @ApiOkResponse({ type: ApprovalView })
  async get(@CodeParam('project') project: string, @IdParam('approval') approval: string): Promise<ApprovalView> {
    const row = await this.reader.first<Row>(`select ${COLUMNS} from approval where book = $1 and approval = $2`, [
      project,
      approval,
    ]);
    if (!row) throw new Problem('not-found');
    return viewOf(row);
  }

  @Post(':approval/approve')
  @Allow('settle')
  @ApiOperation({
    operationId: 'approve',
    summary: '复核通过 Approve',
    description:
      '以申请人的名义与键入账, 事件记下两人; 重复复核只入账一次. 反关账须有关账权限 ' +
      'Does it under the key of whoever asked, and the event names both; approving again does nothing more. A reopening needs the right to close.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('approver-is-requester', 'approval-decided', 'exceeds-open', 'period-closed', 'already-reversed')
  async approve(
    @CodeParam('project') project: string,
    @IdParam('approval') approval: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { requestedBy } = await this.mayDecide(project, approval, caller);
    if (requestedBy === caller.operator) throw problemOf({ code: 'approver-is-requester' });
    await this.keepKey(key, { type: 'Approve', approval }, project, caller);
    return lastOf(doneOf(project, await this.approvals.approve(project, approval, caller)));
  }

  @Post(':approval/reject')
  @HttpCode(200)
  @Allow('settle')
  @ApiOperation({
    operationId: 'reject',
    summary: '拒绝 Reject',
    description: '申请人可以此撤回自己的申请 Whoever asked takes his own back with it.',
  })
  @ApiOkResponse({ type: ApprovalView })
  @Refuses('approval-decided')
  async reject(
    @CodeParam('project') project: string,
    @IdParam('approval') approval: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<ApprovalView> {
    await this.mayDecide(project, approval, caller);
    await this.keepKey(key, { type: 'Reject', approval }, project, caller);
    if (!(await this.approvals.reject(project, approval, caller.operator)))
      throw problemOf({ code: 'approval-decided' });
    return this.get(project, approval);
  }

  /** @throws Problem `idempotency-key-reused` when the caller's key stands for another approval, or for a command. */
  private async keepKey(
    key: string,
    decision: Parameters<Approvals['keepDecision']>[0],
    project: string,
    { operator }: CallerIdentity,
  ): Promise<void> {
    if (!(await this.approvals.keepDecision(decision, { project, operator, key })))
      throw new Problem('idempotency-key-reused');
  }

  private async mayDecide(project: string, approval: string, caller: CallerIdentity): Promise<{ requestedBy: string }> {
    const found = await this.approvals.find(project, approval);
    if (!found) throw new Problem('not-found');
    caller.require(PERMISSION_FOR[found.kind], project);
    return found;
  }
}
