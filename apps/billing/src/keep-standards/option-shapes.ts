import { ApiProperty } from '@nestjs/swagger';
import { AREA_KINDS, ROUNDING_MODES, type AreaKind, type RoundingMode, type Standard } from '@propledger/contracts';
import { FORMULA_LIMITS, FORMULA_VARIABLES, type StandardOption } from '@propledger/ledger-core';
import { ChoiceField, DecimalField, TextField } from '@propledger/service-kit';

const SURCHARGE = '附加费, 元/月 (用量: 元/次) yuan a month, or a reading, more';
const MINIMUM =
  '最低收费, 元/月 (用量: 元/次); 不足月按比例 a month, or a reading, comes to at least this; a part of a month to its part of it';
const MAXIMUM = '最高收费, 同上 at most, likewise';

const FORMULA = `公式, 自定义公式时: 一个整月多少元 of 自定义公式: what a whole month comes to, in yuan.
+ - * / ( ), min max round ceil floor if and or not (最小 最大 四舍五入 进位 舍去 如果 且 或 非), < <= > >= = <>.
变量 variables: ${FORMULA_VARIABLES.map(({ zh, en }) => `${zh} ${en}`).join(', ')}`;

const optional = { optional: true, nullable: true } as const;

/** What may be agreed about an amount beside its price. Null is as absent; in a change it takes back what was agreed. */
export class OptionsBody {
  @ChoiceField(ROUNDING_MODES, { ...optional, description: '取整方式, 缺省 四舍五入 half up, up, down' })
  roundingMode?: RoundingMode | null;

  @ChoiceField(AREA_KINDS, { ...optional, description: '面积, 面积单价时; 缺省 计费面积 which area is multiplied' })
  areaKind?: AreaKind | null;

  @DecimalField({ ...optional, decimals: 4, description: SURCHARGE, example: '10' })
  surcharge?: string | null;

  @DecimalField({ ...optional, decimals: 4, description: MINIMUM, example: '50' })
  minimum?: string | null;

  @DecimalField({ ...optional, decimals: 4, description: MAXIMUM, example: '500' })
  maximum?: string | null;

  @TextField({ ...optional, max: FORMULA_LIMITS.characters, description: FORMULA, example: '单价*计费面积' })
  formula?: string | null;
}

/** Of a standard's options those that a body names; null: none. */
export const optionsOf = (body: OptionsBody): Partial<Pick<Standard, StandardOption>> => ({
  ...(body.roundingMode === undefined ? {} : { roundingMode: body.roundingMode ?? undefined }),
  ...(body.areaKind === undefined ? {} : { areaKind: body.areaKind ?? undefined }),
  ...(body.surcharge === undefined ? {} : { surcharge: body.surcharge ?? undefined }),
  ...(body.minimum === undefined ? {} : { minimum: body.minimum ?? undefined }),
  ...(body.maximum === undefined ? {} : { maximum: body.maximum ?? undefined }),
  ...(body.formula === undefined ? {} : { formula: body.formula ?? undefined }),
});

export class OptionsView {
  @ApiProperty({ enum: ROUNDING_MODES, required: false, description: '缺省 四舍五入 absent: half up' })
  roundingMode?: RoundingMode;
  @ApiProperty({ enum: AREA_KINDS, required: false, description: '缺省 计费面积 absent: the billable one' })
  areaKind?: AreaKind;
  @ApiProperty({ required: false, description: SURCHARGE })
  surcharge?: string;
  @ApiProperty({ required: false, description: MINIMUM })
  minimum?: string;
  @ApiProperty({ required: false, description: MAXIMUM })
  maximum?: string;
  @ApiProperty({ required: false, description: FORMULA })
  formula?: string;
}
