import { ApiProperty } from '@nestjs/swagger';
import { POOL_SCOPES, POOL_SHARINGS, type Pool, type PoolScope, type PoolSharing } from '@propledger/contracts';
import { ChoiceField, CodeField, MoneyField, PeriodField, TextField } from '@propledger/service-kit';
import { ListQuery, MoneyShown, NullableText } from '../shapes';

export class PoolBody {
  @CodeField({ description: '公摊编码' })
  pool!: string;

  @CodeField({ description: '标准编码, 计费方式为公摊 a standard of 公摊' })
  standard!: string;

  @ChoiceField(POOL_SCOPES, { description: '范围: 其中绑定该标准的资源分摊 whose resources with a binding share' })
  scope!: PoolScope;

  @TextField({ max: 200, optional: true, nullable: true, description: '楼栋, 范围为楼栋或单元时' })
  building?: string | null;

  @TextField({ max: 200, optional: true, nullable: true, description: '单元, 范围为单元时 the staircase' })
  entrance?: string | null;

  @ChoiceField(POOL_SHARINGS, { description: '方式: 按计费面积、户数或本期用量 by area, equally, or by usage' })
  sharing!: PoolSharing;

  toPool(): Pool {
    const { pool, standard, scope, building = null, entrance = null, sharing } = this;
    return { pool, standard, scope, building, entrance, sharing };
  }
}

export class PoolAmountBody {
  @PeriodField({ description: '账期' })
  period!: string;

  @MoneyField({ positive: true, description: '公摊金额' })
  amount!: string;
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
  @ApiProperty({ example: '106.4', description: '权重: 面积、1 或用量 its area, one, or its usage' })
  weight!: string;
  @MoneyShown('分摊金额')
  amount!: string;
}

export class PoolSharedView {
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @MoneyShown('公摊金额, 等于各户之和 what the shares add up to')
  amount!: string;
  @ApiProperty({ enum: POOL_SHARINGS })
  sharing!: PoolSharing;
  @ApiProperty({ type: [ParticipantView], description: '全部参与者, 按资源编码 all who took part, by resource' })
  participants!: ParticipantView[];
}

export class PoolsQuery extends ListQuery {
  @CodeField({ optional: true, description: '标准编码' })
  standard?: string;
}
