import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { shortest } from '@propledger/ledger-core';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  DayField,
  DecimalField,
  FlagField,
  IdempotencyKey,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { given, Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import type { CustomersCommand } from '../archive/facts';
import { recorded } from '../problem';

/** Either `endOn`; or `payer`, or `price`, with `effectiveOn`. */
export class ChangeOccupancyBody {
  @DayField({
    optional: true,
    nullable: true,
    description: '最后一天; 空: 取消结束日期 the last day; null: without end again',
  })
  endOn?: string | null;
  @FlagField({ optional: true, description: '自生效日期起是否付费人 whether the customer pays from effectiveOn on' })
  payer?: boolean;
  @DecimalField({
    decimals: 4,
    optional: true,
    nullable: true,
    description:
      '月租价, 元/月, 自生效日期起; null: 不再约定 yuan a month from effectiveOn on; null: none is agreed any more',
  })
  price?: string | null;
  @DayField({ optional: true, description: '付费或月租价变更的生效日期 from when `payer` or `price` holds' })
  effectiveOn?: string;

  /** @throws Problem `invalid-input` unless it is one of the three. */
  toCommand(occupancy: string): CustomersCommand {
    const { endOn, payer, price, effectiveOn } = this;
    if (effectiveOn === undefined) {
      if (endOn !== undefined && payer === undefined && price === undefined)
        return { type: 'EndOccupancy', occupancy, endOn };
    } else if (endOn === undefined) {
      if (payer !== undefined && price === undefined) return { type: 'ChangePayer', occupancy, payer, effectiveOn };
      if (payer === undefined && price !== undefined)
        return { type: 'ChangeLetPrice', occupancy, price: price === null ? null : shortest(price), effectiveOn };
    }
    throw new Problem('invalid-input', {
      errors: [
        {
          pointer: '/body',
          code: 'one-change',
          message: '须为 endOn, 或 payer 或 price 与 effectiveOn either endOn, or payer or price with effectiveOn',
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
    summary:
      '结束入住关系, 或变更付费人、月租价 End an occupancy, or change whether its customer pays, or the price of 月租',
    description:
      'A change of payer or price ends the occupancy the day before, and begins another one, which the answer names. Changing nothing records nothing.',
  })
  @ApiOkResponse({ type: OccupancyChanged })
  @problemResponse(404, 'occupancy-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(
    422,
    'range-reversed, payer-overlap, let-overlap, occupancy-overlap, let-always-pays, price-without-let, outside-occupancy, idempotency-key-reused',
  )
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
