import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CUSTOMER_KINDS, type CustomerKind } from '@propledger/contracts';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  ChoiceField,
  CodeParam,
  IdempotencyKey,
  problemResponse,
  TextField,
  today,
} from '@propledger/service-kit';
import { given, Recorded } from '../archive/answers';
import { CustomerFields } from '../archive/customer-fields';
import { CustomersBooks } from '../archive/customers-books';
import type { CustomerChange } from '../archive/facts';
import { recorded } from '../problem';

/** What is not named stays as it is. */
export class ChangeCustomerBody extends CustomerFields {
  @ChoiceField(CUSTOMER_KINDS, { optional: true, description: '客户类型' })
  kind?: CustomerKind;
  @TextField({ max: 200, optional: true, description: '客户名称' })
  name?: string;
}

@ApiTags('customers 客户')
@Controller('projects/:project/customers/:customer/changes')
export class ChangeCustomerController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'changeCustomer',
    summary: '变更客户档案 Change a customer’s archive',
    description: 'Takes effect at once. What was before is not kept: it is personal data.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'customer-not-found')
  @problemResponse(409, 'book-held')
  @Answers(422)
  async changeCustomer(
    @CodeParam('project') project: string,
    @CodeParam('customer') customer: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: ChangeCustomerBody,
  ): Promise<Recorded> {
    const { groups } = body;
    const change = { ...given<CustomerChange>(body), ...(groups ? { groups: [...new Set(groups)].sort() } : {}) };
    const command = { type: 'ChangeCustomer', customer, change, today: today() } as const;
    const outcome = await this.books.submit(caller, key, project, command, { customer, change });
    return { after: recorded(outcome, project).after };
  }
}
