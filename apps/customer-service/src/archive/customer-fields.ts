import { ApiProperty } from '@nestjs/swagger';
import { CUSTOMER_KINDS, RELATIONS, type CustomerKind, type Relation } from '@propledger/contracts';
import { CODE_PATTERN, TextField, TextsField } from '@propledger/service-kit';

const maybe = { optional: true, nullable: true } as const;

/** What a registration and a change may both name. */
export class CustomerFields {
  @TextField({ max: 200, ...maybe, description: '证件类型', example: '身份证' })
  idType?: string | null;
  @TextField({ max: 200, ...maybe, description: '证件号码' })
  idNumber?: string | null;
  @TextField({ max: 200, ...maybe, description: '手机' })
  phone?: string | null;
  @TextField({ max: 200, ...maybe, description: '联系地址' })
  address?: string | null;
  @TextsField({
    optional: true,
    least: 0,
    most: 20,
    pattern: CODE_PATTERN,
    description:
      '客户分组编码, 决定适用哪些优惠; 会告知其他服务, 勿用涉及隐私的名称 codes of groups, which decide on discounts; told to other services: nothing private',
  })
  groups?: string[];
}

export class CustomerView {
  @ApiProperty({ example: 'YT01-K00001' })
  customer!: string;
  @ApiProperty({ enum: CUSTOMER_KINDS })
  kind!: CustomerKind;
  @ApiProperty({ example: '杨红强' })
  name!: string;
  @ApiProperty({ type: String, nullable: true, example: '身份证' })
  idType!: string | null;
  @ApiProperty({ type: String, nullable: true })
  idNumber!: string | null;
  @ApiProperty({ type: String, nullable: true })
  phone!: string | null;
  @ApiProperty({ type: String, nullable: true })
  address!: string | null;
  @ApiProperty({ type: [String], example: ['员工'], description: '客户分组' })
  groups!: string[];
}

export class OccupancyView {
  @ApiProperty({ example: 'O12' })
  occupancy!: string;
  @ApiProperty({ example: 'YT01-01-1-0101' })
  resource!: string;
  @ApiProperty({ example: 'YT01-K00001' })
  customer!: string;
  @ApiProperty({ enum: RELATIONS })
  relation!: Relation;
  @ApiProperty({ example: '2024-01-19', description: '第一天 the first day' })
  from!: string;
  @ApiProperty({ type: String, nullable: true, description: '最后一天; 空: 未定 the last day; null: without end' })
  to!: string | null;
  @ApiProperty({ description: '付费人' })
  payer!: boolean;
  @ApiProperty({ type: String, nullable: true, example: '280', description: '月租价, 元/月 yuan a month, of 月租' })
  price!: string | null;
}
