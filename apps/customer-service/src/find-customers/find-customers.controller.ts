import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CUSTOMER_KINDS, type CustomerKind } from '@propledger/contracts';
import {
  Allow,
  ChoiceField,
  CodeField,
  CodeParam,
  decodeCursor,
  pageLimit,
  pageOf,
  Problem,
  problemResponse,
  SeesAfter,
} from '@propledger/service-kit';
import { DataSource } from 'typeorm';
import { ListQuery } from '../archive/answers';
import { CustomerView } from '../archive/customer-fields';
import { CustomerRow } from '../archive/entities';
import { mustKnow } from '../archive/known-projects';

export class CustomerPage {
  @ApiProperty({ type: [CustomerView] })
  items!: CustomerView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
export class CustomersQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码以此开头 codes that begin with this' })
  prefix?: string;
  @ChoiceField(CUSTOMER_KINDS, { optional: true, description: '客户类型' })
  kind?: CustomerKind;
}

const viewOf = ({ project: _, ...customer }: CustomerRow): CustomerView => customer;

@ApiTags('customers 客户')
@Controller('projects/:project/customers')
export class FindCustomersController {
  constructor(private readonly source: DataSource) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listCustomers', summary: '列出项目的客户 A project’s customers, by code' })
  @ApiOkResponse({ type: CustomerPage })
  @problemResponse(404, 'project-not-found')
  async listCustomers(@CodeParam('project') project: string, @Query() query: CustomersQuery): Promise<CustomerPage> {
    const [from] = decodeCursor(query.cursor, 'string') ?? [''];
    const limit = pageLimit(query);
    const rows = await this.source.manager
      .createQueryBuilder(CustomerRow, 'c')
      .where('c.project = :project and c.customer > :from', { project, from })
      .andWhere(query.prefix === undefined ? 'true' : 'starts_with(c.customer, :prefix)', { prefix: query.prefix })
      .andWhere(query.kind === undefined ? 'true' : 'c.kind = :kind', { kind: query.kind })
      .orderBy('c.customer')
      .limit(limit + 1)
      .getMany();
    if (rows.length === 0) await mustKnow(this.source, project);
    return pageOf(rows, limit, viewOf, ({ customer }) => [customer]);
  }

  @Get(':customer')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getCustomer', summary: '按编码查客户 A customer by his code' })
  @ApiOkResponse({ type: CustomerView })
  @problemResponse(404, 'customer-not-found')
  async getCustomer(
    @CodeParam('project') project: string,
    @CodeParam('customer') customer: string,
  ): Promise<CustomerView> {
    const row = await this.source.manager.findOneBy(CustomerRow, { project, customer });
    if (row === null) throw new Problem('customer-not-found');
    return viewOf(row);
  }
}
