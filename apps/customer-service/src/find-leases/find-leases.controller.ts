import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CodeField,
  CodeParam,
  DayField,
  decodeCursor,
  pageLimit,
  pageOf,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { ListQuery, OneQuery } from '../archive/answers';
import { Leases } from '../archive/leases';
import { LeasePage, LeaseVersionList, LeaseView, versionsOf, viewOf, type VersionEvent } from './lease-views';

export class LeasesQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码: 任一版本的合同方 a party of any version' })
  customer?: string;
  @CodeField({ optional: true, description: '资源编码: 任一版本的资源 of any version' })
  resource?: string;
  @DayField({ optional: true, description: '此日在租期内 that last on this day' })
  on?: string;
  @DayField({ optional: true, description: '最后一天不晚于此日: 到期清单 that end on this day or before' })
  endsBy?: string;
}

export class LeaseQuery extends OneQuery {
  @DayField({
    optional: true,
    description: '看此日的条款; 缺省最后约定的 the terms of this day; those agreed last when left out',
  })
  on?: string;
}

@ApiTags('leases 租赁合同')
@Controller('projects/:project/leases')
export class FindLeasesController {
  constructor(private readonly leases: Leases) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listLeases', summary: '列出租赁合同 A project’s leases, by code' })
  @ApiOkResponse({ type: LeasePage })
  @problemResponse(404, 'project-not-found')
  async list(@CodeParam('project') project: string, @Query() query: LeasesQuery): Promise<LeasePage> {
    await this.leases.knowProject(project);
    const [from] = decodeCursor(query.cursor, 'string') ?? [''];
    const limit = pageLimit(query);
    const { customer = null, resource = null, on = null, endsBy = null } = query;
    const rows = await this.leases.rows(
      `l.project = $1 and l.lease > $2
         and ($3::text is null or $3 = any (l.customers)) and ($4::text is null or $4 = any (l.resources))
         and ($5::text is null or (l.from_on <= $5 and l.to_on >= $5)) and ($6::text is null or l.to_on <= $6)`,
      [project, from, customer, resource, on, endsBy],
      limit + 1,
    );
    return pageOf(
      rows,
      limit,
      ({ body, changes }) => viewOf({ lease: body, changes }, on),
      ({ lease }) => [lease],
    );
  }

  @Get(':lease')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getLease', summary: '按编号查租赁合同 A lease by its code' })
  @ApiOkResponse({ type: LeaseView })
  @problemResponse(404, 'lease-not-found')
  async get(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @Query() { on }: LeaseQuery,
  ): Promise<LeaseView> {
    return viewOf((await this.leases.get(project, lease)).history, on ?? null);
  }

  @Get(':lease/versions')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listLeaseVersions',
    summary: '合同沿革 How a lease came to be what it is',
    description: '每一版: 何时、何人、变更了什么 Each version: when, by whom, and what it changed.',
  })
  @ApiOkResponse({ type: LeaseVersionList })
  @problemResponse(404, 'lease-not-found')
  async versions(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @Query() _query: OneQuery,
  ): Promise<LeaseVersionList> {
    const { positions } = await this.leases.get(project, lease);
    const events = await this.leases.query<VersionEvent>(
      `select position, type, body::jsonb as body, actor,
         to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "recordedAt"
         from event where book = $1 and position = any ($2::bigint[]) order by position`,
      [project, positions],
    );
    return { items: versionsOf(events) };
  }
}
