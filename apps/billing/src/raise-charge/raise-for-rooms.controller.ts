import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { encodeAfter, type Day } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CODE_PATTERN,
  CodeParam,
  DayField,
  FlagField,
  IdempotencyKey,
  IntField,
  MoneyField,
  PositionParam,
  Problem,
  SeesAfter,
  TextField,
  TextsField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { formatMoney, parseMoney, sum, type NewCharge } from '@propledger/ledger-core';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { payingOf } from '../projection/copies';
import { CountAndAmount, MoneyShown, NullablePosition, Recorded, ReversalBody } from '../shapes';
import { submit } from '../submit';

export class RoomsChargeBody {
  @TextsField({ most: 500, pattern: CODE_PATTERN, description: '资源编码, 每个一笔 one charge each' })
  resources!: string[];

  @DayField({ description: '交付日期: 向当日的付费人收取 the day of the handover: its payer is charged' })
  handedOverOn!: string;

  @TextField({ max: 50, description: '收费项目' })
  item!: string;

  @MoneyField({ positive: true, description: '每户金额 for each of them' })
  amount!: string;

  @DayField({ description: '费用开始日期' })
  from!: string;

  @DayField({ description: '费用结束日期' })
  to!: string;

  @DayField({ description: '应收日期' })
  dueOn!: string;

  @DayField({ description: '入账日期 date of the entries' })
  date!: string;

  @IntField({ min: 0, max: 9999, optional: true, description: '优先级, 缺省 99' })
  priority?: number;

  @FlagField({ optional: true, description: '只试算, 什么都不入账 only show it: nothing is posted' })
  draft?: boolean;
}

export class RoomCharge {
  @NullablePosition('应收编号; null: 只是试算 null: a draft')
  charge!: number | null;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @MoneyShown()
  amount!: string;
}

export class RoomsCharged extends Recorded {
  @ApiProperty({ type: CountAndAmount })
  raised!: CountAndAmount;
  @ApiProperty({ type: [RoomCharge] })
  charges!: RoomCharge[];
  @ApiProperty({ type: [String], description: '当日没有付费人, 未收取 without a payer on the day: not charged' })
  withoutPayer!: string[];
}

/** 交付前的一次性应收: the same one-off for each of a batch of rooms, raised and reversed together. */
@ApiTags('charges 应收')
@Controller('projects/:project/charges/for-rooms')
export class RaiseForRoomsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Post()
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'raiseChargesForRooms',
    summary: '一批房屋各收一笔, 如交付前 Raise a one-off for each of a batch of rooms, as before a handover',
    description:
      '向交付日的付费人收取, 全部入账或全不入账; position 即整批红冲的编号 ' +
      'To the payer of the day of the handover, all or none; `position` is what the batch is reversed by.',
  })
  @ApiCreatedResponse({ type: RoomsCharged })
  @Refuses('unknown-resource', 'unknown-customer', 'range-reversed', 'period-closed', 'before-first-period')
  async raise(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: RoomsChargeBody,
    @Caller() caller: CallerIdentity,
  ): Promise<RoomsCharged> {
    const { item, from, to, dueOn, date, handedOverOn, priority = 99, draft = false } = body;
    const resources = [...new Set(body.resources)].sort();
    const payers = await this.payersOn(project, resources, handedOverOn);
    const withoutPayer = resources.filter((resource) => !payers.has(resource));
    const amount = parseMoney(body.amount);
    const charges = [...payers].map(([resource, customer]): NewCharge => ({
      ...{ resource, customer, item, from, to, dueOn, priority, amount, standard: null, binding: null },
      basis: { method: '手工' },
    }));
    if (draft || charges.length === 0)
      return {
        ...{ position: null, after: encodeAfter({}), raised: totalOf(charges), withoutPayer },
        charges: charges.map(({ resource, customer }) => ({ charge: null, resource, customer, amount: body.amount })),
      };
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'RaiseForRooms', ...body },
      {
        command: {
          type: 'RaiseCharges',
          origin: 'manual',
          date,
          posting: 'own',
          taxRate: '0',
          forOthers: false,
          charges,
        },
        names: { resources, customers: [...new Set(payers.values())] },
      },
    );
    // A repeated call is answered with what the first one raised.
    const { position } = done.answer;
    const raised = await this.raisedAt(project, position ?? 0);
    return {
      ...{ position, after: done.after, withoutPayer },
      raised: totalOf(raised),
      charges: raised.map(({ charge, resource, customer, amount: fen }) => ({
        ...{ charge, resource, customer },
        amount: formatMoney(fen),
      })),
    };
  }

  @Post(':batch/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseChargesForRooms',
    summary: '整批红冲 Reverse a batch as a whole',
    description:
      '有一笔已收、冲抵、减免或核销则拒绝; 已单独红冲的不算 Refused when one of them is settled in any part.',
  })
  @ApiCreatedResponse({ type: RoomsCharged })
  @Refuses('unknown-entry', 'charge-is-settled', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverse(
    @CodeParam('project') project: string,
    @PositionParam('batch') batch: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<RoomsCharged> {
    const all = await this.raisedAt(project, Number(batch));
    if (all.length === 0) throw new Problem('unknown-entry');
    const standing = all.filter(({ isReversed }) => !isReversed);
    const settled = standing.find(({ isSettled }) => isSettled);
    if (settled) throw problemOf({ code: 'charge-is-settled', charge: settled.charge });
    const { date, reason, posting = 'own' } = body;
    let seen = encodeAfter({});
    for (const { charge: position } of standing) {
      const content = { type: 'ReverseEntry', position, ...body };
      const task = { command: { type: 'ReverseEntry', position, date, posting }, note: noteOf(reason) } as const;
      seen = (await submit(this.ledger, { project, key: `${key}:${position}`, caller }, content, task)).after;
    }
    return {
      ...{ position: Number(batch), after: seen, withoutPayer: [], raised: totalOf(standing) },
      charges: standing.map(({ charge, resource, customer, amount }) => ({
        ...{ charge, resource, customer },
        amount: formatMoney(amount),
      })),
    };
  }

  private async payersOn(project: string, resources: readonly string[], day: Day): Promise<Map<string, string>> {
    const payers = await payingOf(this.reader, project, day, day, resources);
    return new Map(payers.map(({ resource, customer }) => [resource, customer]));
  }

  /** The charges by hand of the command whose first event stands there, in order; none: there is no such command. */
  private async raisedAt(project: string, first: number) {
    const rows = await this.reader.rows<
      Record<'charge' | 'resource' | 'customer' | 'fen', string> & Record<'isReversed' | 'isSettled', boolean>
    >(
      `select c.position as charge, c.resource, c.customer, c.amount_fen as fen, c.reversed_by is not null as "isReversed",
              c.reversed_by is null and c.open_fen < c.amount_fen as "isSettled"
         from command k join charge c on c.book = k.book and c.position between k.first_position and k.last_position
        where k.book = $1 and k.first_position = $2 and c.origin = 'manual' order by c.position`,
      [project, first],
    );
    return rows.map(({ charge, fen, ...row }) => ({ ...row, charge: Number(charge), amount: BigInt(fen) }));
  }
}

const totalOf = (charges: readonly { readonly amount: bigint }[]): CountAndAmount => ({
  count: charges.length,
  amount: formatMoney(sum(charges.map(({ amount }) => amount))),
});
