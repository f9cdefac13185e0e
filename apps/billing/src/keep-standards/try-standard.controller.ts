import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Standard } from '@propledger/contracts';
import {
  explain,
  faultOfStandard,
  firstDay,
  formatMoney,
  isTimed,
  lastDay,
  monthCharges,
  sum,
  tidyStandard,
  type MonthCharges,
  type PayerInForce,
} from '@propledger/ledger-core';
import { Allow, CodeParam, Problem, SeesAfter } from '@propledger/service-kit';
import { isKnownProject } from '../known-project';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { areasOf, payingOf, untilTheNext } from '../projection/copies';
import { OPTION_FAULTS } from './standard-shapes';
import {
  TriedStandard,
  TryBody,
  type TriedFailure,
  type TriedPart,
  type TriedResource,
  type TriedRow,
} from './try-shapes';

const ROWS_AT_MOST = 50;
/** Stands in where nobody pays, so that an amount is shown all the same. */
const NOBODY = '';

/** A standard on real rows, before it is kept. */
@ApiTags('standards 收费标准')
@Controller('projects/:project/standards/try')
export class TryStandardController {
  constructor(private readonly reader: Reader) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'tryStandard',
    summary: '试算收费标准 Try a standard out',
    description:
      '按项目内的真实资源试算一个整月, 列出变量、金额与取整的每一步; 不保存, 不出账. 仅限按天计费的方式 ' +
      'What a month of real resources would come to: variables, amounts, rounding, step by step. Nothing is kept or raised. Of methods by days alone.',
  })
  @ApiOkResponse({ type: TriedStandard })
  @Refuses('unknown-project', 'unknown-resource', 'price-negative', 'prices-overlap', ...OPTION_FAULTS)
  async try(@CodeParam('project') project: string, @Body() body: TryBody): Promise<TriedStandard> {
    if (!(await isKnownProject(this.reader, project))) throw new Problem('unknown-project');
    const standard = tidyStandard(body.standard.toStandard());
    const fault = faultOfStandard(standard);
    if (fault) throw problemOf(fault);
    if (!isTimed(standard.method))
      throw problemOf({ code: 'not-for-method', standard: standard.standard, member: 'try' });
    const resources = body.resources ?? (await this.bound(project, standard.standard, body.period));
    const rows = await this.rows(project, standard, body.period, resources);
    return {
      period: body.period,
      rows: rows.map(({ row }) => row),
      total: formatMoney(sum(rows.map(({ fen }) => fen))),
    };
  }

  private bound(project: string, standard: string, period: string): Promise<TriedResource[]> {
    return this.reader.rows<TriedResource>(
      `select distinct on (resource) resource, persons from binding
        where book = $1 and standard = $2 and not withdrawn and from_on <= $4 and (to_on is null or to_on >= $3)
        order by resource, from_on limit ${ROWS_AT_MOST}`,
      [project, standard, firstDay(period), lastDay(period)],
    );
  }

  private async rows(
    project: string,
    standard: Standard,
    period: string,
    resources: readonly TriedResource[],
  ): Promise<{ readonly row: TriedRow; readonly fen: bigint }[]> {
    const areas = await areasOf(this.reader, project, lastDay(period));
    const named = resources.map(({ resource }) => resource);
    const payers = await payingOf(this.reader, project, `${period.slice(0, 4)}-01-01`, lastDay(period), named);
    return resources.map(({ resource, persons }) => {
      const spells = areas.filter((area) => area.resource === resource);
      if (spells.length === 0) throw new Problem('unknown-resource', { detail: `resource: ${resource}` });
      const charges = monthCharges({
        standard,
        binding: { from: firstDay(period), to: null, ...(persons == null ? {} : { persons }) },
        areas: untilTheNext(spells),
        payers: withNobody(payers.filter((payer) => payer.resource === resource)),
        period,
      });
      const fen = sum(charges.parts.map(({ amount }) => amount));
      return {
        fen,
        row: { resource, amount: formatMoney(fen), parts: partsOf(charges), notComputed: failuresOf(charges) },
      };
    });
  }
}

const withNobody = (payers: readonly PayerInForce[]): readonly PayerInForce[] =>
  payers.length > 0 ? payers : [{ customer: NOBODY, from: '0001-01-01', to: null }];

const partsOf = ({ parts }: MonthCharges): TriedPart[] =>
  parts.map(({ from, to, customer, amount, basis }) => {
    const { zh, en } = explain(basis);
    return {
      from,
      to,
      customer: customer === NOBODY ? null : customer,
      amount: formatMoney(amount),
      variables: [...(basis.terms?.[0]?.values ?? [])],
      zh: [...zh],
      en: [...en],
    };
  });

const failuresOf = ({ notComputed, daysWithoutArea }: MonthCharges): TriedFailure[] => [
  ...daysWithoutArea.map((days) => ({ ...days, reason: 'no-area', name: null, at: null })),
  ...notComputed,
];
