import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ItemTerms } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeField,
  CodeParam,
  DayField,
  DecimalField,
  FlagField,
  IdempotencyKey,
  IntField,
  MoneyField,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { parseMoney, type Posting, type RaiseCharges } from '@propledger/ledger-core';
import { readItems } from '../ledger-store/items';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { PostingField, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';

export class ManualChargeBody {
  @CodeField({ description: '资源编码' })
  resource!: string;

  @CodeField({ description: '客户编码' })
  customer!: string;

  @TextField({ max: 50, description: '收费项目' })
  item!: string;

  @DayField({ description: '费用开始日期' })
  from!: string;

  @DayField({ description: '费用结束日期' })
  to!: string;

  @DayField({ description: '应收日期' })
  dueOn!: string;

  @MoneyField({ positive: true, description: '应收金额, 含税 tax included' })
  amount!: string;

  @DayField({ description: '入账日期 date of the entry' })
  date!: string;

  @IntField({
    min: 0,
    max: 9999,
    optional: true,
    description: '优先级, 缺省用收费项目的, 没有则 99 by default the item’s, or 99',
  })
  priority?: number;

  @DecimalField({
    decimals: 4,
    optional: true,
    example: '0.06',
    description:
      '税率, 缺省用收费项目的, 没有则 0; 金额含税 a fraction, by default the item’s, or 0; the amount includes the tax',
  })
  taxRate?: string;

  @FlagField({
    optional: true,
    description:
      '代收: 计入应付, 不计收入; 缺省用收费项目的 collected for others: owed to them, no income; by default as its item',
  })
  forOthers?: boolean;

  @PostingField()
  posting?: Posting;

  /** `terms`: those of the item on the day of the entry. */
  toCommand(terms: ItemTerms | null): RaiseCharges {
    const { resource, customer, item, from, to, dueOn, date, posting = 'own' } = this;
    const { priority = terms?.priority ?? 99, forOthers = terms?.class === '代收' } = this;
    const { taxRate = forOthers ? '0' : (terms?.taxRate ?? '0') } = this;
    const amount = parseMoney(this.amount);
    const charge = { resource, customer, item, from, to, dueOn, priority, amount, standard: null, binding: null };
    return {
      type: 'RaiseCharges',
      origin: 'manual',
      date,
      posting,
      taxRate,
      forOthers,
      ...(terms?.class === '押金' ? { deposit: true as const } : {}),
      charges: [{ ...charge, basis: { method: '手工' } }],
    };
  }
}

/** 手工应收: a one-off charge. */
@ApiTags('charges 应收')
@Controller('projects/:project/charges')
export class RaiseChargeController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Post()
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'raiseCharge', summary: '手工应收 Raise a charge by hand' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-resource',
    'unknown-customer',
    'range-reversed',
    'tax-rate-out-of-range',
    'agency-bears-no-tax',
    'deposit-not-charged',
    'period-closed',
    'before-first-period',
  )
  async raise(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: ManualChargeBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const names = { resources: [body.resource], customers: [body.customer] };
    const terms = (await readItems(this.reader, project)).items.on(body.item, body.date);
    const task: LedgerTask = { command: body.toCommand(terms), names };
    return firstOf(await submit(this.ledger, { project, key, caller }, { type: 'RaiseCharge', ...body }, task));
  }
}
