import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  type CallerIdentity,
  CodeParam,
  decodeCursor,
  pageLimit,
  pageOf,
  Problem,
  problemResponse,
  SeesAfter,
  TextField,
} from '@propledger/service-kit';
import { And, DataSource, In, MoreThan, type FindOptionsWhere } from 'typeorm';
import { ListQuery } from '../archive/answers';
import { ProjectRow } from '../archive/entities';

export class ProjectView {
  @ApiProperty({ example: 'YT01', description: '项目编码' })
  project!: string;
  @ApiProperty({ example: '阳光上城' })
  name!: string;
  @ApiProperty({ example: '山东' })
  region!: string;
  @ApiProperty({ example: '烟台公司' })
  company!: string;
  @ApiProperty({ example: '2026-03', description: '启用账期' })
  firstPeriod!: string;
}
export class ProjectPage {
  @ApiProperty({ type: [ProjectView] })
  items!: ProjectView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
export class ProjectsQuery extends ListQuery {
  @TextField({ max: 64, optional: true, description: '只列此区域 only projects of this region' })
  region?: string;
  @TextField({ max: 100, optional: true, description: '只列此城市公司 only projects of this company' })
  company?: string;
}

const viewOf = ({ project, name, region, company, firstPeriod }: ProjectRow): ProjectView => ({
  project,
  name,
  region,
  company,
  firstPeriod,
});

@ApiTags('projects 项目')
@Controller('projects')
export class FindProjectsController {
  constructor(private readonly source: DataSource) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listProjects', summary: '列出有权查看的项目 The projects that you may see, by code' })
  @ApiOkResponse({ type: ProjectPage })
  async listProjects(@Caller() caller: CallerIdentity, @Query() query: ProjectsQuery): Promise<ProjectPage> {
    const mayView = caller.projects('view');
    const [from] = decodeCursor(query.cursor, 'string') ?? [''];
    const where: FindOptionsWhere<ProjectRow> = {
      project: mayView === 'all' ? MoreThan(from) : And(MoreThan(from), In([...mayView])),
      ...(query.region === undefined ? {} : { region: query.region }),
      ...(query.company === undefined ? {} : { company: query.company }),
    };
    const limit = pageLimit(query);
    const rows = await this.source.manager.find(ProjectRow, { where, order: { project: 'ASC' }, take: limit + 1 });
    return pageOf(rows, limit, viewOf, ({ project }) => [project]);
  }

  @Get(':project')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getProject', summary: '按编码查项目 A project by its code' })
  @ApiOkResponse({ type: ProjectView })
  @problemResponse(404, 'project-not-found')
  async getProject(@CodeParam('project') project: string): Promise<ProjectView> {
    const row = await this.source.manager.findOneBy(ProjectRow, { project });
    if (row === null) throw new Problem('project-not-found');
    return viewOf(row);
  }
}
