import { ApiProperty } from '@nestjs/swagger';
import { Problem, TextField } from '@propledger/service-kit';
import { plateOf } from './plates';

/** A plate as somebody writes it. */
export const PlateField = (options: { readonly optional?: true } = {}): PropertyDecorator =>
  TextField({
    max: 20,
    ...options,
    description: '车牌号; 空格与点可有可无, 不分大小写 the plate, with or without blanks and dots',
    example: '鲁F12345',
  });

/** A body's plate in its plain form. @throws Problem `invalid-input` when it is none. */
export const plateIn = (text: string): string => {
  const plate = plateOf(text);
  if (plate !== null) return plate;
  throw new Problem('invalid-input', {
    errors: [{ pointer: '/body/plate', code: 'plate', message: '不是车牌号 no plate of a car' }],
  });
};

export class VehicleView {
  @ApiProperty({ example: 'V12' })
  vehicle!: string;
  @ApiProperty({ example: '鲁F12345' })
  plate!: string;
  @ApiProperty({ example: 'YT01-C-001' })
  resource!: string;
  @ApiProperty({ example: 'YT01-K00001' })
  customer!: string;
  @ApiProperty({ example: '2026-03-01', description: '第一天 the first day' })
  from!: string;
  @ApiProperty({ type: String, nullable: true, description: '最后一天; 空: 未定 the last day; null: without end' })
  to!: string | null;
}
