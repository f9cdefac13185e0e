import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { RELATIONS, type Relation } from '@propledger/contracts';
import {
  Allow,
  ChoiceField,
  CodeField,
  CodeParam,
  DayField,
  decodeCursor,
  FlagField,
  pageLimit,
  pageOf,
  Problem,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { DataSource } from 'typeorm';
import { ListQuery } from '../archive/answers';
import { OccupancyView } from '../archive/customer-fields';
import { OccupancyRow } from '../archive/entities';
import { mustKnow } from '../archive/known-projects';

export class OccupancyPage {
  @ApiProperty({ type: [OccupancyView] })
  items!: OccupancyView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
export class OccupanciesQuery extends ListQuery {
  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;
  @DayField({ optional: true, description: '在此日有效 that hold on this day' })
  on?: string;
  @FlagField({ optional: true, description: '是否付费人' })
  payer?: boolean;
  @ChoiceField(RELATIONS, { optional: true, description: '关系' })
  relation?: Relation;
}

const viewOf = ({ project: _, ...occupancy }: OccupancyRow): OccupancyView => occupancy;

@ApiTags('occupancies 入住关系')
@Controller('projects/:project/occupancies')
export class FindOccupanciesController {
  constructor(private readonly source: DataSource) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listOccupancies',
    summary: '列出入住关系 Who owns, rents or holds what, by resource and first day',
  })
  @ApiOkResponse({ type: OccupancyPage })
  @problemResponse(404, 'project-not-found')
  async listOccupancies(
    @CodeParam('project') project: string,
    @Query() query: OccupanciesQuery,
  ): Promise<OccupancyPage> {
    const [resource, from, occupancy] = decodeCursor(query.cursor, 'string', 'string', 'string') ?? ['', '', ''];
    const limit = pageLimit(query);
    const select = this.source.manager
      .createQueryBuilder(OccupancyRow, 'o')
      .where('o.project = :project', { project })
      .andWhere('(o.resource, o.from_on, o.occupancy) > (:resource, :from, :occupancy)', { resource, from, occupancy })
      .orderBy({ 'o.resource': 'ASC', 'o.from': 'ASC', 'o.occupancy': 'ASC' })
      .limit(limit + 1);
    if (query.resource !== undefined) select.andWhere('o.resource = :asked', { asked: query.resource });
    if (query.customer !== undefined) select.andWhere('o.customer = :customer', { customer: query.customer });
    if (query.payer !== undefined) select.andWhere('o.payer = :payer', { payer: query.payer });
    if (query.relation !== undefined) select.andWhere('o.relation = :relation', { relation: query.relation });
    if (query.on !== undefined)
      select.andWhere('o.from_on <= :on and (o.to_on is null or o.to_on >= :on)', { on: query.on });
    const rows = await select.getMany();
    if (rows.length === 0) await mustKnow(this.source, project);
    return pageOf(rows, limit, viewOf, (row) => [row.resource, row.from, row.occupancy]);
  }

  @Get(':occupancy')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getOccupancy', summary: '按编号查入住关系 An occupancy by its id' })
  @ApiOkResponse({ type: OccupancyView })
  @problemResponse(404, 'occupancy-not-found')
  async getOccupancy(
    @CodeParam('project') project: string,
    @CodeParam('occupancy') occupancy: string,
  ): Promise<OccupancyView> {
    const row = await this.source.manager.findOneBy(OccupancyRow, { project, occupancy });
    if (row === null) throw new Problem('occupancy-not-found');
    return viewOf(row);
  }
}
