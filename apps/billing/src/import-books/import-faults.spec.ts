import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellFault, SheetName, SheetRow } from '@propledger/contracts';
import { importRows } from '@propledger/workbook';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling } from '../spec-support/running-billing';
import {
  arrearRow,
  bindingRow,
  depositRow,
  faultText,
  meterRow,
  poolAmountRow,
  poolRow,
  prepaymentRow,
  readingRow,
  receiptRow,
  replacementRow,
  rowsOf,
  SpokenImport,
  standardRow,
  tierRow,
} from '../spec-support/import-rows';
import { smallProject } from '../spec-support/small-project';
import { isOwnSheet } from './staged-row';

const PACK = join(__dirname, '../../../../acceptance/bohai');

describe('the check of an import', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const faultsOf = async (...sheets: [SheetName, SheetRow[]][]): Promise<string[]> => {
    const one = new SpokenImport(billing, randomUUID());
    for (const [sheet, rows] of sheets) await one.stage(sheet, rows);
    const found = await one.faults();
    await one.say('drop');
    return found;
  };

  it('names the cell where what is agreed about a standard does not fit together', async () => {
    const S = (change: Record<string, string>): Record<string, string> => standardRow({ 标准编码: 'AG', ...change });
    expect(
      await faultsOf(
        [
          '收费标准',
          rowsOf(
            S({ 最低收费: '10', 最高收费: '5' }),
            S({ 标准编码: 'A2', 附加费: '5.00', 生效日期: '2020-01-01', 失效日期: '2020-12-31' }),
            S({ 标准编码: 'A2', 附加费: '5', 生效日期: '2021-01-01' }),
            S({ 标准编码: 'A3', 取整方式: '进位', 生效日期: '2020-01-01', 失效日期: '2020-12-31' }),
            S({ 标准编码: 'A3', 生效日期: '2021-01-01' }),
            S({ 标准编码: 'A4', 计费方式: '自定义公式', 公式: '单价*(面积)' }),
            S({ 标准编码: 'A5', 计费方式: '自定义公式', 公式: '单价*人数' }),
            S({ 标准编码: 'A6', 计费方式: '每人' }),
            S({ 标准编码: 'A7', 周期月数: '5' }),
            S({ 标准编码: 'A8', 周期月数: '6', 计费周期: '半年' }),
            S({ 标准编码: 'A9', 起算月: '2026-02' }),
          ),
        ],
        [
          '收费绑定',
          rowsOf(
            bindingRow({ 标准编码: 'A5' }),
            bindingRow({ 标准编码: 'A6' }),
            bindingRow({ 标准编码: 'A6', 资源编码: 'R2', 人数: '2' }),
          ),
        ],
      ),
    ).toEqual([
      '收费标准 3 最高收费 out_of_range',
      '收费标准 7 取整方式 conflict',
      '收费标准 8 公式 invalid_formula',
      '收费标准 11 起算月 required',
      '收费标准 12 周期月数 conflict',
      '收费标准 13 起算月 conflict',
      '收费绑定 3 人数 required',
      '收费绑定 4 人数 required',
    ]);
  });

  it('finds the faults of the acceptance pack’s faulty workbook', async () => {
    const { staged } = billing.neighbours;
    staged.projects.set('YT01', '2026-03');
    const one = new SpokenImport(billing, randomUUID());
    const readFaults: CellFault[] = [];
    for await (const { sheet, rows, faults } of importRows(readFileSync(join(PACK, '初始化资料-有错.xlsx')))) {
      if (sheet === '物业资源') for (const { values } of rows) staged.resources.add(`YT01 ${values['资源编码'] ?? ''}`);
      if (sheet === '客户档案') for (const { values } of rows) staged.customers.add(`YT01 ${values['客户编码'] ?? ''}`);
      if (!isOwnSheet(sheet)) continue;
      await one.stage(sheet, rows);
      readFaults.push(...faults);
    }
    const expected = JSON.parse(
      readFileSync(join(PACK, 'expected/初始化资料-有错.errors.json'), 'utf8'),
    ) as CellFault[];
    const found = [...readFaults.map(faultText), ...(await one.faults())];
    expect(found.sort()).toEqual(
      expected
        .filter(({ sheet }) => isOwnSheet(sheet))
        .map(faultText)
        .sort(),
    );
    await one.say('drop');
  });

  it('names every reference that nobody knows, but not under an unknown project', async () => {
    expect(
      await faultsOf(
        [
          '收费绑定',
          rowsOf(bindingRow({ 资源编码: 'R404', 标准编码: 'NO' }), bindingRow({ 项目编码: 'NOPE', 资源编码: 'R404' })),
        ],
        ['历史欠费', rowsOf(arrearRow({ 资源编码: 'R404', 客户编码: 'K404' }))],
        ['预交款', rowsOf(prepaymentRow({ 资源编码: 'R404' }))],
        ['实收补录', rowsOf(receiptRow({ 客户编码: 'K404' }))],
      ),
    ).toEqual([
      '收费绑定 3 资源编码 unknown_reference',
      '收费绑定 3 标准编码 unknown_reference',
      '收费绑定 4 项目编码 unknown_reference',
      '历史欠费 3 资源编码 unknown_reference',
      '历史欠费 3 客户编码 unknown_reference',
      '预交款 3 资源编码 unknown_reference',
      '实收补录 3 客户编码 unknown_reference',
    ]);
  });

  it('does not report a reference to a standard whose row is itself faulty', async () => {
    const [row] = rowsOf(standardRow());
    const faulty = { row: 3, values: { ...row?.values }, faulty: ['单价'] };
    expect(await faultsOf(['收费标准', [faulty]], ['收费绑定', rowsOf(bindingRow())])).toEqual([]);
  });

  it('finds what is there twice in the file; deposits and receipts do not share their numbers', async () => {
    expect(
      await faultsOf(
        ['历史欠费', rowsOf(arrearRow(), arrearRow(), arrearRow({ 费用开始日期: '2026-01-02' }))],
        ['押金台账', rowsOf(depositRow({ 收据号: 'N1' }), depositRow({ 收据号: 'N1', 资源编码: 'R2' }))],
        ['预交款', rowsOf(prepaymentRow(), prepaymentRow({ 资源编码: 'R1' }), prepaymentRow({ 余额: '1.00' }))],
        ['实收补录', rowsOf(receiptRow({ 收据号: 'N1' }), receiptRow({ 收据号: 'N2' }), receiptRow({ 收据号: 'N1' }))],
      ),
    ).toEqual([
      '历史欠费 4 费用开始日期 duplicate',
      '押金台账 4 收据号 duplicate',
      '预交款 5 客户编码 duplicate',
      '实收补录 5 收据号 duplicate',
    ]);
  });

  it('finds prices and bindings that share a day, at the later row; faulty rows take no part', async () => {
    const standards = rowsOf(
      standardRow({ 失效日期: '2025-12-31' }),
      standardRow({ 生效日期: '2025-12-31' }),
      standardRow({ 标准编码: 'LJ' }),
    );
    const bindings = rowsOf(
      bindingRow({ 结束日期: '2025-12-31' }),
      bindingRow({ 开始日期: '2025-12-31' }),
      bindingRow({ 开始日期: '2026-01-01' }),
      bindingRow({ 标准编码: 'LJ' }),
      bindingRow({ 标准编码: 'LJ', 客户编码: 'K404' }),
    );
    const last = bindings[4];
    if (last) bindings[4] = { ...last, faulty: ['结束日期'] };
    expect(await faultsOf(['收费标准', standards], ['收费绑定', bindings])).toEqual([
      '收费标准 4 生效日期 overlap',
      '收费绑定 4 开始日期 overlap',
    ]);
  });

  it('finds rows of one standard that differ in more than price and dates', async () => {
    expect(
      await faultsOf([
        '收费标准',
        rowsOf(
          standardRow({ 失效日期: '2025-12-31' }),
          standardRow({ 生效日期: '2026-01-01', 应收日: '15', 取整: '角', 单价: '0.9' }),
        ),
      ]),
    ).toEqual(['收费标准 4 应收日 conflict', '收费标准 4 取整 conflict']);
  });

  it('takes receipts of open periods only', async () => {
    expect(
      await faultsOf([
        '实收补录',
        rowsOf(receiptRow({ 收款日期: '2026-02-28' }), receiptRow({ 收据号: 'SJ2', 收款日期: '2026-03-01' })),
      ]),
    ).toEqual(['实收补录 3 收款日期 closed_period']);
  });

  it('refuses codes that no code can be', async () => {
    expect(await faultsOf(['实收补录', rowsOf(receiptRow({ 收据号: 'x'.repeat(65) }))])).toEqual([
      '实收补录 3 收据号 invalid_choice',
    ]);
    const { status } = await billing.call('POST', `/imports/${randomUUID()}/rows`, {
      sheet: '实收补录',
      chunk: 1,
      rows: [{ row: 3, values: { 收据号: 'a\u0000b' }, faulty: [] }],
    });
    expect(status).toBe(400);
  });

  it('is for other services only', async () => {
    const finance = billing.as(await billing.neighbours.operator('zhao', 'group-finance', { group: true }));
    expect((await finance('POST', `/imports/${randomUUID()}/check`, { actor: 'zhao' })).status).toBe(403);
  });

  describe('of meters, tiers and pools', () => {
    const standards = rowsOf(
      standardRow({ 标准编码: 'SF', 计费方式: '用量阶梯', 仪表种类: '水表' }),
      standardRow({ 标准编码: 'GD', 计费方式: '公摊' }),
      standardRow({ 标准编码: 'GS', 计费方式: '公摊', 仪表种类: '水表' }),
      standardRow({ 标准编码: 'WY' }),
    );

    it('finds nothing wrong with what is right, in any order of rows', async () => {
      expect(
        await faultsOf(
          ['收费标准', standards],
          ['阶梯价格', rowsOf(tierRow(), tierRow({ 起始用量: '15', 单价: '4.15' }))],
          ['仪表', rowsOf(meterRow(), meterRow({ 仪表编码: 'E2', 量程: '1000', 启用读数: '999' }))],
          ['公摊池', rowsOf(poolRow(), poolRow({ 公摊编码: 'SB', 标准编码: 'GS', 范围: '项目', 方式: '用量' }))],
          [
            '抄表',
            rowsOf(
              readingRow({ 账期: '2026-04', 抄表日期: '2026-04-26', 本期读数: '7' }),
              readingRow(),
              readingRow({ 仪表编码: 'E2', 本期读数: '3' }),
            ),
          ],
          ['换表', rowsOf(replacementRow({ 换表日期: '2026-04-26', 旧表读数: '150' }))],
          ['公摊金额', rowsOf(poolAmountRow(), poolAmountRow({ 账期: '2026-04' }))],
        ),
      ).toEqual([]);
    });

    it('names what is not known, not of its kind, or there twice', async () => {
      expect(
        await faultsOf(
          ['收费标准', standards],
          [
            '阶梯价格',
            rowsOf(tierRow(), tierRow({ 单价: '3' }), tierRow({ 标准编码: 'NO' }), tierRow({ 标准编码: 'WY' })),
          ],
          ['仪表', rowsOf(meterRow(), meterRow({ 倍率: '2' }), meterRow({ 仪表编码: 'E2', 资源编码: 'R404' }))],
          [
            '公摊池',
            rowsOf(
              poolRow(),
              poolRow({ 方式: '面积' }),
              poolRow({ 公摊编码: 'T2', 标准编码: 'WY' }),
              poolRow({ 公摊编码: 'T3', 方式: '用量' }),
            ),
          ],
          ['抄表', rowsOf(readingRow({ 仪表编码: 'NO' }))],
          ['换表', rowsOf(replacementRow({ 仪表编码: 'NO' }))],
          ['公摊金额', rowsOf(poolAmountRow(), poolAmountRow(), poolAmountRow({ 公摊编码: 'NO' }))],
        ),
      ).toEqual([
        '收费标准 4 仪表种类 required',
        '阶梯价格 4 起始用量 duplicate',
        '阶梯价格 5 标准编码 unknown_reference',
        '阶梯价格 6 标准编码 conflict',
        '仪表 4 仪表编码 duplicate',
        '仪表 5 资源编码 unknown_reference',
        '公摊池 4 公摊编码 duplicate',
        '公摊池 5 标准编码 conflict',
        '抄表 3 仪表编码 unknown_reference',
        '换表 3 仪表编码 unknown_reference',
        '公摊金额 4 公摊编码 duplicate',
        '公摊金额 5 公摊编码 unknown_reference',
      ]);
    });

    it('holds readings and replacements against the dial, the days and the 账期', async () => {
      expect(
        await faultsOf(
          ['仪表', rowsOf(...['E1', 'E2', 'E3', 'E4', 'E5'].map((code) => meterRow({ 仪表编码: code })))],
          [
            '抄表',
            rowsOf(
              readingRow({ 本期读数: '100.49' }),
              readingRow({ 仪表编码: 'E2' }),
              readingRow({ 仪表编码: 'E2', 本期读数: '131' }),
              readingRow({ 仪表编码: 'E3', 账期: '2026-04', 抄表日期: '2026-03-26', 本期读数: '140' }),
              readingRow({ 仪表编码: 'E3' }),
              readingRow({ 仪表编码: 'E4', 抄表日期: '2026-02-20', 本期读数: '100.49' }),
              readingRow({ 仪表编码: 'E4', 账期: '2026-02', 抄表日期: '2026-02-26' }),
              readingRow({ 仪表编码: 'E5', 本期读数: '2.99' }),
            ),
          ],
          [
            '换表',
            rowsOf(
              replacementRow({ 仪表编码: 'E2', 旧表读数: '99' }),
              replacementRow({ 仪表编码: 'E3', 换表日期: '2026-02-19', 旧表读数: '99' }),
              replacementRow({ 仪表编码: 'E5' }),
              replacementRow({ 仪表编码: 'E5', 新表读数: '4' }),
            ),
          ],
          ['公摊金额', []],
        ),
      ).toEqual([
        '抄表 3 本期读数 reading_backwards',
        '抄表 5 账期 second_reading',
        '抄表 6 抄表日期 reading_out_of_order',
        '抄表 8 抄表日期 reading_out_of_order',
        '抄表 8 本期读数 reading_backwards',
        '抄表 9 账期 closed_period',
        '抄表 10 本期读数 reading_backwards',
        '换表 3 旧表读数 reading_backwards',
        '换表 4 换表日期 reading_out_of_order',
        '换表 4 旧表读数 reading_backwards',
        '换表 6 换表日期 duplicate',
      ]);
    });

    it('finds rows of a standard that differ in cycle, kind of meter or late fee', async () => {
      const change = { 生效日期: '2026-01-01' };
      const first = standardRow({ 失效日期: '2025-12-31', 违约金日率: '0.5', 宽限天数: '0' });
      expect(
        await faultsOf([
          '收费标准',
          rowsOf(
            first,
            standardRow({ ...change, 计费周期: '月', 违约金日率: '0.5' }),
            standardRow({ ...change, 计费周期: '季', 仪表种类: '电表', 违约金上限: '100' }),
          ),
        ]),
      ).toEqual([
        '收费标准 5 计费周期 conflict',
        '收费标准 5 仪表种类 conflict',
        '收费标准 5 违约金日率 conflict',
        '收费标准 5 违约金上限 conflict',
      ]);
      // A blank 宽限天数 is 0; what is said beside no rate is compared, too.
      expect(
        await faultsOf([
          '收费标准',
          rowsOf(
            standardRow({ 失效日期: '2025-12-31', 宽限天数: '5', 违约金上限: '50' }),
            standardRow({ ...change, 违约金日率: '0.5', 宽限天数: '6', 违约金上限: '50' }),
          ),
        ]),
      ).toEqual(['收费标准 4 违约金日率 conflict', '收费标准 4 宽限天数 conflict']);
    });
  });
});
