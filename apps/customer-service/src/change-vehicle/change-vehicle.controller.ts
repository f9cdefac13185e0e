import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  DayField,
  IdempotencyKey,
  problemResponse,
  today,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import type { VehicleChange } from '../archive/facts';
import { plateIn, PlateField } from '../archive/vehicle-fields';
import { recorded } from '../problem';

export class ChangeVehicleBody {
  @PlateField({ optional: true })
  plate?: string;
  @DayField({
    optional: true,
    nullable: true,
    description: '最后一天; 空: 取消结束日期 the last day; null: without end again',
  })
  endOn?: string | null;

  toChange(): VehicleChange {
    const { plate, endOn } = this;
    return {
      ...(plate === undefined ? {} : { plate: plateIn(plate) }),
      ...(endOn === undefined ? {} : { endOn }),
    };
  }
}

@ApiTags('vehicles 车辆')
@Controller('projects/:project/vehicles/:vehicle/changes')
export class ChangeVehicleController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'changeVehicle',
    summary: '更正车牌, 或结束 Correct the plate of a car, or end its days',
    description: 'What is left out stays. Changing nothing records nothing.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'vehicle-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(422, 'range-reversed, vehicle-overlap, idempotency-key-reused')
  @Answers(400)
  async changeVehicle(
    @CodeParam('project') project: string,
    @CodeParam('vehicle') vehicle: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: ChangeVehicleBody,
  ): Promise<Recorded> {
    const change = body.toChange();
    const command = { type: 'ChangeVehicle', vehicle, change, today: today() } as const;
    const outcome = await this.books.submit(caller, key, project, command, { vehicle, change });
    return { after: recorded(outcome, project).after };
  }
}
