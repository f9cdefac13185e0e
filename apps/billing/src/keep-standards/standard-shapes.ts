import { ApiProperty } from '@nestjs/swagger';
import {
  CHARGE_METHODS,
  ROUNDINGS,
  type ChargeMethod,
  type Price,
  type Rounding,
  type Standard,
} from '@propledger/contracts';
import { ChoiceField, CodeField, DayField, DecimalField, IntField, TextField } from '@propledger/service-kit';
import { ListQuery, ListField } from '../shapes';

export class PriceBody {
  @DecimalField({
    decimals: 4,
    description: '元/平方米·月 或 元/月 yuan per m² and month, or yuan per month',
    example: '2.85',
  })
  price!: string;

  @DayField({ description: '生效日期 in force from this day' })
  from!: string;

  @DayField({
    optional: true,
    nullable: true,
    description: '失效日期, 含当日; 空: 不限 to this day inclusive; null: open',
  })
  to?: string | null;

  toPrice(): Price {
    return { price: this.price, from: this.from, to: this.to ?? null };
  }
}

export class StandardBody {
  @CodeField({ description: '标准编码' })
  standard!: string;

  @TextField({ max: 100, description: '标准名称' })
  name!: string;

  @TextField({ max: 50, description: '收费项目 charge item' })
  item!: string;

  @ChoiceField(CHARGE_METHODS, { description: '计费方式' })
  method!: ChargeMethod;

  @IntField({ min: 1, max: 28, description: '应收日 day of the month on which charges are due' })
  dueDay!: number;

  @ChoiceField(ROUNDINGS, { description: '取整 rounding, half up' })
  rounding!: Rounding;

  @IntField({ min: 0, max: 9999, description: '优先级 settlement priority, low first' })
  priority!: number;

  @ListField(() => PriceBody, { min: 1, max: 200, description: '单价沿革 price history' })
  prices!: PriceBody[];

  toStandard(): Standard {
    const { standard, name, item, method, dueDay, rounding, priority } = this;
    return {
      standard,
      name,
      item,
      method,
      dueDay,
      rounding,
      priority,
      prices: this.prices.map((price) => price.toPrice()),
    };
  }
}

export class ChangesBody {
  @TextField({ max: 100, optional: true, description: '标准名称' })
  name?: string;

  @TextField({ max: 50, optional: true, description: '收费项目 charge item' })
  item?: string;

  @ChoiceField(CHARGE_METHODS, { optional: true, description: '计费方式' })
  method?: ChargeMethod;

  @IntField({ min: 1, max: 28, optional: true, description: '应收日' })
  dueDay?: number;

  @ChoiceField(ROUNDINGS, { optional: true, description: '取整' })
  rounding?: Rounding;

  @IntField({ min: 0, max: 9999, optional: true, description: '优先级' })
  priority?: number;

  @ListField(() => PriceBody, { min: 1, max: 200, optional: true, description: '整个单价沿革 the whole price history' })
  prices?: PriceBody[];

  toChanges(): Partial<Omit<Standard, 'standard'>> {
    const { name, item, method, dueDay, rounding, priority, prices } = this;
    return {
      ...(name === undefined ? {} : { name }),
      ...(item === undefined ? {} : { item }),
      ...(method === undefined ? {} : { method }),
      ...(dueDay === undefined ? {} : { dueDay }),
      ...(rounding === undefined ? {} : { rounding }),
      ...(priority === undefined ? {} : { priority }),
      ...(prices === undefined ? {} : { prices: prices.map((price) => price.toPrice()) }),
    };
  }
}

export class PriceView {
  @ApiProperty({ example: '2.85' })
  price!: string;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @ApiProperty({ type: String, nullable: true })
  to!: string | null;
}

export class StandardView {
  @ApiProperty()
  standard!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ enum: CHARGE_METHODS })
  method!: ChargeMethod;
  @ApiProperty({ type: 'integer' })
  dueDay!: number;
  @ApiProperty({ enum: ROUNDINGS })
  rounding!: Rounding;
  @ApiProperty({ type: 'integer' })
  priority!: number;
  @ApiProperty({ type: [PriceView] })
  prices!: PriceView[];
}

export class StandardsQuery extends ListQuery {
  @TextField({ max: 50, optional: true, description: '收费项目' })
  item?: string;
}

export class StandardsPage {
  @ApiProperty({ type: [StandardView] })
  items!: StandardView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
