import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  CELL_ERRORS,
  type CellError,
  type CellFault,
  type ControlTotals,
  type SheetCount,
  type SheetRow,
  type StageChecked,
} from '@propledger/contracts';
import { registerDecorator } from 'class-validator';
import { ChoiceField, CodeField, IntField, isCode, TextField } from '../fields';
import type { Chunk } from './import-owner';

const MOST_ROWS = 10_000;
const MOST_REFERENCES = 20_000;
const MOST_CELLS = 100;

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 32_767 && !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);
const isRowNumber = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 1_048_576;

/** @param codes headers of the columns that have a code or nothing: the reader lets nothing else through. */
const isSheetRow =
  (codes: readonly string[]) =>
  (value: unknown): value is SheetRow => {
    if (!isObject(value) || !isRowNumber(value['row'])) return false;
    const { values, faulty } = value;
    return (
      isObject(values) &&
      Object.keys(values).length <= MOST_CELLS &&
      Object.entries(values).every((entry) => entry.every(isText)) &&
      codes.every((column) => values[column] === undefined || isCode(values[column])) &&
      Array.isArray(faulty) &&
      faulty.length <= MOST_CELLS &&
      faulty.every(isText)
    );
  };

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
const row = {
  type: 'object',
  properties: {
    row: { type: 'integer', minimum: 1, maximum: 1_048_576 },
    values: { type: 'object', additionalProperties: text },
    faulty: { type: 'array', items: text },
  },
  required: ['row', 'values', 'faulty'],
};
const reference = { type: 'object', properties: { project: text, code: text }, required: ['project', 'code'] };

/** A chunk of the rows of these sheets. */
export const stageRowsBody = <Sheet extends string>(
  sheets: readonly Sheet[],
  codes: readonly string[],
): Type<Chunk<Sheet>> => {
  class StageRowsBody {
    @ChoiceField(sheets)
    sheet!: Sheet;
    @IntField({ min: 1, max: 1_000_000, description: '1 … n' })
    chunk!: number;
    @listOf(MOST_ROWS, isSheetRow(codes), row)
    rows!: SheetRow[];
  }
  return StageRowsBody;
};

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
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: '项目的启用账期 from the registry only',
  })
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

/** @param totals of a project; null: this owner has none. */
export const stageCheckedView = (sheets: readonly string[], totals: Type<ControlTotals> | null): Type<StageChecked> => {
  class SheetCountView {
    @ApiProperty({ enum: sheets })
    sheet!: SheetCount['sheet'];
    @ApiProperty({ type: 'integer' })
    added!: number;
    @ApiProperty({ type: 'integer' })
    skipped!: number;
  }
  class StageCheckedView {
    @ApiProperty({ type: [FaultView] })
    faults!: FaultView[];
    @ApiProperty({ type: [SheetCountView] })
    counts!: SheetCountView[];
    @ApiProperty(
      totals === null
        ? { type: 'array', maxItems: 0, items: { type: 'object' }, description: 'From billing only' }
        : { type: [totals] },
    )
    totals!: ControlTotals[];
    @ApiProperty({ type: [String] })
    projects!: string[];
  }
  return StageCheckedView;
};

export class StageAppliedView {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { YT01: 120 } })
  positions!: Record<string, number>;
}

class Blocker {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer' })
  position!: number;
  @ApiProperty({ example: 'receipt.taken' })
  type!: string;
}
export class UndoHeldView {
  @ApiProperty({ type: [Blocker] })
  blockers!: Blocker[];
}
