import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam, type ApiParamOptions } from '@nestjs/swagger';
import { GROUP_BOOK, TOPICS } from '@propledger/contracts';
import { CODE_PATTERN, DAY_PATTERN, isCode, isDay, isPeriod, PERIOD_PATTERN } from './fields';
import { Problem } from './problem';

type Schema = NonNullable<Extract<ApiParamOptions, { schema?: unknown }>['schema']>;

class Checked implements PipeTransform<string, string> {
  constructor(
    private readonly name: string,
    private readonly code: string,
    private readonly message: string,
    private readonly holds: (value: string) => boolean,
  ) {}
  transform(value: string): string {
    if (this.holds(value)) return value;
    throw new Problem('invalid-input', {
      errors: [{ pointer: `/path/${this.name}`, code: this.code, message: this.message }],
    });
  }
}

const checkedParam = (name: string, pipe: Checked, schema: Schema): ParameterDecorator => {
  const parameter = Param(name, pipe);
  const documentation = ApiParam({ name, schema });
  return (target, key, index) => {
    parameter(target, key, index);
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && descriptor) documentation(target, key, descriptor);
  };
};

/** A code in the path (`:project`, `:resource`, …): 400 when it cannot be one. */
export const CodeParam = (name: string): ParameterDecorator =>
  checkedParam(name, new Checked(name, 'code', '编码有误 not a code', isCode), {
    type: 'string',
    minLength: 1,
    maxLength: 64,
    pattern: CODE_PATTERN,
  });

export const PeriodParam = (name: string): ParameterDecorator =>
  checkedParam(name, new Checked(name, 'period', '须为 YYYY-MM a period, YYYY-MM', isPeriod), {
    type: 'string',
    pattern: PERIOD_PATTERN,
  });

export const DayParam = (name: string): ParameterDecorator =>
  checkedParam(name, new Checked(name, 'day', '须为 YYYY-MM-DD a day, YYYY-MM-DD', isDay), {
    type: 'string',
    format: 'date',
    pattern: DAY_PATTERN,
  });

/** A position or other whole number from 1 in the path; still text, to be read with Number(). */
export const PositionParam = (name: string): ParameterDecorator =>
  checkedParam(
    name,
    new Checked(name, 'position', '须为正整数 a whole number from 1', (value) => /^[1-9]\d{0,14}$/.test(value)),
    { type: 'string', pattern: '^[1-9][0-9]{0,14}$' },
  );

/** An id that propledger gave (UUID). */
export const IdParam = (name: string): ParameterDecorator =>
  checkedParam(
    name,
    new Checked(name, 'id', '编号有误 not an id', (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)),
    { type: 'string', format: 'uuid', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
  );

const isBook = (value: string): boolean => value === GROUP_BOOK || isCode(value);

/** A book in the path: a project's code, or `~group`. */
export const BookParam = (name: string): ParameterDecorator =>
  checkedParam(name, new Checked(name, 'code', '编码有误 not a code', isBook), {
    type: 'string',
    minLength: 1,
    maxLength: 64,
    pattern: `^~group$|${CODE_PATTERN}`,
  });

/** A topic in the path. */
export const TopicParam = (name: string): ParameterDecorator =>
  checkedParam(
    name,
    new Checked(name, 'topic', `须为 must be one of ${TOPICS.join(', ')}`, (value) =>
      (TOPICS as readonly string[]).includes(value),
    ),
    { type: 'string', enum: [...TOPICS] },
  );
