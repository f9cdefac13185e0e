import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cell } from './cell';
import { readWorkbook } from './read-workbook';
import { textRow, xlsxOf, zipOf } from './zip.fixture';

const cellsOf = async (file: string | Uint8Array): Promise<Record<string, [number, Cell[]][]>> => {
  const sheets: Record<string, [number, Cell[]][]> = {};
  for await (const { sheet, rows } of readWorkbook(file))
    (sheets[sheet] ??= []).push(...rows.map(({ row, cells }): [number, Cell[]] => [row, [...cells.values()]]));
  return sheets;
};
const oneRow = async (cells: string, more: Partial<Parameters<typeof xlsxOf>[0]> = {}): Promise<Cell[] | undefined> =>
  (await cellsOf(xlsxOf({ sheets: [['a', `<row r="3">${cells}</row>`]], ...more })))['a']?.[0]?.[1];

describe('what is in a workbook', () => {
  it('is read sheet by sheet, rows by number, without blank cells', async () => {
    const file = xlsxOf({
      sheets: [
        [
          'one',
          `<row r="1"><c r="A1" t="inlineStr"><is><t>t</t></is></c></row><row r="5"><c r="C5"/><c r="D5"><v>7</v></c></row>`,
        ],
        ['none', ''],
        ['two', textRow(2, 'x', '', 'y')],
      ],
    });
    const text = (value: string): Cell => ({ is: 'text', text: value });
    expect(await cellsOf(file)).toEqual({
      one: [
        [1, [text('t')]],
        [5, [{ is: 'number', number: 7 }]],
      ],
      none: [],
      two: [[2, [text('x'), text('y')]]],
    });
  });

  it('is read from a path as from bytes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'workbook-'));
    const path = join(folder, 'a.xlsx');
    writeFileSync(path, xlsxOf({ sheets: [['one', textRow(1, 'x')]] }));
    expect(await cellsOf(path)).toEqual({ one: [[1, [{ is: 'text', text: 'x' }]]] });
    rmSync(folder, { recursive: true });
  });

  it.each<[string, string, Cell]>([
    ['a number by its value', '<c><v>133.16999999999999</v></c>', { is: 'number', number: 133.17 }],
    [
      'a text in place, runs joined, phonetic guides left out',
      '<c t="inlineStr"><is><r><t>多</t></r><r><t>层</t></r><rPh><t>duo</t></rPh></is></c>',
      { is: 'text', text: '多层' },
    ],
    [
      'references and escapes',
      '<c t="inlineStr"><is><t>a&amp;&#x4e2d;&#20013;_x0041_</t></is></c>',
      { is: 'text', text: 'a&中中A' },
    ],
    ['character data', '<c t="inlineStr"><is><t><![CDATA[1 < 2 & 3]]></t></is></c>', { is: 'text', text: '1 < 2 & 3' }],
    ['names with a prefix', '<x:c r="A3" t="inlineStr"><x:is><x:t>p</x:t></x:is></x:c>', { is: 'text', text: 'p' }],
    ['attributes in single quotes', "<c r = 'B3'\n t='b'><v>1</v></c>", { is: 'other', text: 'TRUE' }],
    ['an error value', '<c t="e"><v>#N/A</v></c>', { is: 'other', text: '#N/A' }],
    ['a number beyond all', '<c><v>1e999</v></c>', { is: 'other', text: '1e999' }],
    ['a day in ISO form', '<c t="d"><v>2026-03-01T00:00:00</v></c>', { is: 'date', day: '2026-03-01' }],
    ['a shared text', '<c t="s"><v>1</v></c>', { is: 'text', text: '二' }],
  ])('has %s', async (_, cell, expected) => {
    expect(await oneRow(cell, { sharedStrings: '<si><t>一</t></si><si><t>二</t></si>' })).toEqual([expected]);
  });

  it.each<[number | string, boolean, string, Cell]>([
    [14, false, '45310', { is: 'date', day: '2024-01-19' }],
    ['yyyy"年"m"月"d"日"', false, '45310.75', { is: 'date', day: '2024-01-19' }],
    ['[$-804]mmm\\-yy;@', false, '46082', { is: 'date', day: '2026-03-01' }],
    [31, false, '59', { is: 'date', day: '1900-02-28' }],
    [14, false, '60', { is: 'date', day: null }],
    [14, false, '61', { is: 'date', day: '1900-03-01' }],
    [14, false, '0.5', { is: 'date', day: null }],
    [14, false, '-1', { is: 'date', day: null }],
    [14, false, '109575', { is: 'date', day: null }],
    [14, true, '43848', { is: 'date', day: '2024-01-19' }],
    ['#,##0.00_);[Red](#,##0.00)', false, '45310', { is: 'number', number: 45310 }],
    ['h:mm:ss', false, '45310', { is: 'number', number: 45310 }],
    ['General', false, '45310', { is: 'number', number: 45310 }],
    ['0"day"', false, '45310', { is: 'number', number: 45310 }],
    [4, false, '45310', { is: 'number', number: 45310 }],
  ])('format %p (1904: %p) makes %s', async (format, date1904, serial, expected) => {
    expect(await oneRow(`<c s="1"><v>${serial}</v></c>`, { formats: [format], date1904 })).toEqual([expected]);
  });

  it('may have a tag across any two chunks', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => textRow(at + 1, `行${at}`, 'x"y&gt;z')).join('');
    const read = await cellsOf(xlsxOf({ sheets: [['a', rows]] }));
    expect(read['a']).toHaveLength(20_000);
    expect(
      read['a']?.every(
        ([row, [first, second]]) =>
          first?.is === 'text' && first.text === `行${row - 1}` && second?.is === 'text' && second.text === 'x"y>z',
      ),
    ).toBe(true);
  });

  it('says how far it has read', async () => {
    const file = xlsxOf({
      sheets: [
        ['a', textRow(1, 'x')],
        ['b', textRow(1, 'y')],
      ],
    });
    const read: number[] = [];
    for await (const rows of readWorkbook(file)) read.push(rows.read);
    expect(read).toEqual([...read].sort());
    expect(read.at(-1)).toBe(1);
  });

  it('is read by its parts, whatever the archive’s other entries', async () => {
    const file = xlsxOf({
      sheets: [['a', textRow(1, 'x')]],
      more: [{ name: 'docProps/app.xml', content: '<Properties/>' }],
    });
    expect(Object.keys(await cellsOf(file))).toEqual(['a']);
    await expect(cellsOf(zipOf([{ name: 'hello.txt', content: 'hello' }]))).rejects.toMatchObject({
      code: 'not-a-workbook',
    });
  });
});
