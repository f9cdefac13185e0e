import type { CellFault, SheetName, SheetRow, StageChecked } from '@propledger/contracts';
import type { RunningBilling } from './running-billing';

/** Rows as the reader gives them, numbered from 3; a column named in `faulty` could not be read. */
export const rowsOf = (...cells: (Record<string, string> & { faulty?: never })[]): SheetRow[] =>
  cells.map((values, i) => ({ row: i + 3, values, faulty: [] }));

/** An import as onboarding speaks of it. */
export class SpokenImport {
  private chunk = 0;

  constructor(
    private readonly billing: RunningBilling,
    readonly id: string,
  ) {}

  async stage(sheet: SheetName, rows: readonly SheetRow[]): Promise<number> {
    const body = { sheet, chunk: (this.chunk += 1), rows };
    return (await this.billing.call('POST', `/imports/${this.id}/rows`, body)).status;
  }

  async check(): Promise<StageChecked> {
    const { status, body } = await this.billing.call('POST', `/imports/${this.id}/check`, { actor: 'zhao' });
    if (status !== 200) throw new Error(`${status} ${String(body['type'])}`);
    return body as unknown as StageChecked;
  }

  /** The faults as `sheet row column code`. */
  async faults(): Promise<string[]> {
    return (await this.check()).faults.map(faultText);
  }

  async say(step: 'apply' | 'drop' | 'hold-undo' | 'undo' | 'release-undo'): Promise<Record<string, unknown>> {
    const body = step === 'hold-undo' ? { actor: 'zhao' } : { actor: 'zhao', correlationId: 'upload-1' };
    const answer = await this.billing.call(
      'POST',
      `/imports/${this.id}/${step}`,
      step === 'drop' || step === 'release-undo' ? {} : body,
    );
    if (answer.status >= 300) throw new Error(`${answer.status} ${String(answer.body['type'])}`);
    return answer.body;
  }
}

export const faultText = ({ sheet, row, column, code }: CellFault): string => `${sheet} ${row} ${column} ${code}`;

export const standardRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  标准编码: 'WY',
  标准名称: '住宅物业费',
  收费项目: '物业费',
  计费方式: '面积单价',
  单价: '0.85',
  应收日: '10',
  取整: '分',
  优先级: '1',
  生效日期: '2010-01-01',
  ...change,
});

export const meterRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  仪表编码: 'E1',
  仪表种类: '电表',
  资源编码: 'R1',
  倍率: '1',
  启用日期: '2026-02-20',
  启用读数: '100.5',
  ...change,
});

export const readingRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  仪表编码: 'E1',
  账期: '2026-03',
  抄表日期: '2026-03-26',
  本期读数: '130',
  ...change,
});

export const replacementRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  仪表编码: 'E1',
  换表日期: '2026-03-10',
  旧表读数: '120',
  新表读数: '3',
  新表倍率: '1',
  ...change,
});

export const tierRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  标准编码: 'SF',
  起始用量: '0',
  单价: '2.75',
  ...change,
});

export const poolRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  公摊编码: 'TD',
  标准编码: 'GD',
  范围: '单元',
  楼栋: '01',
  单元: '1',
  方式: '户数',
  ...change,
});

export const poolAmountRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  公摊编码: 'TD',
  账期: '2026-03',
  金额: '100.00',
  ...change,
});

export const bindingRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  资源编码: 'R1',
  标准编码: 'WY',
  开始日期: '2020-01-01',
  ...change,
});

export const arrearRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  资源编码: 'R1',
  客户编码: 'K1',
  收费项目: '物业费',
  费用开始日期: '2026-01-01',
  费用结束日期: '2026-01-31',
  应收日期: '2026-01-10',
  欠费金额: '85.00',
  ...change,
});

export const depositRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  资源编码: 'R1',
  客户编码: 'K1',
  押金类型: '装修押金',
  收取日期: '2020-02-01',
  金额: '500.00',
  收据号: 'YJ1',
  ...change,
});

export const prepaymentRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  客户编码: 'K1',
  余额: '100.00',
  ...change,
});

export const receiptRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  收据号: 'SJ1',
  收款日期: '2026-03-15',
  客户编码: 'K1',
  收款方式: '微信',
  金额: '20.00',
  ...change,
});
