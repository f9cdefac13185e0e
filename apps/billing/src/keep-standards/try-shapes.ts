import { ApiProperty } from '@nestjs/swagger';
import { CodeField, IntField, PeriodField } from '@propledger/service-kit';
import { ListField, MoneyShown, NullableText, PartField } from '../shapes';
import { StandardBody } from './standard-shapes';

export class TriedResource {
  @CodeField({ description: '资源编码' })
  resource!: string;

  @IntField({ min: 0, max: 9999, optional: true, description: '人数 persons, where the standard counts them' })
  persons?: number;
}

export class TryBody {
  @PartField(() => StandardBody, { description: '要试算的收费标准, 不会保存 the standard; nothing of it is kept' })
  standard!: StandardBody;

  @PeriodField({ description: '试算的月份' })
  period!: string;

  @ListField(() => TriedResource, {
    min: 1,
    max: 50,
    optional: true,
    description:
      '试算的资源; 缺省: 已绑定此标准编码的 the resources; absent: up to 50 that are bound to a standard of this code',
  })
  resources?: TriedResource[];
}

export class TriedVariable {
  @ApiProperty({ description: '变量' })
  name!: string;
  @ApiProperty({ example: '106.4' })
  value!: string;
}

export class TriedPart {
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @NullableText('付费人; 没有付费人时为 null the payer; null: there is none, and nothing would be raised')
  customer!: string | null;
  @MoneyShown()
  amount!: string;
  @ApiProperty({
    type: [TriedVariable],
    description: '公式用到的变量 what a formula names, at the beginning of the days',
  })
  variables!: TriedVariable[];
  @ApiProperty({ type: [String], description: '逐步说明' })
  zh!: string[];
  @ApiProperty({ type: [String], description: 'The same, step by step' })
  en!: string[];
}

export class TriedFailure {
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @ApiProperty({ enum: ['no-area', 'no-persons', 'no-value', 'division-by-zero', 'overflow', 'negative'] })
  reason!: string;
  @NullableText('没有值的变量 the variable without a value')
  name!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: '公式中的位置, 自 1 起 the place in the formula' })
  at!: number | null;
}

export class TriedRow {
  @ApiProperty()
  resource!: string;
  @MoneyShown('当月合计 of the month')
  amount!: string;
  @ApiProperty({ type: [TriedPart] })
  parts!: TriedPart[];
  @ApiProperty({ type: [TriedFailure], description: '不能计算的日子 days that cannot be computed' })
  notComputed!: TriedFailure[];
}

export class TriedStandard {
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @ApiProperty({ type: [TriedRow] })
  rows!: TriedRow[];
  @MoneyShown('合计 of all rows')
  total!: string;
}
