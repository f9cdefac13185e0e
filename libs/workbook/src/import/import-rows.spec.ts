import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellFault, SheetRow } from '@propledger/contracts';
import { textRow, xlsxOf } from '../read/zip.fixture';
import { importRows, inPieces, type ImportRows } from './import-rows';
import type { Warning } from './sheet-reader';

interface Read {
  rows: Record<string, SheetRow[]>;
  faults: CellFault[];
  warnings: Warning[];
}

const readAll = async (source: AsyncIterable<ImportRows>): Promise<Read> => {
  const read: Read = { rows: {}, faults: [], warnings: [] };
  for await (const { sheet, rows, faults, warnings } of source) {
    if (sheet) (read.rows[sheet] ??= []).push(...rows);
    read.faults.push(...faults);
    read.warnings.push(...warnings);
  }
  return read;
};
const sheetsOf = (...sheets: [string, ...string[][]][]): Promise<Read> =>
  readAll(
    importRows(
      xlsxOf({
        sheets: sheets.map(([name, ...rows]) => [
          name,
          rows.map((cells, at) => (cells.length === 0 ? '' : textRow(at + 1, ...cells))).join(''),
        ]),
      }),
    ),
  );

const TITLE = ['项目(带*为必填)'];
const HEADER = ['项目编码', '项目名称', '区域', '城市公司', '启用账期'];

