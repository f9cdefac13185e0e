import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, ValidateNested } from 'class-validator';
import { partOf } from './accepted-input';
import { presence, rule } from './fields';

interface ListOptions {
  readonly min: number;
  readonly max: number;
  readonly optional?: true;
  readonly nullable?: true;
  readonly description?: string;
}

// ValidateNested looks into a list, and finds nothing wrong in one that is empty.
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of objects, each checked by its own class. */
export const ListField = (item: () => new () => object, options: ListOptions): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    IsArray(),
    ArrayMinSize(options.min),
    ArrayMaxSize(options.max),
    rule('objects', '须为对象的列表 a list of objects', (value) => !Array.isArray(value) || value.every(isObject)),
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
    ...presence(options),
    rule('object', '须为对象 an object', isObject),
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
