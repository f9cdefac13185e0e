import { ApiProperty } from '@nestjs/swagger';
import { IntField, PageQuery, PeriodField } from '@propledger/service-kit';

const MONTHS_AT_MOST = 120;

export class HorizonQuery {
  @PeriodField({ description: '从此月起 from this month on' })
  from!: string;
  @IntField({ min: 1, max: MONTHS_AT_MOST, optional: true, description: '几个月, 缺省 12 so many months' })
  months?: number;
}

/** Charge by charge, and explained: fewer months at once. */
export class RentQuery {
  @PeriodField({ description: '从此月起 from this month on' })
  from!: string;
  @IntField({ min: 1, max: 24, optional: true, description: '几个月, 缺省 12 so many months' })
  months?: number;
}

export class ForecastByLeaseQuery extends PageQuery {
  @PeriodField({ description: '从此月起 from this month on' })
  from!: string;
  @IntField({ min: 1, max: MONTHS_AT_MOST, optional: true, description: '几个月, 缺省 12 so many months' })
  months?: number;
}

export class ItemAmount {
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '3000.00' })
  amount!: string;
}

export class MonthForecast {
  @ApiProperty({ example: '2026-12' })
  period!: string;
  @ApiProperty({ example: '3000.00' })
  amount!: string;
  @ApiProperty({ type: [ItemAmount] })
  items!: ItemAmount[];
}

export class ProjectForecast {
  @ApiProperty({ type: 'integer', description: '有租金的合同数 leases with rent in these months' })
  leases!: number;
  @ApiProperty({ example: '36000.00' })
  total!: string;
  @ApiProperty({ type: [MonthForecast] })
  months!: MonthForecast[];
}

export class LeaseForecast {
  @ApiProperty()
  lease!: string;
  @ApiProperty({ example: '36000.00' })
  total!: string;
  @ApiProperty({ type: [MonthForecast] })
  months!: MonthForecast[];
}

export class LeaseForecastPage {
  @ApiProperty({ type: [LeaseForecast] })
  items!: LeaseForecast[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class RentCharge {
  @ApiProperty()
  item!: string;
  @ApiProperty()
  resource!: string;
  @ApiProperty({ description: '付款方' })
  customer!: string;
  @ApiProperty({ example: '2026-12-01' })
  from!: string;
  @ApiProperty({ example: '2026-12-31' })
  to!: string;
  @ApiProperty({ example: '2026-10-05', description: '应收日 when it is due' })
  dueOn!: string;
  @ApiProperty({ example: '3000.00' })
  amount!: string;
  @ApiProperty({ type: [String], description: '怎样算出 how it comes about' })
  zh!: string[];
  @ApiProperty({ type: [String] })
  en!: string[];
}

export class LeaseRent {
  @ApiProperty()
  lease!: string;
  @ApiProperty({ example: '36000.00' })
  total!: string;
  @ApiProperty({ type: [RentCharge] })
  charges!: RentCharge[];
}

export class EffectLine {
  @ApiProperty({ example: '2026-12' })
  period!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '3000.00', description: '现在 as it is' })
  base!: string;
  @ApiProperty({ example: '2800.00', description: '变更后 as it would be' })
  proposed!: string;
  @ApiProperty({ example: '-200.00', description: '差额 proposed less base' })
  difference!: string;
}

export class RentEffectView {
  @ApiProperty({ type: [EffectLine], description: '有差别的月份与费项 months and items that differ' })
  lines!: EffectLine[];
  @ApiProperty({ example: '-2400.00', description: '所看各月合计差额 over these months' })
  difference!: string;
}
