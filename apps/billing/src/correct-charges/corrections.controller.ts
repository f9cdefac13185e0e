import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Period } from '@propledger/contracts';
import { formatMoney, monthsBetween, type CorrectCharges } from '@propledger/ledger-core';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { AwaitingApproval, MayAwaitApproval, submitForTwo } from '../awaiting-approval';
import { isKnownProject } from '../known-project';
import { Approvals } from '../ledger-store/approvals';
import { calendarOf } from '../ledger-store/around';
import { noteOf } from '../ledger-store/ledger';
import { digestOf } from '../ledger-store/ledger-handler';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { computeCorrections, type Computed, type Scope } from './compute-corrections';
import {
  CorrectionBody,
  CorrectionPosted,
  CorrectionsPage,
  CorrectionsQuery,
  PreviewBody,
  PreviewPage,
  PreviewQuery,
} from './correction-shapes';
import { listCorrections } from './list-corrections';
import { previewOf, rowOf, totalsByItem, totalsByPeriod, totalsOf, weigh, type Weighed } from './preview';
import { supposition, type Supposition } from './supposed';

const MONTHS_AT_MOST = 36;
/** The head is locked while they are appended, all of them at once. */
const DIFFERENCES_AT_MOST = 5_000;
const NOT_COMPARED_LISTED = 500;

