import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { partOf } from './accepted-input';

interface ListOptions {
  readonly min: number;
  readonly max: number;
  readonly optional?: true;
  readonly nullable?: true;
  readonly description?: string;
}

/** A list of objects, each checked by its own class. */
export const ListField = (item: () => new () => object, options: ListOptions): PropertyDecorator =>
  applyDecorators(
    ...(options.optional ? [IsOptional()] : []),
    IsArray(),
    ArrayMinSize(options.min),
    ArrayMaxSize(options.max),
    ValidateNested({ each: true }),
    Type(item),
    partOf(item),
    ApiProperty({
      type: () => [item()],
      required: !options.optional,
      minItems: options.min,
      maxItems: options.max,
      ...(options.description === undefined ? {} : { description: options.description }),
    }),
  );

/** One object, checked by its own class. */
export const PartField = (part: () => new () => object, options: Omit<ListOptions, 'min' | 'max'>): PropertyDecorator =>
  applyDecorators(
    ...(options.optional ? [IsOptional()] : []),
    ValidateNested(),
    Type(part),
    partOf(part),
    ApiProperty({
      type: () => part(),
      required: !options.optional,
      ...(options.nullable ? { nullable: true } : {}),
      ...(options.description === undefined ? {} : { description: options.description }),
    }),
  );
