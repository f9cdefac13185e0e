import { ApiProperty } from '@nestjs/swagger';
import { PARKING_NATURES, ROOM_NATURES, type Nature } from '@propledger/contracts';
import { CodeField, DayField, DecimalField, TextField } from '@propledger/service-kit';
import { shortest } from './resource-rules';

export const NATURES: readonly Nature[] = [...ROOM_NATURES, ...PARKING_NATURES];

const maybe = { optional: true, nullable: true } as const;

/** The fields of a resource that a change may name, too. */
export class ResourceFields {
  @TextField({ max: 20, ...maybe, description: '楼栋 (房屋必填 rooms need it)', example: '01' })
  building?: string | null;
  @TextField({ max: 20, ...maybe, description: '单元 entrance', example: '1' })
  entrance?: string | null;
  @TextField({ max: 20, ...maybe, description: '楼层', example: '1' })
  floor?: string | null;
  @TextField({ max: 20, ...maybe, description: '房号', example: '0101' })
  room?: string | null;
  @DecimalField({ decimals: 2, ...maybe, description: '建筑面积; 车位: 面积', example: '106.4' })
  grossArea?: string | null;
  @DecimalField({ decimals: 2, ...maybe, description: '套内面积', example: '87.25' })
  insideArea?: string | null;
  @DecimalField({ decimals: 2, ...maybe, description: '计费面积', example: '106.4' })
  billableArea?: string | null;
  @DayField({ ...maybe, description: '交付日期', example: '2024-01-19' })
  handedOverOn?: string | null;
  @TextField({ max: 100, ...maybe, description: '车位位置', example: '东侧' })
  location?: string | null;
  @CodeField({ ...maybe, description: '车位所属房间的资源编码', example: 'YT01-01-1-0101' })
  parentRoom?: string | null;
}

/** A resource as answers show it. */
export class ResourceView {
  @ApiProperty({ example: 'YT01-01-1-0101' })
  resource!: string;
  @ApiProperty({ enum: ['room', 'parking'] })
  kind!: 'room' | 'parking';
  @ApiProperty({ example: '1号楼1单元0101' })
  name!: string;
  @ApiProperty({ enum: NATURES })
  nature!: Nature;
  @ApiProperty({ type: String, nullable: true, example: '01' })
  building!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '1' })
  entrance!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '1' })
  floor!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '0101' })
  room!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '106.4' })
  grossArea!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '87.25' })
  insideArea!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '106.4' })
  billableArea!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '2024-01-19' })
  handedOverOn!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '东侧' })
  location!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'YT01-01-1-0101' })
  parentRoom!: string | null;
}

type Areas = {
  readonly grossArea?: string | null;
  readonly insideArea?: string | null;
  readonly billableArea?: string | null;
};

/** The same with areas in their shortest form. */
export const normalised = <T extends Areas>(fields: T): T => {
  const areas = Object.entries<string | null>({ ...fields }).filter(([name]) => name.endsWith('Area'));
  return { ...fields, ...Object.fromEntries(areas.map(([name, area]) => [name, shortest(area)])) };
};
