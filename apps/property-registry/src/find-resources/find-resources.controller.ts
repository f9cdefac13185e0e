import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  ChoiceField,
  CodeField,
  CodeParam,
  DayField,
  decodeCursor,
  pageLimit,
  pageOf,
  Problem,
  problemResponse,
  SeesAfter,
  TextField,
  today,
} from '@propledger/service-kit';
import { ListQuery, OneQuery } from '../archive/answers';
import type { ResourceVersion } from '../archive/facts';
import { NATURES, ResourceView } from '../archive/resource-fields';
import { inForceOn } from '../archive/resource-rules';
import { ResourceArchive } from './resource-archive';

export class ResourcePage {
  @ApiProperty({ type: [ResourceView] })
  items!: ResourceView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class VersionView extends ResourceView {
  @ApiProperty({ example: '2026-04-01', description: '自此日起 from this day on; 1900-01-01: since ever' })
  effectiveOn!: string;
  @ApiProperty({ type: 'integer', description: 'The event in the project’s book that says so' })
  position!: number;
}
export class ResourceWithHistory extends ResourceView {
  @ApiProperty({ type: [VersionView], description: '历次变更, 按生效日期 every version by its effective day' })
  history!: VersionView[];
}

export class ResourcesQuery extends ListQuery {
  @CodeField({ optional: true, description: '资源编码以此开头 codes that begin with this' })
  prefix?: string;
  @ChoiceField(NATURES, { optional: true, description: '资源性质, 车位类型' })
  nature?: string;
  @TextField({ max: 20, optional: true, description: '楼栋' })
  building?: string;
  @ChoiceField(['room', 'parking'], { optional: true })
  kind?: string;
  @DayField({ optional: true, description: '按此日的状态, 默认今天 as they are on this day; today by default' })
  on?: string;
}
export class ResourceQuery extends OneQuery {
  @DayField({ optional: true, description: '按此日的状态, 默认今天 as it is on this day; today by default' })
  on?: string;
}

const versionView = ({ effectiveOn, position, resource }: ResourceVersion): VersionView => ({
  ...resource,
  effectiveOn,
  position,
});

@ApiTags('resources 资源')
@Controller('projects/:project/resources')
export class FindResourcesController {
  constructor(private readonly archive: ResourceArchive) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listResources', summary: '列出项目的物业资源和车位 Rooms and parking places, by code' })
  @ApiOkResponse({ type: ResourcePage })
  @problemResponse(404, 'project-not-found')
  async listResources(@CodeParam('project') project: string, @Query() query: ResourcesQuery): Promise<ResourcePage> {
    const [from] = decodeCursor(query.cursor, 'string') ?? [''];
    const limit = pageLimit(query);
    const found = await this.archive.list(project, {
      on: query.on ?? today(),
      from,
      most: limit + 1,
      prefix: query.prefix ?? null,
      nature: query.nature ?? null,
      building: query.building ?? null,
      kind: query.kind ?? null,
    });
    if (found === null) throw new Problem('project-not-found');
    return pageOf(
      found,
      limit,
      (resource) => resource,
      ({ resource }) => [resource],
    );
  }

  @Get(':resource')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'getResource',
    summary: '按编码查资源及其变更历史 A resource by its code, with its history',
  })
  @ApiOkResponse({ type: ResourceWithHistory })
  @problemResponse(404, 'resource-not-found')
  async getResource(
    @CodeParam('project') project: string,
    @CodeParam('resource') resource: string,
    @Query() query: ResourceQuery,
  ): Promise<ResourceWithHistory> {
    const versions = await this.archive.versions(project, resource);
    const standing = inForceOn(versions, query.on ?? today());
    if (standing === undefined) throw new Problem('resource-not-found');
    return { ...standing.resource, history: versions.map(versionView) };
  }
}
