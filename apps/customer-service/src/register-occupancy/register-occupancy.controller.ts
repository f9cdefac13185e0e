import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { RELATIONS, type Relation } from '@propledger/contracts';
import { shortest } from '@propledger/ledger-core';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  ChoiceField,
  CodeField,
  CodeParam,
  DayField,
  DecimalField,
  FlagField,
  IdempotencyKey,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import type { NewOccupancy } from '../archive/facts';
import { recorded } from '../problem';

export class RegisterOccupancyBody {
  @CodeField({ description: '资源编码', example: 'YT01-01-1-0101' })
  resource!: string;
  @CodeField({ description: '客户编码', example: 'YT01-K00001' })
  customer!: string;
  @ChoiceField(RELATIONS, {
    description:
      '关系; 月租: 按月出租, 如车位, 其日子由承租人付费, 先于其他付费人 let by the month, as parking spaces are: who has it pays on his days, before any other payer',
  })
  relation!: Relation;
  @DayField({ description: '第一天 the first day', example: '2026-03-01' })
  from!: string;
  @DayField({ optional: true, nullable: true, description: '最后一天; 空: 未定 the last day; null: without end' })
  to?: string | null;
  @FlagField({ description: '付费人: 这些天的费用由此客户承担 whether this customer is charged for these days' })
  payer!: boolean;
  @DecimalField({
    decimals: 4,
    optional: true,
    description:
      '月租价, 元/月, 只限月租: 代替固定金额且允许绑定单价的标准的单价 yuan a month, of 月租 alone: in place of the price of standards with a fixed sum that may be agreed',
    example: '280',
  })
  price?: string;

  toOccupancy(): NewOccupancy {
    const { resource, customer, relation, from, to = null, payer, price } = this;
    const occupancy = { resource, customer, relation, from, to, payer };
    return price === undefined ? occupancy : { ...occupancy, price: shortest(price) };
  }
}

export class OccupancyRegistered extends Recorded {
  @ApiProperty({ example: 'O12' })
  occupancy!: string;
}

@ApiTags('occupancies 入住关系')
@Controller('projects/:project/occupancies')
export class RegisterOccupancyController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'registerOccupancy',
    summary: '登记入住关系 Register who owns, rents or holds a resource',
    description:
      'One payer a resource and day, and one who has it by the month. Give `after` of the resource’s registration when it has only just been registered.',
  })
  @ApiCreatedResponse({ type: OccupancyRegistered })
  @problemResponse(404, 'project-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(
    422,
    'resource-unknown, customer-unknown, range-reversed, payer-overlap, let-overlap, occupancy-overlap, let-always-pays, price-without-let, idempotency-key-reused',
  )
  @Answers(400)
  async registerOccupancy(
    @CodeParam('project') project: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: RegisterOccupancyBody,
  ): Promise<OccupancyRegistered> {
    const occupancy = body.toOccupancy();
    const answer = recorded(
      await this.books.submit(caller, key, project, { type: 'RegisterOccupancy', occupancy }, occupancy),
      project,
    );
    return { occupancy: answer.occupancy ?? '', after: answer.after };
  }
}
