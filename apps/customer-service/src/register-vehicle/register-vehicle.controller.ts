import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeField,
  CodeParam,
  DayField,
  IdempotencyKey,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import type { NewVehicle } from '../archive/facts';
import { plateIn, PlateField } from '../archive/vehicle-fields';
import { recorded } from '../problem';

export class RegisterVehicleBody {
  @PlateField()
  plate!: string;
  @CodeField({
    description: '车位; 没有固定车位的: 房间 the space; the room of who has none of his own',
    example: 'YT01-C-001',
  })
  resource!: string;
  @CodeField({ description: '客户编码', example: 'YT01-K00001' })
  customer!: string;
  @DayField({ description: '第一天 the first day', example: '2026-03-01' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '最后一天; 空: 未定 the last day; null: without end' })
  to?: string | null;

  toVehicle(): NewVehicle {
    const { plate, resource, customer, from, to = null } = this;
    return { plate: plateIn(plate), resource, customer, from, to };
  }
}

export class VehicleRegistered extends Recorded {
  @ApiProperty({ example: 'V12' })
  vehicle!: string;
}

@ApiTags('vehicles 车辆')
@Controller('projects/:project/vehicles')
export class RegisterVehicleController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'registerVehicle',
    summary: '登记车辆 Register a car with its plate',
    description:
      '一个车位可有几辆, 一辆可有几个车位; 车牌只在本档案中, 不进入事件与日志 A space may have several, a car several spaces. The plate stays in this archive, out of events and logs.',
  })
  @ApiCreatedResponse({ type: VehicleRegistered })
  @problemResponse(404, 'project-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(422, 'resource-unknown, customer-unknown, range-reversed, vehicle-overlap, idempotency-key-reused')
  @Answers(400)
  async registerVehicle(
    @CodeParam('project') project: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: RegisterVehicleBody,
  ): Promise<VehicleRegistered> {
    const vehicle = body.toVehicle();
    const answer = recorded(
      await this.books.submit(caller, key, project, { type: 'RegisterVehicle', vehicle }, vehicle),
      project,
    );
    return { vehicle: answer.vehicle ?? '', after: answer.after };
  }
}
