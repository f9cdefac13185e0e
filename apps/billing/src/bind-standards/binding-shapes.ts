import { ApiProperty } from '@nestjs/swagger';
import { ITEM_PAYERS, type Binding, type ItemPayer } from '@propledger/contracts';
import { ChoiceField, CodeField, DayField, DecimalField, IntField } from '@propledger/service-kit';
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

  @DecimalField({
    decimals: 4,
    optional: true,
    description:
      '绑定单价, 自开始日期起; 须收费标准允许 a price of its own from the first day on, where the standard allows it',
  })
  price?: string;

  @ChoiceField(ITEM_PAYERS, {
    optional: true,
    description:
      '付费对象, 自开始日期起; 缺省用收费项目的 who pays from the first day on; by default whom the item says',
  })
  payer?: ItemPayer;

  toBinding(binding: string): Binding {
    const { resource, standard, from, to = null, persons, price, payer } = this;
    return {
      ...{ binding, resource, standard, from, to },
      ...(persons === undefined ? {} : { persons }),
      ...(price === undefined ? {} : { prices: [{ price, from, to: null }] }),
      ...(payer === undefined ? {} : { payers: [{ payer, from, to: null }] }),
    };
  }
}

/** From when to when something of a binding's own holds: what it covers of earlier ones is cut away. */
class OwnDaysBody {
  @DayField({ description: '自此日' })
  from!: string;

  @DayField({ optional: true, nullable: true, description: '至此日, 含当日; 空: 不限 inclusive; null: open' })
  to?: string | null;
}

export class BindingPriceBody extends OwnDaysBody {
  @DecimalField({ decimals: 4, nullable: true, description: '单价; null: 恢复收费标准的单价 the standard’s again' })
  price!: string | null;
}

export class BindingPayerBody extends OwnDaysBody {
  @ChoiceField(ITEM_PAYERS, { nullable: true, description: '付费对象; null: 恢复收费项目的 the item’s again' })
  payer!: ItemPayer | null;
}

export class EndBody {
  @DayField({ description: '最后一日 last day of the binding' })
  lastDay!: string;
}

export class BindingPriceView {
  @ApiProperty({ example: '2.5' })
  price!: string;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @NullableText()
  to!: string | null;
}

export class BindingPayerView {
  @ApiProperty({ enum: ITEM_PAYERS })
  payer!: ItemPayer;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @NullableText()
  to!: string | null;
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
  @ApiProperty({ type: 'integer', nullable: true, description: '人数; null: 未知 persons; null: not known' })
  persons!: number | null;
  @ApiProperty({ type: [BindingPriceView], required: false, description: '绑定单价; 无则用收费标准的 of its own' })
  prices?: BindingPriceView[];
  @ApiProperty({ type: [BindingPayerView], required: false, description: '付费对象; 无则用收费项目的 of its own' })
  payers?: BindingPayerView[];
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
