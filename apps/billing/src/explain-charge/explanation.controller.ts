import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { ChargeCorrected, ChargeRaised, ChargeReduced, ChargeTransferred, Day } from '@propledger/contracts';
import { Allow, CodeParam, PositionParam, Problem, SeesAfter } from '@propledger/service-kit';
import { explain, explainDiscount, explainTax } from '@propledger/ledger-core';
import { Reader } from '../ledger-store/reader';
import { MoneyShown, PositionShown } from '../shapes';

export class ExplanationView {
  @PositionShown('应收编号')
  charge!: number;
  @MoneyShown('应收金额')
  amount!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '50.96',
    description:
      '仅凭计算依据重算的金额; 非计算得出的为 null computed again from the basis alone; null: nobody computed it',
  })
  recomputed!: string | null;
  @ApiProperty({ type: [String], description: '逐步说明' })
  zh!: string[];
  @ApiProperty({ type: [String], description: 'The same, step by step' })
  en!: string[];
}

type Found =
  | { readonly type: 'charge.raised'; readonly body: ChargeRaised }
  | { readonly type: 'charge.transferred'; readonly body: ChargeTransferred };

/** How a charge came about, in words, from what it keeps itself. */
@ApiTags('charges 应收')
@Controller('projects/:project/charges/:charge/explanation')
export class ExplanationController {
  constructor(private readonly reader: Reader) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'explainCharge',
    summary: '说明一笔应收怎样算出 Explain a charge',
    description:
      '只用应收自带的计算依据重算并逐步说明, 与现行标准、面积、读数无关 ' +
      'From the basis that the charge keeps, whatever standards, areas and readings are by now.',
  })
  @ApiOkResponse({ type: ExplanationView })
  async explain(
    @CodeParam('project') project: string,
    @PositionParam('charge') charge: string,
  ): Promise<ExplanationView> {
    const position = Number(charge);
    const found = await this.chargeAt(project, position);
    const { amount } = found.body;
    if (found.type === 'charge.raised') {
      const { amount: recomputed, zh, en } = explain(found.body.basis);
      const later = [...(await this.creditsOf(project, position)), ...(await this.discountsOf(project, position))];
      const tax = explainTax(found.body);
      return {
        charge: position,
        amount,
        recomputed,
        zh: [...zh, ...(tax ? [tax.zh] : []), ...later.flatMap((one) => one.zh)],
        en: [...en, ...(tax ? [tax.en] : []), ...later.flatMap((one) => one.en)],
      };
    }
    // What came over from another customer is what was open of a charge of his, perhaps of one that had come over, too.
    const { charge: former } = found.body;
    const { zh, en } = await this.explain(project, String(former));
    return {
      charge: position,
      amount,
      recomputed: null,
      zh: [`过户自应收 ${former}, 当时未收 ${amount} 元; 该应收:`, ...zh],
      en: [`Came over from charge ${former}, of which ${amount} yuan were open; that charge:`, ...en],
    };
  }

  /** What was taken back of it, each time with both computations. */
  private async creditsOf(book: string, charge: number): Promise<Pick<ExplanationView, 'zh' | 'en'>[]> {
    const rows = await this.reader.rows<{ position: string; on: Day; body: ChargeCorrected }>(
      `select k.position, to_char(e.effective_date, 'YYYY-MM-DD') as "on", e.body::jsonb as body
         from entry k join event e on e.book = k.book and e.position = k.position
        where k.book = $1 and k.type = 'charge.corrected' and k.subject = $2 and k.reversed_by is null
        order by k.position`,
      [book, String(charge)],
    );
    return rows.map(({ on, body: { amount, difference } }) => {
      const { zh, en } = explain({ method: '手工', difference });
      return {
        zh: [`红冲于 ${on}, 其中本笔 ${amount} 元:`, ...zh],
        en: [`Taken back on ${on}, of this charge ${amount} yuan:`, ...en],
      };
    });
  }

  /** Discounts by rule that stand. */
  private async discountsOf(book: string, charge: number): Promise<Pick<ExplanationView, 'zh' | 'en'>[]> {
    const rows = await this.reader.rows<{ on: Day; body: ChargeReduced }>(
      `select to_char(e.effective_date, 'YYYY-MM-DD') as "on", e.body::jsonb as body
         from reduction r join event e on e.book = r.book and e.position = r.position
        where r.book = $1 and r.charge = $2 and r.rule is not null and r.reversed_by is null order by r.position`,
      [book, charge],
    );
    return rows.flatMap(({ on, body: { rule, amount, basis } }) => {
      if (rule === undefined || basis === undefined) return [];
      const { zh, en } = explainDiscount(basis, amount);
      return [{ zh: [`优惠 ${rule} 于 ${on}: ${zh}`], en: [`Discount ${rule} on ${on}: ${en}`] }];
    });
  }

  private async chargeAt(project: string, position: number): Promise<Found> {
    const found = await this.reader.first<Found>(
      `select type, body::jsonb as body from event
        where book = $1 and position = $2 and type in ('charge.raised', 'charge.transferred')`,
      [project, position],
    );
    if (!found) throw new Problem('not-found');
    return found;
  }
}
