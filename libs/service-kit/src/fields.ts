import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { isReservedCode } from '@propledger/contracts';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  Max,
  Min,
  registerDecorator,
  ValidateIf,
  type ValidationOptions,
} from 'class-validator';

/** What every field may say of itself. */
export interface FieldOptions {
  readonly optional?: true;
  readonly nullable?: true;
  readonly description?: string;
  readonly example?: unknown;
}

/** When a member may be missing or null. */
export const presence = (options: Pick<FieldOptions, 'optional' | 'nullable'>): PropertyDecorator[] => {
  if (options.nullable && options.optional) return [IsOptional()];
  if (options.nullable) return [ValidateIf((_, value) => value !== null)];
  if (options.optional) return [ValidateIf((_, value) => value !== undefined)];
  return [];
};

const api = (options: FieldOptions, schema: ApiPropertyOptions): PropertyDecorator =>
  ApiProperty({
    required: !options.optional,
    ...(options.nullable ? { nullable: true } : {}),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.example === undefined ? {} : { example: options.example }),
    ...schema,
  } as ApiPropertyOptions);

/** A rule of a member, with what is said where it is broken. */
export const rule = (name: string, message: string, holds: (value: unknown) => boolean): PropertyDecorator => {
  const options: ValidationOptions = { message };
  return (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: propertyName as string,
      options,
      validator: { validate: holds },
    });
};

const isText = (value: unknown, max: number, min = 1): value is string =>
  typeof value === 'string' && isOfLength(value, min, max) && isClean(value);

/** In characters, of which some take two places in a string. */
const isOfLength = (value: string, min: number, max: number): boolean => {
  if (value.length < min || value.length > 2 * max) return false;
  if (min <= 1 && value.length <= max) return true;
  const characters = [...value].length;
  return characters >= min && characters <= max;
};

/** Text that a database and a page can hold: no control characters, no lone surrogates. */
const isClean = (value: string): boolean => !/[\u0000-\u001f\u007f]/.test(value) && !/\p{Surrogate}/u.test(value);

const CODE = /^[^\s](?:.*[^\s])?$/su;
/** A code as the users have it: 1 to 64 characters, no blanks around it, and not a reserved one. */
export const isCode = (value: unknown): value is string =>
  isText(value, 64) && CODE.test(value) && !isReservedCode(value);
export const CODE_PATTERN =
  '^(?!\\.{1,2}$)[^\\s~\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$';

export const DAY_PATTERN = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
/** A real day from 1900 to 2199. */
export const isDay = (value: unknown): value is string => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const [year, month, day] = value.split('-').map(Number) as [number, number, number];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return year >= 1900 && year <= 2199 && days !== undefined && day >= 1 && day <= days;
};
export const PERIOD_PATTERN = '^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$';
const PERIOD = new RegExp(PERIOD_PATTERN);
export const isPeriod = (value: unknown): value is string => typeof value === 'string' && PERIOD.test(value);
/** Yuan with two decimals, up to a hundred billion. */
export const MONEY_PATTERN = '^-?(0|[1-9][0-9]{0,10})\\.[0-9]{2}$';
const MONEY = new RegExp(MONEY_PATTERN);
export const isMoney = (value: unknown): value is string => typeof value === 'string' && MONEY.test(value);

/** A code of the users' own (项目编码, 资源编码, …). */
export const CodeField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    rule('code', '编码须为 1 至 64 个字符, 前后无空格 a code has 1 to 64 characters, no blanks around it', isCode),
    api(options, { type: String, minLength: 1, maxLength: 64, pattern: CODE_PATTERN }),
  );

const trimmed = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);

/**
 * Free text of one line, without the blanks around it, as cells of workbooks are read: two that look the same are the same.
 * `exact`: as it came, for passwords.
 */
export const TextField = (options: FieldOptions & { max: number; min?: number; exact?: true }): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    ...(options.exact ? [] : [Transform(({ value }: { value: unknown }) => trimmed(value))]),
    rule(
      'text',
      `须为 ${options.min ?? 1} 至 ${options.max} 个字符的单行文字 one line of at most ${options.max} characters`,
      (value) => isText(value, options.max, options.min) && (options.exact === true || value === trimmed(value)),
    ),
    api(options, {
      type: String,
      minLength: options.min ?? 1,
      maxLength: options.max,
      pattern: '^[^\\u0000-\\u001f\\u007f]*$',
    }),
  );

/** Yuan as a decimal string. `positive`: above zero. */
export const MoneyField = (options: FieldOptions & { positive?: true } = {}): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    rule(
      'money',
      options.positive
        ? '须为大于零、两位小数的金额 an amount above zero with two decimals'
        : '须为两位小数的金额 an amount with two decimals',
      (value) => isMoney(value) && (!options.positive || (!value.startsWith('-') && value !== '0.00')),
    ),
    api(
      { example: '1234.50', ...options },
      { type: String, pattern: options.positive ? MONEY_PATTERN.replace('-?', '') : MONEY_PATTERN },
    ),
  );

