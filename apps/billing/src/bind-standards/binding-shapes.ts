import { ApiProperty } from '@nestjs/swagger';
import { CodeField, DayField, IntField } from '@propledger/service-kit';
import { ListQuery, NullableText, Recorded } from '../shapes';

export class BindingBody {
  @CodeField({ description: '资源编码' })
  resource!: string;

  @CodeField({ description: '标准编码' })
  standard!: string;

  @DayField({ description: '开始日期' })
  from!: string;

  @DayField({
    optional: true,
    nullable: true,
    description: '结束日期, 含当日; 空: 不限 to this day inclusive; null: open',
  })
  to?: string | null;

  @IntField({
    min: 0,
    max: 9999,
    optional: true,
    description: '人数, 每人计费时 persons, where a standard counts them',
  })
  persons?: number;
}

export class EndBody {
  @DayField({ description: '最后一日 last day of the binding' })
  lastDay!: string;
}

export class BindingView {
  @ApiProperty({ description: '绑定编号, 由系统给出 given by billing' })
  binding!: string;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  standard!: string;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @NullableText()
  to!: string | null;
  @ApiProperty({ type: 'integer', required: false, description: '人数 persons; absent: not known' })
  persons?: number;
}

export class DaysBody {
  @DayField({ description: '起计日期' })
  from!: string;

  @DayField({ optional: true, nullable: true, description: '止计日期, 含当日; 空: 不限 inclusive; null: open' })
  to?: string | null;
}

export class BindingMade extends Recorded {
  @ApiProperty({ description: '绑定编号' })
  binding!: string;
}

export class BindingsQuery extends ListQuery {
  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;

  @CodeField({ optional: true, description: '标准编码' })
  standard?: string;

  @DayField({ optional: true, description: '这一日有效的 in force on this day' })
  on?: string;
}

export class BindingsPage {
  @ApiProperty({ type: [BindingView] })
  items!: BindingView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
