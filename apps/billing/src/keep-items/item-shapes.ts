import { ApiProperty } from '@nestjs/swagger';
import {
  ITEM_CLASSES,
  ITEM_PAYERS,
  type Developer,
  type ItemClass,
  type ItemPayer,
  type ItemTerms,
} from '@propledger/contracts';
import {
  ChoiceField,
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  TextField,
} from '@propledger/service-kit';
import { ListQuery, NullableText } from '../shapes';

const ITEM_LENGTH = 100;

/** Terms of one item from one day on. */
export class ItemNameBody {
  @TextField({ max: ITEM_LENGTH, description: '收费项目' })
  item!: string;

  @DayField({ description: '生效日期, 至该项目的下一次规定为止 in force until the next terms of the item' })
  from!: string;
}

export class ItemTermsBody extends ItemNameBody {
  @ChoiceField(ITEM_CLASSES, {
    description: '类别: 收入; 代收, 计入应付; 押金, 不出应收 income; collected for others; a deposit, never charged',
  })
  class!: ItemClass;

  @DecimalField({
    decimals: 4,
    optional: true,
    example: '0.06',
    description: '税率, 缺省 0; 代收与押金不计税 a fraction, 0 by default and for what is no income',
  })
  taxRate?: string;

  @FlagField({
    optional: true,
    description: '单价不含税: 税额另加; 缺省含税 prices are without tax, which comes on top; by default it is in them',
  })
  priceWithoutTax?: boolean;

  @IntField({
    min: 0,
    max: 9999,
    optional: true,
    description: '核销优先级; 缺省用收费标准的 place in settlement; by default that of each standard',
  })
  priority?: number;

  @ChoiceField(ITEM_PAYERS, {
    optional: true,
    description:
      '付费对象, 缺省付费人. 业主: 当日业主, 没有则开发商. 租户: 当日租户, 没有则业主, 再则开发商. 开发商: 当日开发商, 没有则项目的开发商 ' +
      'who pays, by default the payer of each day; owner, else developer; tenant, else owner, else developer; developer of the resource, else of the project',
  })
  payer?: ItemPayer;

  @FlagField({
    optional: true,
    description:
      '未售由开发商付: 没有人付费的日子与交付日期之前, 由项目的开发商付 days without anybody to pay, and before the handover, are the developer’s',
  })
  unsoldToDeveloper?: boolean;

  @FlagField({
    optional: true,
    description:
      '车位随房: 车位由其当日所属房间的付费对象付, 没有则由车位自己的付; 月租的仍由承租人付 ' +
      'a space is paid by who pays its room of the day, else by who pays the space itself; what is let by the month, by who has it',
  })
  spacesWithRooms?: boolean;

  toTerms(): ItemTerms {
    const { item, from, taxRate = '0', priceWithoutTax, priority, payer } = this;
    const { unsoldToDeveloper, spacesWithRooms } = this;
    return {
      ...{ item, from, class: this.class, taxRate },
      ...(priceWithoutTax === true ? { priceWithoutTax } : {}),
      ...(priority === undefined ? {} : { priority }),
      ...(payer === undefined ? {} : { payer }),
      ...(unsoldToDeveloper === true ? { unsoldToDeveloper } : {}),
      ...(spacesWithRooms === true ? { spacesWithRooms } : {}),
    };
  }
}

export const ITEM_SCOPES = ['project', 'group'] as const;

export class ItemTermsView {
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @ApiProperty({ enum: ITEM_SCOPES, description: '项目自己的规定优先于集团的 a project’s own come before the group’s' })
  scope!: (typeof ITEM_SCOPES)[number];
  @ApiProperty({ enum: ITEM_CLASSES })
  class!: ItemClass;
  @ApiProperty({ example: '0.06' })
  taxRate!: string;
  @ApiProperty()
  priceWithoutTax!: boolean;
  @ApiProperty({ type: 'integer', nullable: true, description: 'null: 用收费标准的 that of each standard' })
  priority!: number | null;
  @ApiProperty({ enum: ITEM_PAYERS })
  payer!: ItemPayer;
  @ApiProperty()
  unsoldToDeveloper!: boolean;
  @ApiProperty()
  spacesWithRooms!: boolean;
}

export class ItemsPage {
  @ApiProperty({ type: [ItemTermsView] })
  items!: ItemTermsView[];
  @NullableText()
  nextCursor!: string | null;
}

export class ItemsQuery extends ListQuery {
  @TextField({ max: ITEM_LENGTH, optional: true, description: '收费项目' })
  item?: string;
}

export class DeveloperBody {
  @CodeField({ nullable: true, description: '开发商: 客户编码; null: 自该日起没有 nobody from that day on' })
  customer!: string | null;

  @DayField({ description: '自此日, 至下一次指定为止' })
  from!: string;

  toDeveloper(): Developer {
    return { customer: this.customer, from: this.from };
  }
}

export class DeveloperDayBody {
  @DayField({ description: '指定的起始日' })
  from!: string;
}

export class DeveloperView {
  @NullableText('客户编码')
  customer!: string | null;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
}

export class DevelopersPage {
  @ApiProperty({ type: [DeveloperView] })
  items!: DeveloperView[];
  @NullableText()
  nextCursor!: string | null;
}
