import { ApiProperty } from '@nestjs/swagger';
import { AREA_KINDS, ROUNDING_MODES, type AreaKind, type RoundingMode, type Standard } from '@propledger/contracts';
import { ChoiceField, DecimalField } from '@propledger/service-kit';
import type { StandardOption } from '@propledger/ledger-core';

const SURCHARGE = '附加费, 元/月 (用量: 元/次) yuan a month, or a reading, more';
const MINIMUM =
  '最低收费, 元/月 (用量: 元/次); 不足月按比例 a month, or a reading, comes to at least this; a part of a month to its part of it';
const MAXIMUM = '最高收费, 同上 at most, likewise';

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
}

/** Of a standard's options those that a body names; null: none. */
export const optionsOf = (body: OptionsBody): Partial<Pick<Standard, StandardOption>> => ({
  ...(body.roundingMode === undefined ? {} : { roundingMode: body.roundingMode ?? undefined }),
  ...(body.areaKind === undefined ? {} : { areaKind: body.areaKind ?? undefined }),
  ...(body.surcharge === undefined ? {} : { surcharge: body.surcharge ?? undefined }),
  ...(body.minimum === undefined ? {} : { minimum: body.minimum ?? undefined }),
  ...(body.maximum === undefined ? {} : { maximum: body.maximum ?? undefined }),
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
}
