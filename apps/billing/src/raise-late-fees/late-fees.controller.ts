import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { encodeAfter, type After as AfterPositions } from '@propledger/contracts';
import {
  After,
  AfterGate,
  Allow,
  Caller,
  CodeParam,
  DayField,
  IdempotencyKey,
  Problem,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { CountAndAmount } from '../shapes';
import { raiseLateFees } from './raise-late-fees';

export class LateFeesBody {
  @DayField({
    description:
      '计至此日 (含), 亦为入账与应收日期 up to and including this day, on which they take effect and are due',
  })
  asOf!: string;
}

export class LateFeesRaised {
  @ApiProperty({ example: '2026-03-31' })
  asOf!: string;
  @ApiProperty({ type: CountAndAmount, description: '新生成的违约金' })
  raised!: CountAndAmount;
  @ApiProperty({ description: '交给后续查询, 即可看到本次结果 give it to later queries, and they have seen this' })
  after!: string;
}

/** 违约金: of charges that are not paid in time. */
@ApiTags('late-fees 违约金')
@Controller('projects/:project/late-fees')
export class LateFeesController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
    private readonly gate: AfterGate,
  ) {}

  @Post()
  @Allow('settle')
  @ApiOperation({
    operationId: 'raiseLateFees',
    summary: '计违约金 Raise what late fees have grown by',
    description:
      '只生成超过已有违约金的部分, 重复计算不会多收; 记入该日所在账期 ' +
      'Raises what exceeds the fees that stand: repeating it adds nothing. Into the period of the day.',
  })
  @ApiCreatedResponse({ type: LateFeesRaised })
  @Refuses('unknown-project', 'period-closed', 'before-first-period', 'inputs-changed')
  async raise(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() { asOf }: LateFeesBody,
    @Caller() { operator, correlationId }: CallerIdentity,
    @After() after: AfterPositions | null,
  ): Promise<LateFeesRaised> {
    await this.gate.wait(after);
    const outcome = await raiseLateFees(
      { reader: this.reader, ledger: this.ledger },
      { project, asOf, operator, key, correlationId },
    );
    switch (outcome.kind) {
      case 'key-reused':
        throw new Problem('idempotency-key-reused');
      case 'held':
        throw new Problem('book-held', { retryAfterSeconds: 5 });
      case 'refused':
        throw problemOf(outcome.rejection);
      case 'accepted': {
        const { raised, position } = outcome.result;
        return { asOf, raised, after: encodeAfter({ ledger: { [project]: position } }) };
      }
    }
  }
}
