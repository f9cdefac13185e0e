import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  DayField,
  IdempotencyKey,
  MoneyField,
  PositionParam,
  Problem,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { formatMoney, parseMoney, type Posting } from '@propledger/ledger-core';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { MoneyShown, NullablePosition, PositionShown, PostingField, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';

export class RecoveryBody {
  @MoneyField({ positive: true, description: '收回金额, 不超过已核销未收回的金额 up to what is not recovered yet' })
  amount!: string;

  @DayField({ description: '收款日期, 不早于核销日期 not before the write-off’s date' })
  date!: string;

  @TextField({ max: 50, description: '收款方式' })
  method!: string;

  @PostingField()
  posting?: Posting;
}

export class RecoveryReversalBody {
  @DayField({ description: '红冲日期, 不早于收款日期 not before the recovery’s date' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

export class RecoveryView {
  @PositionShown()
  position!: number;
  @MoneyShown()
  amount!: string;
  @ApiProperty({ description: '收款方式' })
  method!: string;
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @NullablePosition('红冲它的记账位置 the entry that reversed it')
  reversedBy!: number | null;
}

export class WriteOffView {
  @PositionShown()
  position!: number;
  @PositionShown('应收编号')
  charge!: number;
  @MoneyShown('核销金额')
  amount!: string;
  @MoneyShown('已收回')
  recovered!: string;
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @NullablePosition('红冲它的记账位置 the entry that reversed it')
  reversedBy!: number | null;
  @ApiProperty({ type: [RecoveryView], description: '收回记录' })
  recoveries!: RecoveryView[];
}

/** 坏账收回: money for what was written off, and its 红冲. */
@ApiTags('charges 应收')
@Controller('projects/:project/write-offs/:writeOff')
export class RecoverWriteOffController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getWriteOff', summary: '核销与其收回 A write-off and what was recovered of it' })
  @ApiOkResponse({ type: WriteOffView })
  async get(@CodeParam('project') project: string, @PositionParam('writeOff') writeOff: string): Promise<WriteOffView> {
    const found = await this.reader.first<
      Omit<WriteOffView, 'recoveries' | 'position' | 'charge' | 'reversedBy'> & {
        charge: string;
        reversedBy: string | null;
      }
    >(
      `select charge, amount_fen as amount, recovered_fen as recovered, effective_on as date, reversed_by as "reversedBy"
         from write_off where book = $1 and position = $2`,
      [project, writeOff],
    );
    if (!found) throw new Problem('not-found');
    const recoveries = await this.reader.rows<
      Omit<RecoveryView, 'position' | 'reversedBy'> & { position: string; reversedBy: string | null }
    >(
      `select position, amount_fen as amount, method, effective_on as date, reversed_by as "reversedBy"
         from recovery where book = $1 and write_off = $2 order by position`,
      [project, writeOff],
    );
    return {
      position: Number(writeOff),
      charge: Number(found.charge),
      amount: formatMoney(BigInt(found.amount)),
      recovered: formatMoney(BigInt(found.recovered)),
      date: found.date,
      reversedBy: found.reversedBy === null ? null : Number(found.reversedBy),
      recoveries: recoveries.map((row) => ({
        position: Number(row.position),
        amount: formatMoney(BigInt(row.amount)),
        method: row.method,
        date: row.date,
        reversedBy: row.reversedBy === null ? null : Number(row.reversedBy),
      })),
    };
  }

  @Post('recoveries')
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'recoverWriteOff',
    summary: '坏账收回 Take money for what was written off',
    description: '应收仍为已核销; 收回的钱计入收款日报 The charge stays written off; the cashbook shows the money.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-entry',
    'already-reversed',
    'exceeds-written-off',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async recover(
    @CodeParam('project') project: string,
    @PositionParam('writeOff') writeOff: string,
    @IdempotencyKey() key: string,
    @Body() body: RecoveryBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { amount, date, method, posting = 'own' } = body;
    return firstOf(
      await submit(
        this.ledger,
        { project, key, caller },
        { type: 'RecoverWriteOff', writeOff, ...body },
        {
          command: {
            type: 'RecoverWriteOff',
            writeOff: Number(writeOff),
            amount: parseMoney(amount),
            date,
            method,
            posting,
          },
        },
      ),
    );
  }

  @Post('recoveries/:position/reversal')
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({ operationId: 'reverseRecovery', summary: '红冲坏账收回 Reverse a recovery' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverseRecovery(
    @CodeParam('project') project: string,
    @PositionParam('writeOff') writeOff: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: RecoveryReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const found = await this.reader.first(
      'select 1 from recovery where book = $1 and position = $2 and write_off = $3',
      [project, position, writeOff],
    );
    if (!found) throw new Problem('unknown-entry');
    const { date, reason, posting = 'own' } = body;
    return firstOf(
      await submit(
        this.ledger,
        { project, key, caller },
        { type: 'ReverseEntry', position: Number(position), ...body },
        {
          command: { type: 'ReverseEntry', position: Number(position), date, posting },
          note: noteOf(reason),
        },
      ),
    );
  }
}