/** 更正: what was charged wrongly, by its difference. */
@ApiTags('corrections 更正')
@Controller('projects/:project/corrections')
export class CorrectionsController {
  constructor(
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listCorrections',
    summary: '更正记录, 新的在前 Corrections that were booked, latest first',
    description:
      '按更正的事实与日期筛选; 此后整笔红冲的分录仍计入 By the fact and the day. Entries that were reversed since are counted as they were booked.',
  })
  @ApiOkResponse({ type: CorrectionsPage })
  async list(
    @CodeParam('project') project: string,
    @Query() { cursor, fact, of, from, to, ...query }: CorrectionsQuery,
  ): Promise<CorrectionsPage> {
    const before = decodeCursor(cursor, 'number')?.[0];
    const limit = pageLimit(query);
    const rows = await listCorrections(this.reader, { project, fact, of, from, to, before, limit: limit + 1 });
    return pageOf(
      rows,
      limit,
      (row) => row,
      ({ position }) => [position],
    );
  }

  @Post('preview')
  @HttpCode(200)
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'previewCorrection',
    summary: '预览更正: 哪些应收本应不同 Which charges should have been different',
    description:
      '按现有的事实, 或假设的事实 (单价、面积、付费人、读数、绑定日期、交付日期) 重算已出账的账期, 与已计应收比较. 不保存任何内容 ' +
      'Computes billed periods again, with facts as they are or as they are supposed, and compares with what stands. Nothing is kept.',
  })
  @ApiOkResponse({ type: PreviewPage })
  @Refuses(
    'unknown-project',
    'before-first-period',
    'range-reversed',
    'unknown-standard',
    'unknown-resource',
    'unknown-customer',
    'unknown-binding',
    'unknown-reading',
  )
  async preview(
    @CodeParam('project') project: string,
    @Body() body: PreviewBody,
    @Query() query: PreviewQuery,
  ): Promise<PreviewPage> {
    const from = decodeCursor(query.cursor, 'number')?.[0] ?? 0;
    const { computed, weighed, closedThrough } = await this.weighed(project, body, await this.supposed(project, body));
    const limit = pageLimit(query);
    const rows = weighed.map((one, nth) => ({ one, nth })).slice(from, from + limit + 1);
    return {
      preview: previewOf(weighed),
      totals: totalsOf(weighed),
      byItem: totalsByItem(weighed),
      byPeriod: totalsByPeriod(weighed, closedThrough),
      held: weighed.filter(({ held }) => held).length,
      notBilled: [...computed.notBilled],
      notCompared: computed.notCompared.slice(0, NOT_COMPARED_LISTED),
      ...pageOf(
        rows,
        limit,
        ({ one }) => rowOf(one, closedThrough),
        ({ nth }) => [nth + 1],
      ),
    };
  }

  @Post()
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'correctCharges',
    summary: '更正: 只入账差额 Book what charges should have been different by',
    description:
      '红冲多计的, 补差少计的, 全部入账或全不入账; 已收的多计款项释放为预交款. 重复更正不会多记. 至多 5,000 笔差额, 更多的按账期或标准分次 ' +
      'Credits what is too much, charges what is too little, all or nothing; what was paid too much becomes a prepayment. Repeating it adds nothing. ' +
      'At most 5,000 differences: more of them period by period, or standard by standard.',
  })
  @ApiCreatedResponse({ type: CorrectionPosted })
  @Refuses(
    'unknown-project',
    'inputs-changed',
    'date-before-entry',
    'charge-is-settled',
    'period-closed',
    'before-first-period',
  )
  async correct(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: CorrectionBody,
    @Caller() caller: CallerIdentity,
  ): Promise<CorrectionPosted | AwaitingApproval> {
    const note = noteOf(body.reason);
    const command = (await this.isRepeated(project, caller.operator, key))
      ? commandOf(body, digestOf(note), NOTHING, [])
      : await this.command(project, body, digestOf(note));
    const outcome = await submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'CorrectCharges', ...body },
      { command, note },
    );
    return outcome instanceof AwaitingApproval
      ? outcome
      : { ...outcome, ...(await this.postedAt(project, caller.operator, key)) };
  }

  private async command(project: string, body: CorrectionBody, reasonDigest: string): Promise<CorrectCharges> {
    const { computed, weighed } = await this.weighed(project, body, null);
    if (body.preview !== undefined && body.preview !== previewOf(weighed)) throw new Problem('inputs-changed');
    const posted = weighed.filter(({ held }) => !held);
    if (posted.length > DIFFERENCES_AT_MOST)
      throw new Problem('correction-too-large', { detail: `differences: ${posted.length}` });
    return commandOf(body, reasonDigest, computed, posted);
  }

  /** A key that was used is answered as it was then, whatever would be computed by now. */
  private async isRepeated(project: string, operator: string, key: string): Promise<boolean> {
    const found = await this.reader.first(
      `select 1 from command where book = $1 and command_id = $2
       union all select 1 from approval where book = $1 and requested_by = $3 and key = $4`,
      [project, `key:${operator}:${key}`, operator, key],
    );
    return found !== undefined;
  }

  private async postedAt(project: string, operator: string, key: string): Promise<Omit<CorrectionPosted, 'after'>> {
    const found = await this.reader.first<{
      position: string | null;
      count: number;
      credited: string;
      charged: string;
    }>(
      `select min(e.position) as position, count(*)::int as count,
              coalesce(sum((e.body::jsonb->>'amount')::numeric * 100) filter (where e.type = 'charge.corrected'), 0)::bigint as credited,
              coalesce(sum((e.body::jsonb->>'amount')::numeric * 100) filter (where e.type = 'charge.raised'), 0)::bigint as charged
         from command k join event e on e.book = k.book and e.position between k.first_position and k.last_position
        where k.book = $1 and k.command_id = $2 and e.type in ('charge.corrected', 'charge.raised')`,
      [project, `key:${operator}:${key}`],
    );
    if (!found?.position) return { position: null, count: 0, credited: '0.00', charged: '0.00' };
    const { position, count, credited, charged } = found;
    return {
      position: Number(position),
      count,
      credited: formatMoney(BigInt(credited)),
      charged: formatMoney(BigInt(charged)),
    };
  }

  private async supposed(project: string, { supposing }: PreviewBody): Promise<Supposition | null> {
    if (supposing === undefined) return null;
    const found = await supposition(this.reader, project, supposing.toSupposed());
    if ('code' in found) throw problemOf(found);
    return found;
  }

  private async weighed(
    project: string,
    scope: Scope,
    supposed: Supposition | null,
  ): Promise<{
    readonly computed: Computed;
    readonly weighed: readonly Weighed[];
    readonly closedThrough: Period | null;
  }> {
    if (scope.to < scope.from || monthsBetween(scope.from, scope.to) >= MONTHS_AT_MOST)
      throw new Problem('range-reversed');
    if (!(await isKnownProject(this.reader, project))) throw new Problem('unknown-project');
    const calendar = await calendarOf(this.reader, project);
    const firstPeriod = calendar?.firstPeriod ?? scope.from;
    if (scope.from < firstPeriod) throw problemOf({ code: 'before-first-period', period: scope.from, firstPeriod });
    const { from, to, standard, resource } = scope;
    const computed = await computeCorrections(this.reader, project, { from, to, standard, resource }, supposed);
    const weighed = await weigh(this.reader, project, computed);
    return { computed, weighed, closedThrough: calendar?.closedThrough ?? null };
  }
}

const NOTHING: Computed = { found: [], shared: [], notBilled: [], notCompared: [] };

const commandOf = (
  { fact, of, date, posting = 'own' }: CorrectionBody,
  reasonDigest: string,
  { shared }: Computed,
  posted: readonly Weighed[],
): CorrectCharges => ({
  type: 'CorrectCharges',
  differences: posted.map(({ difference }) => difference),
  cause: { fact, of: of ?? null, reasonDigest },
  date,
  posting,
  computedFrom: {
    standards: [...new Map(posted.map(({ standard }) => [standard.code, standard.position]))],
    bindings: [...new Map(posted.map(({ binding }) => [binding.id, binding.position]))],
  },
  shared,
});