describe('an import workbook', () => {
  it('is read by its headers, wherever they stand', async () => {
    const { rows, faults, warnings } = await sheetsOf([
      ' 项目　',
      TITLE,
      ['启用账期*', ' 区域 ＊', '项目 编码*', '备注', '城市公司', '项目名称'],
      [],
      ['2026年3月', '山东', 'YT01　', '随便', '烟台公司', '阳光上城'],
    ]);
    expect(rows).toEqual({
      项目: [
        {
          row: 4,
          values: { 项目编码: 'YT01', 项目名称: '阳光上城', 区域: '山东', 城市公司: '烟台公司', 启用账期: '2026-03' },
          faulty: [],
        },
      ],
    });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([{ sheet: '项目', row: 2, column: '备注', code: 'unknown_column' }]);
  });

  it('asks for some cells, and passes some over, by what another one says', async () => {
    const header = [
      '项目编码',
      '标准编码',
      '标准名称',
      '收费项目',
      '计费方式',
      '单价',
      '应收日',
      '取整',
      '优先级',
      '生效日期',
    ];
    const standard = (method: string, price: string, kind: string): string[] => [
      'YT01',
      'S',
      '名',
      '费',
      method,
      price,
      '10',
      '分',
      '1',
      '2010-01-01',
      kind,
    ];
    const { rows, faults, warnings } = await sheetsOf([
      '收费标准',
      TITLE,
      [...header, '仪表种类'],
      standard('面积单价', '', ''),
      standard('用量单价', '0.5', ''),
      standard('用量阶梯', '不填', '水表'),
      standard('公摊', '', ''),
      standard('按面积', '', ''),
    ]);
    expect(faults.map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '3 单价 required',
      '4 仪表种类 required',
      '7 计费方式 invalid_choice',
      '7 单价 required',
    ]);
    expect(warnings).toEqual([{ sheet: '收费标准', row: 5, column: '单价', code: 'ignored_value' }]);
    expect(rows['收费标准']?.[2]).toMatchObject({ row: 5, faulty: [] });
    expect(rows['收费标准']?.[2]?.values['单价']).toBeUndefined();

    const pools = await sheetsOf([
      '公摊池',
      TITLE,
      ['项目编码', '公摊编码', '标准编码', '范围', '楼栋', '方式'],
      ['YT01', 'A', 'GD', '单元', '01', '户数'],
      ['YT01', 'B', 'GD', '楼栋', '', '户数'],
      ['YT01', 'C', 'GD', '项目', '', '户数'],
    ]);
    expect(pools.faults.map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '3 单元 required',
      '4 楼栋 required',
    ]);
  });

  it('reads readings, multipliers and rates', async () => {
    const { rows, faults } = await sheetsOf([
      '仪表',
      TITLE,
      ['项目编码', '仪表编码', '仪表种类', '倍率', '启用日期', '启用读数', '量程'],
      ['YT01', 'E1', '电表', '20', '2026-02-20', '0', '100000'],
      ['YT01', 'E2', '电表', '0', '2026-02-20', '1.234', '-1'],
      ['YT01', 'E3', '电表', '0.00001', '2026-02-20', '-1', '0'],
    ]);
    expect(rows['仪表']?.[0]?.values).toMatchObject({ 倍率: '20', 启用读数: '0', 量程: '100000' });
    expect(faults.map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '4 倍率 not_positive',
      '4 启用读数 too_many_decimals',
      '4 量程 not_positive',
      '5 倍率 too_many_decimals',
      '5 启用读数 negative',
      '5 量程 not_positive',
    ]);
  });

  it('names a missing column once, and does not ask for its cells', async () => {
    const { rows, faults } = await sheetsOf([
      '项目',
      TITLE,
      ['项目编码', '项目名称', '区域', '启用账期'],
      ['A', 'a', 'r', '2026-13'],
      ['B', '', 'r', '2026-01'],
    ]);
    expect(faults).toEqual([
      { sheet: '项目', row: 2, column: '城市公司', code: 'missing_column' },
      { sheet: '项目', row: 3, column: '启用账期', code: 'invalid_date' },
      { sheet: '项目', row: 4, column: '项目名称', code: 'required' },
    ]);
    expect(rows['项目']?.map(({ faulty }) => faulty)).toEqual([
      ['城市公司', '启用账期'],
      ['城市公司', '项目名称'],
    ]);
  });

  it('names all its required columns when the header is not in row 2', async () => {
    const { rows, faults } = await sheetsOf(['项目', TITLE, [], HEADER, ['A', 'a', 'r', 'c', '2026-01']]);
    expect(faults.map(({ column, code, row }) => [row, column, code])).toEqual(
      HEADER.map((column) => [2, column, 'missing_column']),
    );
    expect(rows['项目'] ?? []).toEqual([]);
  });

  it('names them also when there is nothing but one row, which is no title', async () => {
    const { rows, faults } = await sheetsOf(
      ['项目', ['A', 'a', 'r', 'c', '2026-01']],
      ['车位', ['车位']],
      ['客户档案', ['A', 'K1', '张三', '个人']],
    );
    expect(faults.map(({ sheet, column, code, row }) => [sheet, row, column, code])).toEqual([
      ...HEADER.map((column) => ['项目', 2, column, 'missing_column']),
      ...['项目编码', '客户编码', '客户名称', '客户类型'].map((column) => ['客户档案', 2, column, 'missing_column']),
    ]);
    expect(Object.values(rows).flat()).toEqual([]);
  });

  it('names a column that comes twice', async () => {
    const { faults } = await sheetsOf(['项目', TITLE, [...HEADER, '区域*'], ['A', 'a', 'r', 'c', '2026-01', 's']]);
    expect(faults).toEqual([{ sheet: '项目', row: 2, column: '区域', code: 'duplicate' }]);
  });

  it('takes a sheet without anything below its title as an empty one', async () => {
    expect((await sheetsOf(['项目'], ['车位', ['车位']])).faults).toEqual([]);
  });

  it('passes over rows that are blank in the columns it knows, and sheets it does not know, without a word over those that we add', async () => {
    const { rows, warnings } = await sheetsOf(
      ['项目', TITLE, [...HEADER, '说明'], ['', ' ', '　', '', '', '合计'], ['A', 'a', 'r', 'c', '2026-01']],
      ['填写说明', ['第一步']],
      ['合计', ['合计']],
    );
    expect(rows['项目']?.map(({ row }) => row)).toEqual([4]);
    expect(warnings).toContainEqual({ sheet: '合计', row: null, column: null, code: 'unknown_sheet' });
    expect(warnings).not.toContainEqual(expect.objectContaining({ sheet: '填写说明' }));
  });

  it('is refused when a sheet comes twice', async () => {
    await expect(sheetsOf(['项目', TITLE], ['项目 ', TITLE])).rejects.toMatchObject({
      code: 'sheet-twice',
      at: { sheet: '项目' },
    });
  });

  it('has a range reversed only where both days were read, at its end', async () => {
    const header = ['项目编码', '资源编码', '标准编码', '开始日期', '结束日期'];
    const row = (from: string, to: string) => ['P', 'R', 'S', from, to];
    const { faults, rows } = await sheetsOf([
      '收费绑定',
      ['收费绑定'],
      header,
      row('2026-03-02', '2026-03-01'),
      row('2026-03-01', '2026-03-01'),
      row('x', '2026-01-01'),
      row('2026-03-01', ''),
    ]);
    expect(faults.map(({ row: at, column, code }) => [at, column, code])).toEqual([
      [3, '结束日期', 'range_reversed'],
      [5, '开始日期', 'invalid_date'],
    ]);
    expect(rows['收费绑定']?.map(({ faulty }) => faulty)).toEqual([['结束日期'], [], ['开始日期'], []]);
  });

  it('reports every fault of a row, in the order of the columns', async () => {
    const { faults } = await sheetsOf([
      '押金台账',
      ['押金台账'],
      ['收据号', '金额', '收取日期', '押金类型', '客户编码', '资源编码', '项目编码'],
      ['', '-1', '昨天', '', 'K', '', 'P'],
    ]);
    expect(faults.map(({ column, code }) => `${column} ${code}`)).toEqual([
      '资源编码 required',
      '押金类型 required',
      '收取日期 invalid_date',
      '金额 not_positive',
      '收据号 required',
    ]);
  });

  it('is cut into pieces of one sheet, so many rows and so many characters', async () => {
    const names = Array.from({ length: 25 }, (_, at) => [`P${at}`, 'n'.repeat(10), 'r', 'c', '2026-01']);
    const file = xlsxOf({
      sheets: [
        ['项目', [TITLE, HEADER, ...names].map((cells, at) => textRow(at + 1, ...cells)).join('')],
        ['车位', textRow(2, '项目编码')],
      ],
    });
    const sizes = async (most: { rows: number; chars: number }): Promise<[string | null, number][]> => {
      const pieces: [string | null, number][] = [];
      for await (const { sheet, rows } of inPieces(importRows(file), most)) pieces.push([sheet, rows.length]);
      return pieces;
    };
    expect(await sizes({ rows: 10, chars: 1e6 })).toEqual([
      ['项目', 10],
      ['项目', 10],
      ['项目', 5],
      ['车位', 0],
    ]);
    expect(await sizes({ rows: 1e6, chars: 100 })).toEqual([
      ...Array.from({ length: 5 }, () => ['项目', 5]),
      ['车位', 0],
    ]);
  });
});

