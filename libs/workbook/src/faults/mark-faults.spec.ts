import { FAULTS_SHEET, type CellFault, type SheetRow } from '@propledger/contracts';
import { importRows } from '../import/import-rows';
import { gathered, itWithPython, lookThrough } from '../template/look-through.fixture';
import { writeXlsx, type XlsxSheet } from '../write/write-xlsx';
import { markFaults } from './mark-faults';

const text = (...headers: string[]): XlsxSheet['columns'] => headers.map((header) => ({ header, kind: 'text' }));

const UPLOADED: readonly XlsxSheet[] = [
  {
    name: '抄表',
    title: '三月抄表',
    columns: [...text('本期读数', '我的备注', '仪表编码*', '项目编码', '账期'), { header: '抄表日期', kind: 'day' }],
    rows: [
      ['12.345', '<两位&"小数">', '007', 'YT01', '2026-03', '2026-03-25'],
      ['-1', '第二行\n换行', 'S-2', 'YT01', '', null],
      ['130', '', 'S-3', 'YT01', '2026-03', '2026-03-25'],
    ],
  },
  { name: '换表', title: '换表', columns: text('项目编码', '仪表编码'), rows: [['YT01', 'S-3']] },
  { name: '合计', columns: text('说明'), rows: [['=1+1']] },
];

interface Read {
  rows: SheetRow[];
  faults: CellFault[];
  warnings: string[];
}
const read = async (workbook: Uint8Array): Promise<Read> => {
  const all: Read = { rows: [], faults: [], warnings: [] };
  for await (const { rows, faults, warnings } of importRows(workbook)) {
    all.rows.push(...rows);
    all.faults.push(...faults);
    all.warnings.push(...warnings.map(({ sheet, column, code }) => `${sheet} ${column ?? ''} ${code}`));
  }
  return all;
};

describe('a workbook with its faults marked', () => {
  const marked = async (file: Uint8Array, faults: readonly CellFault[]): Promise<Buffer> =>
    gathered(
      markFaults({ file, count: faults.length, faults: faults.map((fault) => ({ ...fault, message: fault.code })) }),
    );

  it('is read as the one that was uploaded, and marked again is the same to the byte', async () => {
    const uploaded = await gathered(writeXlsx({ sheets: UPLOADED }));
    const before = await read(uploaded);
    expect(before.faults.length).toBeGreaterThan(5);
    const once = await marked(uploaded, before.faults);
    expect(await read(once)).toEqual(before);
    expect(await marked(once, before.faults)).toEqual(once);
  });

  itWithPython('shows each fault in red with a note, and a list with links before it', async () => {
    const uploaded = await gathered(writeXlsx({ sheets: UPLOADED }));
    const { faults } = await read(uploaded);
    const { sheets, saved } = lookThrough(await marked(uploaded, faults));
    expect(Object.keys(sheets)).toEqual([FAULTS_SHEET, '抄表', '换表', '合计']);
    expect(sheets['抄表']?.red).toEqual(['A3', 'A4', 'E4', 'F4']);
    expect(sheets['抄表']?.notes['A3']).toBe('too_many_decimals');
    expect(sheets['抄表']?.notes['A2']).toContain('读数');
    expect(sheets['抄表']?.rows[2]).toEqual([
      '12.345',
      '<两位&"小数">',
      '007',
      'YT01',
      '2026-03',
      '2026-03-25 00:00:00',
    ]);
    // Columns that are missing are told in the first one.
    expect(sheets['换表']?.red).toEqual(['A2']);
    expect(sheets['换表']?.notes['A2']).toContain('missing_column');
    expect(sheets['合计']?.rows.at(-1)).toEqual(['=1+1']);
    expect(sheets[FAULTS_SHEET]?.links).toMatchObject({ A3: "'抄表'!A3", A4: "'抄表'!E4", A5: "'抄表'!F4" });
    expect((await read(saved)).faults).toEqual(faults);
  });

  it('tells of rows in which nothing stands', async () => {
    const uploaded = await gathered(writeXlsx({ sheets: [{ name: '抄表', columns: [], rows: [] }] }));
    const fault: CellFault = { sheet: '抄表', row: 2, column: '账期', code: 'missing_column' };
    expect((await read(await marked(uploaded, [fault]))).rows).toEqual([]);
  });
});
