import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  DayField,
  IdempotencyKey,
  MoneyField,
  PositionParam,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { parseMoney, type Posting } from '@propledger/ledger-core';
import { digestOf } from '../ledger-store/ledger-handler';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { ChargePartBody, ListField, PostingField, Recorded, ReversalBody } from '../shapes';
import { lastOf, reverseEntry, submit } from '../submit';

export class ApplyDepositBody {
  @ListField(() => ChargePartBody, { min: 1, max: 500, description: '冲抵哪些应收、各多少 how much of which charges' })
  charges!: ChargePartBody[];

  @DayField({ description: '冲抵日期, 不早于收取日期 not before the deposit’s date' })
  date!: string;

  @PostingField()
  posting?: Posting;
}

export class ForfeitDepositBody {
  @MoneyField({ positive: true, description: '没收金额, 全部或部分 in full or in part' })
  amount!: string;

  @DayField({ description: '没收日期, 不早于收取日期 not before the deposit’s date' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 押金冲抵应收 and 没收押金. */
@ApiTags('deposits 押金')
@Controller('projects/:project/deposits/:receiptNo')
export class UseDepositController {
  constructor(
    readonly ledger: Ledger,
    readonly reader: Reader,
  ) {}

  @Post('applications')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'applyDeposit',
    summary: '押金冲抵应收 Settle charges of the deposit’s customer from it',
    description: '应收实收中计入预交冲抵 Receivables show it as a prepayment applied: the money was held before.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-deposit',
    'already-reversed',
    'unknown-charge',
    'exceeds-open',
    'exceeds-deposit',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async apply(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: ApplyDepositBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { date, posting = 'own' } = body;
    const parts = body.charges.map((charge) => charge.toPart());
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'ApplyDeposit', receiptNo, ...body },
      { command: { type: 'ApplyDeposit', receiptNo, parts, date, posting } },
    );
    return lastOf(done);
  }

  @Post('applications/:position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseDepositApplication',
    summary: '红冲押金冲抵 Reverse an application of a deposit',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverseApplication(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const entry = { type: 'deposit.applied', position: Number(position), subject: receiptNo };
    return reverseEntry(this, { project, key, caller }, entry, body);
  }

  @Post('forfeitures')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'forfeitDeposit', summary: '没收押金 Forfeit a deposit, in full or in part' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-deposit',
    'already-reversed',
    'exceeds-deposit',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async forfeit(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: ForfeitDepositBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { date, posting = 'own' } = body;
    const amount = parseMoney(body.amount);
    const note = noteOf(body.reason);
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'ForfeitDeposit', receiptNo, ...body },
      {
        command: { type: 'ForfeitDeposit', receiptNo, amount, date, reasonDigest: digestOf(note), posting },
        note,
      },
    );
    return lastOf(done);
  }

  @Post('forfeitures/:position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'reverseForfeiture', summary: '红冲没收押金 Reverse a forfeiture' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverseForfeiture(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const entry = { type: 'deposit.forfeited', position: Number(position), subject: receiptNo };
    return reverseEntry(this, { project, key, caller }, entry, body);
  }
}