describe('the bohai pack', () => {
  const pack = join(__dirname, '../../../../acceptance/bohai');

  it('is read without a fault or a warning', async () => {
    const { rows, faults, warnings } = await readAll(importRows(join(pack, '初始化资料.xlsx')));
    expect(Object.fromEntries(Object.entries(rows).map(([sheet, all]) => [sheet, all.length]))).toEqual({
      项目: 2,
      物业资源: 356,
      车位: 200,
      客户档案: 372,
      入住关系: 880,
      收费标准: 13,
      收费绑定: 1212,
      历史欠费: 327,
      押金台账: 36,
      预交款: 26,
    });
    expect(faults).toEqual([]);
    expect(warnings).toEqual([]);
    expect(rows['物业资源']?.[0]).toEqual({
      row: 3,
      values: {
        项目编码: 'YT01',
        资源编码: 'YT01-01-1-0101',
        资源名称: '1号楼1单元0101',
        资源性质: '多层',
        楼栋: '01',
        单元: '1',
        楼层: '1',
        房号: '0101',
        建筑面积: '106.4',
        套内面积: '87.25',
        计费面积: '106.4',
        交付日期: '2024-01-19',
      },
      faulty: [],
    });
  });

  it('has those faults that need no other row', async () => {
    const expected = JSON.parse(
      readFileSync(join(pack, 'expected/初始化资料-有错.errors.json'), 'utf8'),
    ) as CellFault[];
    const others = ['duplicate', 'unknown_reference', 'overlap', 'conflict', 'closed_period'];
    const { faults } = await readAll(importRows(join(pack, '初始化资料-有错.xlsx')));
    expect(faults).toEqual(expected.filter(({ code }) => !others.includes(code)));
    expect(faults).toHaveLength(9);
  });
});
