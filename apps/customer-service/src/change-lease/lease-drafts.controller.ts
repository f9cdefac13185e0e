import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { LeaseChange } from '@propledger/contracts';
import {
  Allow,
  Caller,
  type CallerIdentity,
  ChoiceField,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  IdParam,
  pageLimit,
  pageOf,
  PageQuery,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import { Leases } from '../archive/leases';
import { recorded } from '../problem';

const STATES = ['waiting', 'approved', 'rejected'] as const;

export class LeaseDraftView {
  @ApiProperty({ format: 'uuid' })
  draft!: string;
  @ApiProperty({ description: '合同编号' })
  lease!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '变更内容 the change, as the event would carry it',
  })
  change!: LeaseChange;
  @ApiProperty({ enum: STATES })
  state!: (typeof STATES)[number];
  @ApiProperty({ description: '申请人' })
  requestedBy!: string;
  @ApiProperty({ format: 'date-time' })
  askedAt!: string;
  @ApiProperty({ type: String, nullable: true, description: '复核人' })
  decidedBy!: string | null;
}

export class LeaseDraftPage {
  @ApiProperty({ type: [LeaseDraftView] })
  items!: LeaseDraftView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class LeaseDraftsQuery extends PageQuery {
  @ChoiceField(STATES, { optional: true, description: '缺省 waiting' })
  state?: (typeof STATES)[number];
}

const COLUMNS = `d.draft, d.lease, d.change, d.state, d.requested_by as "requestedBy", d.decided_by as "decidedBy",
  to_char(d.asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt"`;

/** 变更单: changes of leases that wait for a second person. */
@ApiTags('leases 租赁合同')
@Controller('projects/:project/lease-drafts')
export class LeaseDraftsController {
  constructor(
    private readonly books: CustomersBooks,
    private readonly leases: Leases,
  ) {}

  @Get()
  @Allow('view')
  @ApiOperation({
    operationId: 'listLeaseDrafts',
    summary: '变更单, 先申请的在前 Change orders, in the order of asking',
  })
  @ApiOkResponse({ type: LeaseDraftPage })
  @problemResponse(404, 'project-not-found')
  async list(@CodeParam('project') project: string, @Query() query: LeaseDraftsQuery): Promise<LeaseDraftPage> {
    const after = decodeCursor(query.cursor, 'string', 'string') ?? ['', ''];
    const limit = pageLimit(query);
    const rows = await this.leases.query<LeaseDraftView>(
      `select * from (select ${COLUMNS} from lease_draft d where d.project = $1 and d.state = $2) d
        where ("askedAt", draft::text) > ($3, $4) order by "askedAt", draft::text limit ${(limit + 1).toString()}`,
      [project, query.state ?? 'waiting', ...after],
    );
    if (rows.length === 0) await this.leases.knowProject(project);
    return pageOf(
      rows,
      limit,
      (row) => row,
      ({ askedAt, draft }) => [askedAt, draft],
    );
  }

  @Get(':draft')
  @Allow('view')
  @ApiOperation({ operationId: 'getLeaseDraft', summary: '变更单 A change order' })
  @ApiOkResponse({ type: LeaseDraftView })
  @problemResponse(404, 'draft-not-found')
  async get(@CodeParam('project') project: string, @IdParam('draft') draft: string): Promise<LeaseDraftView> {
    const [row] = await this.leases.query<LeaseDraftView>(
      `select ${COLUMNS} from lease_draft d where d.project = $1 and d.draft = $2`,
      [project, draft],
    );
    if (!row) throw new Problem('draft-not-found');
    return row;
  }

  @Post(':draft/approve')
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'approveLeaseDraft',
    summary: '复核通过变更单 Approve a change order',
    description: '另一人复核后变更入账, 事件记下两人 The change is recorded, and names both people.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'draft-not-found')
  @problemResponse(409, 'approver-is-requester, draft-decided, book-held')
  @problemResponse(422, 'lease-unsound, resource-let, too-many-changes, idempotency-key-reused')
  approve(
    @CodeParam('project') project: string,
    @IdParam('draft') draft: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
  ): Promise<Recorded> {
    return this.decide(project, draft, true, caller, key);
  }

  @Post(':draft/reject')
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'rejectLeaseDraft',
    summary: '拒绝变更单 Reject a change order',
    description: '申请人可以此撤回 Whoever asked takes his own back with it.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'draft-not-found')
  @problemResponse(409, 'draft-decided, book-held')
  @problemResponse(422, 'idempotency-key-reused')
  reject(
    @CodeParam('project') project: string,
    @IdParam('draft') draft: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
  ): Promise<Recorded> {
    return this.decide(project, draft, false, caller, key);
  }

  private async decide(
    project: string,
    draft: string,
    approve: boolean,
    caller: CallerIdentity,
    key: string,
  ): Promise<Recorded> {
    const command = { type: 'DecideDraft', draft, approve } as const;
    const outcome = await this.books.submit(caller, key, project, command, { draft, approve });
    return { after: recorded(outcome, project).after };
  }
}
