import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { CELL_ERRORS, type CellError, type SheetRow } from '@propledger/contracts';
import { ChoiceField, CodeField, IntField, TextField } from '@propledger/service-kit';
import { registerDecorator } from 'class-validator';
import { MoneyShown } from '../shapes';
import { OWN_SHEETS, type OwnSheet } from './staged-row';

const MOST_ROWS = 10_000;
const MOST_CELLS = 100;

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 32_767 && !value.includes('\u0000') && !/\p{Surrogate}/u.test(value);
const isRowNumber = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 1_048_576;

const isSheetRow = (value: unknown): value is SheetRow =>
  isObject(value) &&
  isRowNumber(value['row']) &&
  isObject(value['values']) &&
  Object.keys(value['values']).length <= MOST_CELLS &&
  Object.entries(value['values']).every((entry) => entry.every(isText)) &&
  Array.isArray(value['faulty']) &&
  value['faulty'].length <= MOST_CELLS &&
  value['faulty'].every(isText);

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

/** Rows come by the thousand: one look over the whole list, without an instance for each. */
const SheetRows = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'array', maxItems: MOST_ROWS, items: row } as object),
    (target: object, propertyName: string | symbol) =>
      registerDecorator({
        name: 'rows',
        target: target.constructor,
        propertyName: propertyName as string,
        options: { message: `须为最多 ${MOST_ROWS} 行的列表 a list of at most ${MOST_ROWS} rows` },
        validator: {
          validate: (value: unknown) => Array.isArray(value) && value.length <= MOST_ROWS && value.every(isSheetRow),
        },
      }),
  );

export class StageRowsBody {
  @ChoiceField(OWN_SHEETS)
  sheet!: OwnSheet;
  @IntField({ min: 1, max: 1_000_000, description: '1 … n' })
  chunk!: number;
  @SheetRows()
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

export class FaultView {
  @ApiProperty({ example: '押金台账' })
  sheet!: string;
  @ApiProperty({ type: 'integer', example: 5 })
  row!: number;
  @ApiProperty({ example: '收据号' })
  column!: string;
  @ApiProperty({ enum: CELL_ERRORS })
  code!: CellError;
}

export class SheetCountView {
  @ApiProperty({ enum: OWN_SHEETS })
  sheet!: OwnSheet;
  @ApiProperty({ type: 'integer' })
  added!: number;
  @ApiProperty({ type: 'integer' })
  skipped!: number;
}

export class ControlTotalsView {
  @ApiProperty()
  project!: string;
  @MoneyShown('历史欠费')
  arrears!: string;
  @MoneyShown('押金')
  deposits!: string;
  @MoneyShown('预交款')
  prepayments!: string;
  @MoneyShown('实收补录')
  receipts!: string;
  @MoneyShown('临时费用')
  charges!: string;
}

export class StageCheckedView {
  @ApiProperty({ type: [FaultView] })
  faults!: FaultView[];
  @ApiProperty({ type: [SheetCountView] })
  counts!: SheetCountView[];
  @ApiProperty({ type: [ControlTotalsView] })
  totals!: ControlTotalsView[];
  @ApiProperty({ type: [String] })
  projects!: string[];
}

export class StageAppliedView {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { YT01: 120 } })
  positions!: Record<string, number>;
}

export class Blocker {
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
