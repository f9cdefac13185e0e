import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  CodeField,
  CodeParam,
  DayField,
  decodeCursor,
  pageLimit,
  pageOf,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { DataSource } from 'typeorm';
import { ListQuery } from '../archive/answers';
import { VehicleRow } from '../archive/entities';
import { mustKnow } from '../archive/known-projects';
import { plateIn, PlateField, VehicleView } from '../archive/vehicle-fields';

export class VehiclePage {
  @ApiProperty({ type: [VehicleView] })
  items!: VehicleView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
export class VehiclesQuery extends ListQuery {
  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;
  @DayField({ optional: true, description: '在此日有效 that hold on this day' })
  on?: string;
}
export class PlateBody {
  @PlateField()
  plate!: string;
}
export class VehiclesOfPlate {
  @ApiProperty({ type: [VehicleView] })
  items!: VehicleView[];
}

/** More places than one car has. */
const PLACES_AT_MOST = 500;

const viewOf = ({ project: _, ...vehicle }: VehicleRow): VehicleView => vehicle;

@ApiTags('vehicles 车辆')
@Controller('projects/:project/vehicles')
export class FindVehiclesController {
  constructor(private readonly source: DataSource) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listVehicles', summary: '列出车辆 Cars with their plates, by resource and first day' })
  @ApiOkResponse({ type: VehiclePage })
  @problemResponse(404, 'project-not-found')
  async listVehicles(@CodeParam('project') project: string, @Query() query: VehiclesQuery): Promise<VehiclePage> {
    const [resource, from, vehicle] = decodeCursor(query.cursor, 'string', 'string', 'string') ?? ['', '', ''];
    const limit = pageLimit(query);
    const select = this.source.manager
      .createQueryBuilder(VehicleRow, 'v')
      .where('v.project = :project', { project })
      .andWhere('(v.resource, v.from_on, v.vehicle) > (:resource, :from, :vehicle)', { resource, from, vehicle })
      .orderBy({ 'v.resource': 'ASC', 'v.from': 'ASC', 'v.vehicle': 'ASC' })
      .limit(limit + 1);
    if (query.resource !== undefined) select.andWhere('v.resource = :asked', { asked: query.resource });
    if (query.customer !== undefined) select.andWhere('v.customer = :customer', { customer: query.customer });
    if (query.on !== undefined)
      select.andWhere('v.from_on <= :on and (v.to_on is null or v.to_on >= :on)', { on: query.on });
    const rows = await select.getMany();
    if (rows.length === 0) await mustKnow(this.source, project);
    return pageOf(rows, limit, viewOf, (row) => [row.resource, row.from, row.vehicle]);
  }

  /** In a body: addresses are kept by proxies. */
  @Post('by-plate')
  @HttpCode(200)
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'findVehiclesByPlate',
    summary: '按车牌查 Whose car this is, and where it belongs: by first day',
  })
  @ApiOkResponse({ type: VehiclesOfPlate })
  @problemResponse(404, 'project-not-found')
  @Answers(400)
  async findVehiclesByPlate(@CodeParam('project') project: string, @Body() body: PlateBody): Promise<VehiclesOfPlate> {
    const rows = await this.source.manager.find(VehicleRow, {
      where: { project, plate: plateIn(body.plate) },
      order: { from: 'ASC', vehicle: 'ASC' },
      take: PLACES_AT_MOST,
    });
    if (rows.length === 0) await mustKnow(this.source, project);
    return { items: rows.map(viewOf) };
  }
}
