import { ApiProperty } from '@nestjs/swagger';
import { CodeField, DayField } from '@propledger/service-kit';
import { ListQuery, NullableText, Recorded } from '../shapes';

export class VacancyDaysBody {
  @DayField({ description: '空置开始日期' })
  from!: string;

  @DayField({ optional: true, nullable: true, description: '空置结束日期, 含当日; 空: 不限 inclusive; null: open' })
  to?: string | null;
}

export class VacancyBody extends VacancyDaysBody {
  @CodeField({ description: '资源编码' })
  resource!: string;
}

export class VacancyView {
  @ApiProperty({ description: '空置申报编号, 由系统给出 given by billing' })
  vacancy!: string;
  @ApiProperty()
  resource!: string;
  @ApiProperty({ example: '2026-03-05' })
  from!: string;
  @NullableText()
  to!: string | null;
}

export class VacancyMade extends Recorded {
  @ApiProperty({ description: '空置申报编号' })
  vacancy!: string;
}

export class VacanciesQuery extends ListQuery {
  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;

  @DayField({ optional: true, description: '这一日空置的 vacant on this day' })
  on?: string;
}

export class VacanciesPage {
  @ApiProperty({ type: [VacancyView] })
  items!: VacancyView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
