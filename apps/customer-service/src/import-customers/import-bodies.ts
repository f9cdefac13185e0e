import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { CELL_ERRORS, type CellError, type CellFault, type SheetRow } from '@propledger/contracts';
import { ChoiceField, CodeField, IntField, isCode, TextField } from '@propledger/service-kit';
import { registerDecorator } from 'class-validator';
import { CUSTOMERS_SHEETS, type CustomersSheet } from '../archive/sheet-rows';

const MOST_ROWS = 10_000;
const MOST_REFERENCES = 20_000;
const MOST_CELLS = 100;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 32_767 && !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);

/** The reader lets nothing else through. */
const CODE_COLUMNS = ['项目编码', '资源编码', '客户编码', '合同编号'];
const isCodeOrAbsent = (value: unknown): boolean => value === undefined || isCode(value);

const isSheetRow = (value: unknown): value is SheetRow =>
  isObject(value) &&
  Number.isSafeInteger(value['row']) &&
  (value['row'] as number) > 0 &&
  (value['row'] as number) <= 1_048_576 &&
  isObject(value['values']) &&
  Object.keys(value['values']).length <= MOST_CELLS &&
  Object.entries(value['values']).every((cell) => cell.every(isText)) &&
  CODE_COLUMNS.every((column) => isCodeOrAbsent((value['values'] as Json)[column])) &&
  Array.isArray(value['faulty']) &&
  value['faulty'].length <= MOST_CELLS &&
  value['faulty'].every(isText);

const isReference = (value: unknown): boolean => isObject(value) && isText(value['project']) && isText(value['code']);

/** Rows and references come by the thousand: one look over the whole list, without an instance for each. */
const listOf = (most: number, holds: (value: unknown) => boolean, schema: object): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'array', maxItems: most, items: schema }),
    (target: object, propertyName: string | symbol) =>
      registerDecorator({
        name: 'list',
        target: target.constructor,
        propertyName: propertyName as string,
        options: { message: `须为最多 ${most} 项的列表 a list of at most ${most}` },
        validator: { validate: (value: unknown) => Array.isArray(value) && value.length <= most && value.every(holds) },
      }),
  );

const text = { type: 'string', maxLength: 32_767 };
const reference = { type: 'object', properties: { project: text, code: text }, required: ['project', 'code'] };

export class StageRowsBody {
  @ChoiceField(CUSTOMERS_SHEETS)
  sheet!: CustomersSheet;
  @IntField({ min: 1, max: 1_000_000, description: '1 … n' })
  chunk!: number;
  @listOf(MOST_ROWS, isSheetRow, {
    type: 'object',
    properties: {
      row: { type: 'integer', minimum: 1, maximum: 1_048_576 },
      values: { type: 'object', additionalProperties: text },
      faulty: { type: 'array', items: text },
    },
    required: ['row', 'values', 'faulty'],
  })
  rows!: SheetRow[];
}

export class ActorBody {
  @CodeField({ description: 'The operator who uploaded' })
  actor!: string;
}
export class ApplyStageBody extends ActorBody {
  @TextField({ max: 64 })
  correlationId!: string;
}

export class AskReferencesBody {
  @listOf(MOST_REFERENCES, isText, text)
  projects!: string[];
  @listOf(MOST_REFERENCES, isReference, reference)
  resources!: { project: string; code: string }[];
  @listOf(MOST_REFERENCES, isReference, reference)
  customers!: { project: string; code: string }[];
}

class Reference {
  @ApiProperty()
  project!: string;
  @ApiProperty()
  code!: string;
}
export class ReferencesView {
  @ApiProperty({ type: [String] })
  unknownProjects!: string[];
  @ApiProperty({ type: [Reference] })
  unknownResources!: Reference[];
  @ApiProperty({ type: [Reference] })
  unknownCustomers!: Reference[];
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'From the registry only' })
  firstPeriods!: Record<string, string>;
}

class FaultView implements CellFault {
  @ApiProperty({ example: '客户档案' })
  sheet!: string;
  @ApiProperty({ type: 'integer', example: 5 })
  row!: number;
  @ApiProperty({ example: '客户编码' })
  column!: string;
  @ApiProperty({ enum: CELL_ERRORS })
  code!: CellError;
}
class SheetCountView {
  @ApiProperty({ enum: CUSTOMERS_SHEETS })
  sheet!: CustomersSheet;
  @ApiProperty({ type: 'integer' })
  added!: number;
  @ApiProperty({ type: 'integer' })
  skipped!: number;
}
export class StageCheckedView {
  @ApiProperty({ type: [FaultView] })
  faults!: FaultView[];
  @ApiProperty({ type: [SheetCountView] })
  counts!: SheetCountView[];
  @ApiProperty({ type: 'array', maxItems: 0, items: { type: 'object' }, description: 'From billing only' })
  totals!: never[];
  @ApiProperty({ type: [String] })
  projects!: string[];
}
export class StageAppliedView {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { YT01: 120 } })
  positions!: Record<string, number>;
}
class Blocker {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer' })
  position!: number;
  @ApiProperty({ example: 'customer.changed' })
  type!: string;
}
export class UndoHeldView {
  @ApiProperty({ type: [Blocker] })
  blockers!: Blocker[];
}
