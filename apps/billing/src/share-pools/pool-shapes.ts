import { ApiProperty } from '@nestjs/swagger';
import {
  POOL_SCOPES,
  POOL_SHARINGS,
  POOL_VACANCIES,
  type Pool,
  type PoolScope,
  type PoolSharing,
  type PoolVacancy,
  type Price,
} from '@propledger/contracts';
import {
  ChoiceField,
  CODE_PATTERN,
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  MoneyField,
  PeriodField,
  TextField,
  TextsField,
} from '@propledger/service-kit';
import { ListField, ListQuery, MoneyShown, NullableText } from '../shapes';

const METERS =
  '总表: 其用量减去直属下级仪表的用量后分摊 what they counted, less what the meters right below did, is shared';
const MEMBERS = '资源: 范围为资源时谁参与; 系数、比例时的权数 who takes part, and with which weight';
const FLOORS = '楼层系数, 方式为楼层时; 楼层按资源档案的写法 coefficients of floors, as resources have them';
const VACANT =
  '空置: 缺省不参与; 计入: 计入分母, 其份额无人承担; 开发商: 由 developer 承担 what is vacant takes no part, is counted, or is charged to the developer';
const DEVELOPER = '承担空置份额的客户 the customer who is charged for what is vacant';
const BY_DAYS = '按天: 各付费人按其当月天数计权 everyone weighs by his days of the month';
const MOST_MEMBERS = 10_000;
const MOST_FLOORS = 200;

export class PoolPriceBody {
  @DecimalField({ decimals: 4, description: '单价, 元/单位 yuan a unit', example: '0.56' })
  price!: string;

  @DayField({ description: '自此日; 此前未定止日的单价止于前一日 an open-ended one before ends the day before' })
  from!: string;

  @DayField({ optional: true, nullable: true, description: '至此日, 含当日; 空: 不限' })
  to?: string | null;

  toPrice(): Price {
    return { price: this.price, from: this.from, to: this.to ?? null };
  }
}

export class PoolMemberBody {
  @CodeField({ description: '资源编码' })
  resource!: string;

  @DecimalField({
    decimals: 4,
    optional: true,
    description: '系数, 或百分之几 a coefficient, or per cents',
    example: '12.5',
  })
  weight?: string;
}

export class FloorWeightBody {
  @TextField({ max: 200, description: '楼层', example: '1' })
  floor!: string;

  @DecimalField({ decimals: 4, description: '系数', example: '0' })
  weight!: string;
}

/** A pool but for its code. */
export class PoolTermsBody {
  @CodeField({ description: '标准编码, 计费方式为公摊 a standard of 公摊' })
  standard!: string;

  @ChoiceField(POOL_SCOPES, {
    description:
      '范围: 其中绑定该标准的资源分摊; 仪表: 有直属总表的仪表的 whose resources with a binding share; 仪表: those with a meter right below its meters',
  })
  scope!: PoolScope;

  @TextField({ max: 200, optional: true, nullable: true, description: '楼栋, 范围为楼栋或单元时' })
  building?: string | null;

  @TextField({ max: 200, optional: true, nullable: true, description: '单元, 范围为单元时 the staircase' })
  entrance?: string | null;

  @ChoiceField(POOL_SHARINGS, {
    description:
      '方式: 面积为计费面积; 用量为本期用量; 比例合计须为一百 by areas, equally, by usage, by coefficients, or by per cents that make a hundred',
  })
  sharing!: PoolSharing;

  @TextsField({ optional: true, most: 50, pattern: CODE_PATTERN, description: METERS })
  meters?: string[];

  @ListField(() => PoolPriceBody, {
    min: 1,
    max: 100,
    optional: true,
    description: '单价, 有总表时 of a pool with meters',
  })
  prices?: PoolPriceBody[];

  @ListField(() => PoolMemberBody, { min: 1, max: MOST_MEMBERS, optional: true, description: MEMBERS })
  members?: PoolMemberBody[];

  @ListField(() => FloorWeightBody, { min: 1, max: MOST_FLOORS, optional: true, description: FLOORS })
  floors?: FloorWeightBody[];

  @ChoiceField(POOL_VACANCIES, { optional: true, nullable: true, description: VACANT })
  vacant?: PoolVacancy | null;

  @CodeField({ optional: true, nullable: true, description: DEVELOPER })
  developer?: string | null;

  @FlagField({ optional: true, description: BY_DAYS })
  byDays?: boolean;

