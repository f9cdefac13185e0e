import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  DayField,
  FlagField,
  IdempotencyKey,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { given, Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import type { CustomersCommand } from '../archive/facts';
import { recorded } from '../problem';

/** Either `endOn`, or `payer` with `effectiveOn`. */
export class ChangeOccupancyBody {
  @DayField({
    optional: true,
    nullable: true,
    description: '最后一天; 空: 取消结束日期 the last day; null: without end again',
  })
  endOn?: string | null;
  @FlagField({ optional: true, description: '自生效日期起是否付费人 whether the customer pays from effectiveOn on' })
  payer?: boolean;
  @DayField({ optional: true, description: '付费变更的生效日期 from when `payer` holds' })
  effectiveOn?: string;

  /** @throws Problem `invalid-input` unless it is one of the two. */
  toCommand(occupancy: string): CustomersCommand {
    const { endOn, payer, effectiveOn } = this;
    if (endOn !== undefined && payer === undefined && effectiveOn === undefined)
      return { type: 'EndOccupancy', occupancy, endOn };
    if (endOn === undefined && payer !== undefined && effectiveOn !== undefined)
      return { type: 'ChangePayer', occupancy, payer, effectiveOn };
    throw new Problem('invalid-input', {
      errors: [
        {
          pointer: '/body',
          code: 'one-change',
          message: '须为 endOn, 或 payer 与 effectiveOn either endOn, or payer with effectiveOn',
        },
      ],
    });
  }
}

export class OccupancyChanged extends Recorded {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'O13',
    description: '自生效日期起的新入住关系 the one that begins then',
  })
  occupancy!: string | null;
}

@ApiTags('occupancies 入住关系')
@Controller('projects/:project/occupancies/:occupancy/changes')
export class ChangeOccupancyController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'changeOccupancy',
    summary: '结束入住关系, 或变更付费人 End an occupancy, or change whether its customer pays',
    description:
      'A change of payer ends the occupancy the day before, and begins another one, which the answer names. Changing nothing records nothing.',
  })
  @ApiOkResponse({ type: OccupancyChanged })
  @problemResponse(404, 'occupancy-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(422, 'range-reversed, payer-overlap, outside-occupancy, idempotency-key-reused')
  @Answers(400)
  async changeOccupancy(
    @CodeParam('project') project: string,
    @CodeParam('occupancy') occupancy: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: ChangeOccupancyBody,
  ): Promise<OccupancyChanged> {
    const command = body.toCommand(occupancy);
    const outcome = await this.books.submit(caller, key, project, command, { occupancy, change: given<object>(body) });
    return recorded(outcome, project);
  }
}
