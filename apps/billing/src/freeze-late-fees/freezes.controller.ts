import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  PositionParam,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { digestOf } from '../ledger-store/ledger-handler';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import { firstOf, submit } from '../submit';
import { FreezeBody, FreezeEndBody, FreezesPage, FreezesQuery, FreezeWithdrawalBody } from './freeze-shapes';

interface Row {
  readonly freeze: string;
  readonly charges: number[];
  readonly from: string;
  readonly lastDay: string | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
}

/** 违约金冻结: while something is in dispute it bears no late fee. */
@ApiTags('late-fees 违约金')
@Controller('projects/:project/late-fee-freezes')
export class FreezesController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listLateFeeFreezes',
    summary: '违约金冻结列表 List freezes, in the order of recording',
  })
  @ApiOkResponse({ type: FreezesPage })
  async list(@CodeParam('project') project: string, @Query() query: FreezesQuery): Promise<FreezesPage> {
    const from = decodeCursor(query.cursor, 'number');
    const where = new Conditions()
      .and('f.book = ?', project)
      .only('f.withdrawn_by is null')
      .and('f.charges @> to_jsonb(?::bigint)', query.charge)
      .and(
        `exists (select from jsonb_array_elements(f.charges) n
                   join charge c on c.book = f.book and c.position = n::bigint where c.customer = ?)`,
        query.customer,
      )
      .only('f.to_on is null', query.open === true)
      .only('f.to_on is not null', query.open === false)
      .and('f.position > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<Row>(
      `select f.position as freeze, f.charges, f.from_on as "from", f.to_on as "lastDay", f.ended_at as "endedAt",
              (select text from note n where n.book = f.book and n.position = f.position) as reason
         from late_fee_freeze f where ${where.sql} order by f.position limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      ({ freeze, endedAt, ...row }) => ({
        ...row,
        freeze: Number(freeze),
        endedAt: endedAt === null ? null : Number(endedAt),
      }),
      ({ freeze }) => [Number(freeze)],
    );
  }

  @Post()
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'freezeLateFees',
    summary: '冻结违约金 Freeze late fees of charges, as in a dispute',
    description:
      '自此日起不计违约金; 已生成的违约金不变, 须红冲. 此后新生成或过户来的应收不在其中 ' +
      'From a day on they bear none. Fees that stand stay: reverse them. What is raised, or comes over, afterwards is not frozen.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-charge', 'already-reversed', 'bears-no-late-fee', 'nothing-open')
  async freeze(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: FreezeBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { charges, customer, from, reason } = body;
    const of = ofOne(charges, customer);
    const note = noteOf(reason);
    return firstOf(
      await submit(
        this.ledger,
        { project, key, caller },
        { type: 'FreezeLateFees', ...body },
        { command: { type: 'FreezeLateFees', of, from, reasonDigest: digestOf(note) }, note },
      ),
    );
  }

  @Post(':freeze/end')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'resumeLateFees', summary: '解冻违约金 End a freeze on a day' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-freeze', 'freeze-ended', 'range-reversed')
  async end(
    @CodeParam('project') project: string,
    @PositionParam('freeze') at: string,
    @IdempotencyKey() key: string,
    @Body() { lastDay, reason }: FreezeEndBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const note = noteOf(reason);
    const parts = { type: 'ResumeLateFees', freeze: Number(at), lastDay } as const;
    return firstOf(
      await submit(
        this.ledger,
        { project, key, caller },
        { ...parts, reason },
        { command: { ...parts, reasonDigest: digestOf(note) }, note },
      ),
    );
  }

  @Post('records/:record/withdrawal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawLateFeeFreeze',
    summary: '撤销冻结或解冻 Withdraw a freeze, or its end',
    description: '当作从未冻结; 撤销解冻则继续冻结 As if it had never been: without its end a freeze goes on.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-freeze')
  async withdraw(
    @CodeParam('project') project: string,
    @PositionParam('record') at: string,
    @IdempotencyKey() key: string,
    @Body() { reason }: FreezeWithdrawalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const note = noteOf(reason);
    const parts = { type: 'WithdrawFreezeRecord', record: Number(at) } as const;
    return firstOf(
      await submit(
        this.ledger,
        { project, key, caller },
        { ...parts, reason },
        { command: { ...parts, reasonDigest: digestOf(note) }, note },
      ),
    );
  }
}

const ofOne = (charges: number[] | undefined, customer: string | undefined) => {
  if (charges !== undefined && customer === undefined) return { charges };
  if (customer !== undefined && charges === undefined) return { customer };
  throw new Problem('invalid-input', {
    errors: [
      { pointer: '/charges', code: 'either-or', message: '应收与客户填一个, 只填一个 either charges or a customer' },
    ],
  });
};