  poolNamed(pool: string): Pool {
    const { standard, scope, building = null, entrance = null, sharing, meters, members, floors } = this;
    return {
      ...{ pool, standard, scope, building, entrance, sharing, meters },
      prices: this.prices?.map((price) => price.toPrice()),
      members: members?.map(({ resource, weight }) => ({ resource, weight })),
      floors: floors?.map(({ floor, weight }) => ({ floor, weight })),
      vacant: this.vacant ?? undefined,
      developer: this.developer ?? undefined,
      byDays: this.byDays === true ? true : undefined,
    };
  }
}

export class PoolBody extends PoolTermsBody {
  @CodeField({ description: '公摊编码' })
  pool!: string;
}

export class PoolAmountBody {
  @PeriodField({ description: '账期' })
  period!: string;

  @MoneyField({ positive: true, description: '公摊金额' })
  amount!: string;
}

export class PoolPriceView {
  @ApiProperty({ example: '0.56' })
  price!: string;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @NullableText()
  to!: string | null;
}

export class PoolMemberView {
  @ApiProperty()
  resource!: string;
  @ApiProperty({ required: false, example: '12.5' })
  weight?: string;
}

export class FloorWeightView {
  @ApiProperty({ example: '1' })
  floor!: string;
  @ApiProperty({ example: '0' })
  weight!: string;
}

export class PoolView {
  @ApiProperty()
  pool!: string;
  @ApiProperty()
  standard!: string;
  @ApiProperty({ enum: POOL_SCOPES })
  scope!: PoolScope;
  @NullableText()
  building!: string | null;
  @NullableText()
  entrance!: string | null;
  @ApiProperty({ enum: POOL_SHARINGS })
  sharing!: PoolSharing;
  @ApiProperty({ type: [String], required: false, description: METERS })
  meters?: string[];
  @ApiProperty({ type: [PoolPriceView], required: false })
  prices?: PoolPriceView[];
  @ApiProperty({ type: [PoolMemberView], required: false, description: MEMBERS })
  members?: PoolMemberView[];
  @ApiProperty({ type: [FloorWeightView], required: false, description: FLOORS })
  floors?: FloorWeightView[];
  @ApiProperty({ enum: POOL_VACANCIES, required: false, description: VACANT })
  vacant?: PoolVacancy;
  @ApiProperty({ required: false, description: DEVELOPER })
  developer?: string;
  @ApiProperty({ enum: [true], required: false, description: BY_DAYS })
  byDays?: true;
}

export class PoolsPage {
  @ApiProperty({ type: [PoolView] })
  items!: PoolView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class ParticipantView {
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty({
    example: '106.4',
    description: '权重: 面积、1、用量、系数或百分数, 按天的已乘天数 times the days where these count',
  })
  weight!: string;
  @MoneyShown('分摊金额')
  amount!: string;
  @ApiProperty({ type: 'integer', required: false, description: '按天: 天数' })
  days?: number;
}

export class VacantShareView {
  @ApiProperty()
  resource!: string;
  @ApiProperty({ example: '106.4' })
  weight!: string;
  @MoneyShown('无人承担 charged to nobody')
  amount!: string;
  @ApiProperty({ type: 'integer', required: false, description: '按天: 天数' })
  days?: number;
}

export class MeterUseView {
  @ApiProperty()
  meter!: string;
  @ApiProperty({ example: '120.5' })
  quantity!: string;
}

export class PoolUseView {
  @ApiProperty({ example: '30', description: '总表用量减直属下级之和 of the meters, less of those right below' })
  quantity!: string;
  @ApiProperty({ example: '0.56' })
  price!: string;
  @ApiProperty({ type: [MeterUseView], description: '总表' })
  meters!: MeterUseView[];
  @ApiProperty({ type: [MeterUseView], description: '直属下级仪表' })
  below!: MeterUseView[];
}

export class PoolSharedView {
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @MoneyShown('公摊金额, 等于各户 (及空置) 之和 what the shares, with those of what is vacant, add up to')
  amount!: string;
  @ApiProperty({ enum: POOL_SHARINGS })
  sharing!: PoolSharing;
  @ApiProperty({ type: [ParticipantView], description: '全部参与者, 按资源编码 all who took part, by resource' })
  participants!: ParticipantView[];
  @ApiProperty({
    type: [VacantShareView],
    required: false,
    description: '计入而无人承担的空置 counted, and charged to nobody',
  })
  vacant?: VacantShareView[];
  @ApiProperty({ type: PoolUseView, required: false, description: '按仪表的公摊池: 用量与单价 of a pool with meters' })
  use?: PoolUseView;
}

export class PoolsQuery extends ListQuery {
  @CodeField({ optional: true, description: '标准编码' })
  standard?: string;
}