/** An exact decimal of at most `decimals` places; not negative unless `signed`. */
export const DecimalField = (options: FieldOptions & { decimals: number; signed?: true }): PropertyDecorator => {
  const pattern = `^${options.signed ? '-?' : ''}(0|[1-9][0-9]{0,8})(\\.[0-9]{1,${options.decimals}})?$`;
  const form = new RegExp(pattern);
  return applyDecorators(
    ...presence(options),
    rule(
      'decimal',
      options.signed
        ? `须为最多 ${options.decimals} 位小数的数 a number with at most ${options.decimals} decimals`
        : `须为不小于零、最多 ${options.decimals} 位小数的数 not negative, at most ${options.decimals} decimals`,
      (value) => typeof value === 'string' && form.test(value),
    ),
    api(options, { type: String, pattern }),
  );
};

/** A day, `YYYY-MM-DD`. */
export const DayField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    rule('day', '须为 YYYY-MM-DD 的日期 a day, YYYY-MM-DD', isDay),
    api({ example: '2026-03-31', ...options }, { type: String, format: 'date', pattern: DAY_PATTERN }),
  );

// RFC 3339; a `+` that was not escaped in a query arrives as a blank.
export const TIME_PATTERN =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+ -][0-9]{2}:[0-9]{2})$';
const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+\- ])(\d{2}):(\d{2}))$/i;

/**
 * An RFC 3339 time in UTC with microseconds, which is how books record it: `2026-05-31T16:00:00.000000Z`. Finer digits are cut
 * off, so that "recorded at or before" means the same. Null: not such a time, of the years 1900 to 2199.
 */
export const utcTimeOf = (text: string): string | null => {
  const [, day, hour, minute, second, fraction = '', sign, hours = '0', minutes = '0'] = TIME.exec(text) ?? [];
  if (!isDay(day)) return null;
  if ([hour, hours].some((part) => Number(part) > 23) || [minute, second, minutes].some((part) => Number(part) > 59))
    return null;
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const seconds = new Date(Date.parse(`${day}T${hour}:${minute}:${second}Z`) - offset * 60_000).toISOString();
  return `${seconds.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
};

/** A time as RFC 3339 has it. */
export const TimeField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    rule(
      'time',
      '须为 RFC 3339 时刻 a time as RFC 3339 has it',
      (value) => typeof value === 'string' && utcTimeOf(value) !== null,
    ),
    api({ example: '2026-05-31T23:59:59+08:00', ...options }, { type: String, pattern: TIME_PATTERN, maxLength: 40 }),
  );

/** A period, `YYYY-MM`. */
export const PeriodField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    rule('period', '须为 YYYY-MM 的账期 a period, YYYY-MM', isPeriod),
    api({ example: '2026-03', ...options }, { type: String, pattern: PERIOD_PATTERN }),
  );

export const ChoiceField = (choices: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(...presence(options), IsIn(choices), api(options, { type: String, enum: [...choices] }));

const WHOLE = /^-?(0|[1-9][0-9]{0,14})$/;

/** A whole number; in a query it may come as text. */
export const IntField = (options: FieldOptions & { min: number; max: number }): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && WHOLE.test(value) ? Number(value) : value,
    ),
    IsInt(),
    Min(options.min),
    Max(options.max),
    api(options, { type: 'integer', minimum: options.min, maximum: options.max }),
  );

/** Whole numbers, each within these bounds. */
export const IntsField = (options: FieldOptions & { min: number; max: number; most: number }): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(options.most),
    IsInt({ each: true }),
    Min(options.min, { each: true }),
    Max(options.max, { each: true }),
    api(options, {
      type: 'array',
      items: { type: 'integer', minimum: options.min, maximum: options.max },
      minItems: 1,
      maxItems: options.most,
    }),
  );

/** true or false; in a query `true` or `false` as text. */
export const FlagField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    ...presence(options),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
    api(options, { type: Boolean }),
  );

/** Texts of a query parameter that may be repeated, each of this pattern and of 100 characters at most. */
export const TextsField = (
  options: FieldOptions & { most: number; least?: number; pattern: string },
): PropertyDecorator => {
  const { least = 1, most } = options;
  const pattern = new RegExp(options.pattern, 'su');
  return applyDecorators(
    ...presence(options),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value)),
    rule(
      'texts',
      `须为 ${least} 至 ${most} 个规定格式的文字 ${least} to ${most} texts of the form that is documented`,
      (value) =>
        Array.isArray(value) &&
        value.length >= least &&
        value.length <= most &&
        value.every((text) => isText(text, 100) && pattern.test(text)),
    ),
    api(options, {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 100, pattern: options.pattern },
      minItems: least,
      maxItems: most,
    }),
  );
};
