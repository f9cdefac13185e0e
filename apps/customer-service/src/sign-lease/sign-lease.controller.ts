import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  IdempotencyKey,
  Problem,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import { LeaseBody } from '../archive/lease-terms';
import { recorded } from '../problem';

export class LeaseSigned extends Recorded {
  @ApiProperty({ example: 'HT-2026-001' })
  lease!: string;
}

/** A path of its own beside the leases by code. */
const RESERVED = 'forecast';

@ApiTags('leases 租赁合同')
@Controller('projects/:project/leases')
export class SignLeaseController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'signLease',
    summary: '签订租赁合同 Sign a lease',
    description:
      '各方、资源、租期、租金与递增、免租、付款、押金、营业额租金. 同一资源同一天只能出租一次 ' +
      'A resource is let once a day. Give `after` of what has only just been registered.',
  })
  @ApiCreatedResponse({ type: LeaseSigned })
  @problemResponse(404, 'project-not-found')
  @problemResponse(409, 'lease-exists, book-held')
  @problemResponse(422, 'resource-unknown, customer-unknown, lease-unsound, resource-let, idempotency-key-reused')
  @Answers(400)
  async signLease(
    @CodeParam('project') project: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: LeaseBody,
  ): Promise<LeaseSigned> {
    const lease = body.toLease();
    if (lease.lease === RESERVED)
      throw new Problem('invalid-input', {
        errors: [{ pointer: '/body/lease', code: 'reserved', message: '此编号保留 this code is reserved' }],
      });
    const outcome = await this.books.submit(caller, key, project, { type: 'SignLease', lease }, lease);
    return { lease: lease.lease, after: recorded(outcome, project).after };
  }
}
