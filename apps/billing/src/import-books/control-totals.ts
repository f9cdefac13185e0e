import { ApiProperty } from '@nestjs/swagger';
import type { ControlTotals } from '@propledger/contracts';
import { MoneyShown } from '../shapes';

/** Sums of one project in an import. */
export class ControlTotalsView implements ControlTotals {
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
