import { CODES_SHEET, HELP_SHEET, type Column, type Sheet, type SheetName } from '@propledger/contracts';
import { cellName, placeName, textCell, textRow, type FormColumn, type FormRow, type FormSheet } from '../form/form';
import { writeForm } from '../form/write-form';
import { formColumnOf, guideOf, headerOf, type ColumnGuide } from './column-form';
import { SHEET_GUIDES } from './sheet-guides';

/**
 * The bytes of an empty workbook of these sheets: a title, a header with `*` at what is required and a note on each column, drop-downs
 * and number formats for the rows below, and a sheet that says for each column what it takes. Uploaded as it is, it brings
 * nothing and has no faults.
 */
export const writeTemplate = (sheets: readonly Sheet[], known: KnownCodes = new Map()): AsyncGenerator<Uint8Array> =>
  writeForm([
    ...sheets.map((sheet) => emptyForm(sheet, known)),
    helpSheet(sheets),
    ...(known.size === 0 ? [] : [codesSheet(known)]),
  ]);

/** Codes that a project has, by the header of the columns that take them: these columns have them in drop-downs. */
export type KnownCodes = ReadonlyMap<string, readonly string[]>;

/** Where a code is given, and not taken from a list. */
const GIVEN_IN: Readonly<Partial<Record<string, readonly SheetName[]>>> = {
  项目编码: ['项目'],
  资源编码: ['物业资源', '车位'],
  标准编码: ['收费标准'],
  仪表编码: ['仪表'],
  公摊编码: ['公摊池'],
};

const CODE_WIDTH = 20;

/** The column of a form, with a drop-down of what is known for it. New codes of the same workbook may be typed. */
const columnWith = (sheet: Sheet, column: Column, known: KnownCodes): FormColumn => {
  const form = formColumnOf(column);
  const codes = known.get(column.header);
  if (codes === undefined || GIVEN_IN[column.header]?.includes(sheet.name)) return form;
  const at = [...known.keys()].indexOf(column.header);
  const name = (row: number): string => cellName(at, row).replace(/^([A-Z]+)/, '$$$1$$');
  const cells = placeName(CODES_SHEET, `${name(2)}:${name(codes.length + 1)}`);
  return {
    ...form,
    rule: { is: 'suggested', cells, message: '从下拉列表选择, 或填写新编码 choose, or type a new code' },
  };
};

const codesSheet = (known: KnownCodes): FormSheet => {
  const lists = [...known];
  const longest = Math.max(...lists.map(([, codes]) => codes.length));
  const rows = Array.from({ length: longest }, (_, nth) =>
    textRow(
      nth + 2,
      lists.map(([, codes]) => codes[nth] ?? ''),
    ),
  );
  return {
    name: CODES_SHEET,
    columns: lists.map(() => ({ width: CODE_WIDTH, format: 'text' })),
    frozenRows: 1,
    rows: [
      textRow(
        1,
        lists.map(([header]) => header),
        'header',
      ),
      ...rows,
    ],
  };
};

/** What a column takes: in its own words, where it has some, else those of its kind. The example is a cell that an import takes. */
export const columnGuide = (sheet: Sheet, column: Column): ColumnGuide => {
  const { columns, example } = SHEET_GUIDES[sheet.name];
  const { zh, en, example: ofKind } = guideOf(column);
  const [own, ownEn] = columns?.[column.header] ?? [];
  return {
    zh: own === undefined ? zh : `${own} (${zh})`,
    en: ownEn === undefined ? en : `${ownEn} (${en})`,
    example: example?.[column.header] ?? ofKind,
  };
};

/** The title and the header of a sheet, as rows 1 and 2. */
export const headRows = (sheet: Sheet): FormRow[] => {
  const { zh, en } = SHEET_GUIDES[sheet.name];
  const header = sheet.columns.map((column, at) => {
    const guide = columnGuide(sheet, column);
    const note = [guide.zh, guide.en, `例 e.g. ${guide.example}`].slice(0, guide.example === '' ? 2 : 3).join('\n');
    return [at, { ...textCell(headerOf(column), column.required ? 'required' : 'header'), note }] as const;
  });
  const title = `${sheet.name}: ${zh}。从第 3 行填写, * 必填, 说明见「${HELP_SHEET}」 ${en} Fill in from row 3; * is required.`;
  return [textRow(1, [title], 'title'), { row: 2, cells: new Map(header) }];
};

const emptyForm = (sheet: Sheet, known: KnownCodes): FormSheet => ({
  name: sheet.name,
  columns: sheet.columns.map((column) => columnWith(sheet, column, known)),
  frozenRows: 2,
  rows: headRows(sheet),
});

const RULES: readonly (readonly [zh: string, en: string])[] = [
  ['第 1 行是标题, 第 2 行是表头, 不要改动; 从第 3 行开始填写。', 'Rows 1 and 2 stay as they are; fill in from row 3.'],
  [
    '表头带 * 的列每行必填; 其他列可以空白, 也可以删去。',
    'Columns with * are needed in every row; others may be blank or deleted.',
  ],
  [
    '不用的工作表可以留空或删去; 列的次序不限。',
    'Sheets that are not needed may be left empty or deleted; columns may stand in any order.',
  ],
  [
    '不要用公式: 请粘贴为数值。编码按文本填写, 前面的 0 才不会丢失。',
    'No formulas: paste values. Codes are texts, so that leading zeros stay.',
  ],
  [
    '先试导入: 逐个单元格列出错误, 什么都不入账。有错时可下载标红的工作簿, 改正后再上传。',
    'Try it first: a dry run lists every faulty cell and takes nothing; the workbook with these cells in red can be corrected and uploaded again.',
  ],
  [
    '要么全部入账, 要么全不入账; 入账后可整体撤销 (红冲)。',
    'All of it is taken or nothing; what was taken can be undone as a whole.',
  ],
];

const helpSheet = (sheets: readonly Sheet[]): FormSheet => {
  const rows: FormRow[] = [];
  const add = (texts: readonly string[], look: Parameters<typeof textRow>[2]): void =>
    void rows.push(textRow(rows.length + 1, texts, look));
  add(['填写说明 How to fill this in'], 'title');
  for (const [zh, en] of RULES) add([zh, '', '', en], 'plain');
  for (const sheet of sheets) {
    const { zh, en } = SHEET_GUIDES[sheet.name];
    add([], 'plain');
    add([`${sheet.name}: ${zh}`, '', '', en], 'title');
    add(['列 column', '必填 required', '填什么', 'What it takes', '示例 example'], 'header');
    for (const column of sheet.columns) {
      const guide = columnGuide(sheet, column);
      add([column.header, column.required ? '是 yes' : '', guide.zh, guide.en, guide.example], 'prose');
    }
  }
  const widths = [16, 10, 50, 50, 20];
  return { name: HELP_SHEET, columns: widths.map((width) => ({ width, format: 'text' })), frozenRows: 1, rows };
};
