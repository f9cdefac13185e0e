import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CUSTOMER_KINDS, type CustomerKind } from '@propledger/contracts';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  ChoiceField,
  CodeField,
  CodeParam,
  IdempotencyKey,
  problemResponse,
  SeesAfter,
  TextField,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomerFields } from '../archive/customer-fields';
import { CustomersBooks } from '../archive/customers-books';
import type { Customer } from '../archive/facts';
import { recorded } from '../problem';

export class RegisterCustomerBody extends CustomerFields {
  @CodeField({ description: '客户编码, 项目内唯一 unique in the project', example: 'YT01-K00001' })
  customer!: string;
  @ChoiceField(CUSTOMER_KINDS, { description: '客户类型' })
  kind!: CustomerKind;
  @TextField({ max: 200, description: '客户名称', example: '杨红强' })
  name!: string;

  toCustomer(): Customer {
    const { customer, kind, name, idType = null, idNumber = null, phone = null, address = null, groups = [] } = this;
    return { customer, kind, name, idType, idNumber, phone, address, groups: [...new Set(groups)].sort() };
  }
}

export class CustomerRegistered extends Recorded {
  @ApiProperty({ example: 'YT01-K00001' })
  customer!: string;
}

@ApiTags('customers 客户')
@Controller('projects/:project/customers')
export class RegisterCustomerController {
  constructor(private readonly books: CustomersBooks) {}

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'registerCustomer',
    summary: '登记客户 Register a customer',
    description: 'Give `after` of the project’s registration when it has only just been registered.',
  })
  @ApiCreatedResponse({ type: CustomerRegistered })
  @problemResponse(404, 'project-not-found')
  @problemResponse(409, 'customer-exists, book-held')
  @Answers(422)
  async registerCustomer(
    @CodeParam('project') project: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: RegisterCustomerBody,
  ): Promise<CustomerRegistered> {
    const customer = body.toCustomer();
    const outcome = await this.books.submit(caller, key, project, { type: 'RegisterCustomer', customer }, customer);
    return { customer: customer.customer, after: recorded(outcome, project).after };
  }
}
