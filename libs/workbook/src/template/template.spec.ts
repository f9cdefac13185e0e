import { CODES_SHEET, HELP_SHEET, SHEETS } from '@propledger/contracts';
import { importRows, type ImportRows } from '../import/import-rows';
import { gathered, itWithPython, lookThrough } from './look-through.fixture';
import { columnGuide, writeTemplate } from './template';

const read = async (workbook: Uint8Array): Promise<ImportRows[]> => {
  const pieces: ImportRows[] = [];
  for await (const piece of importRows(workbook)) pieces.push(piece);
  return pieces;
};

describe('a template', () => {
  it('is the same to the byte each time', async () => {
    expect(await gathered(writeTemplate(SHEETS))).toEqual(await gathered(writeTemplate(SHEETS)));
  });

  it('brings nothing and has no faults when it is uploaded as it is', async () => {
    const pieces = await read(await gathered(writeTemplate(SHEETS)));
    expect(pieces.map(({ sheet }) => sheet)).toEqual(SHEETS.map(({ name }) => name));
    for (const { rows, faults, warnings } of pieces) expect([rows, faults, warnings]).toEqual([[], [], []]);
  });

  itWithPython('shows every column of every sheet, with a note, and a list where there is a choice', async () => {
    const { sheets } = lookThrough(await gathered(writeTemplate(SHEETS)));
    expect(Object.keys(sheets)).toEqual([...SHEETS.map(({ name }) => name), HELP_SHEET]);
    for (const { name, columns } of SHEETS) {
      const shown = sheets[name];
      expect(shown?.rows[1]).toEqual(columns.map(({ header, required }) => (required ? `${header}*` : header)));
      expect(Object.keys(shown?.notes ?? {})).toHaveLength(columns.length);
      for (const [at, { kind }] of columns.entries()) {
        const letter = `${at < 26 ? '' : 'A'}${String.fromCharCode(65 + (at % 26))}`;
        const [type, formula] = shown?.rules[`${letter}3:${letter}1048576`] ?? [];
        const choices = kind.is === 'choice' ? kind.of : kind.is === 'yes-no' ? ['是', '否'] : null;
        if (choices) expect([type, formula]).toEqual(['list', `"${choices.join(',')}"`]);
        else expect(type).toMatch(/^(textLength|date|decimal|whole)$/);
      }
      const told = sheets[HELP_SHEET]?.rows.map(([first]) => first) ?? [];
      for (const { header } of columns) expect(told).toContain(header);
    }
  });

  itWithPython(
    'has the codes that are known in drop-downs, where codes are named and not where they are given',
    async () => {
      const known = new Map([
        ['资源编码', ['R1', 'R2', 'R3']],
        ['标准编码', ['WYF']],
      ]);
      const named = SHEETS.filter(({ name }) => name === '物业资源' || name === '收费绑定');
      const { sheets } = lookThrough(await gathered(writeTemplate(named, known)));
      const rulesOf = (sheet: string): unknown[][] =>
        Object.values(sheets[sheet]?.rules ?? {}).map(([type, cells]) => [type, cells]);
      expect(rulesOf('收费绑定')).toEqual(
        expect.arrayContaining([
          ['list', `'${CODES_SHEET}'!$A$2:$A$4`],
          ['list', `'${CODES_SHEET}'!$B$2:$B$2`],
        ]),
      );
      expect(rulesOf('物业资源').filter(([, cells]) => String(cells).includes(CODES_SHEET))).toEqual([]);
      expect(sheets[CODES_SHEET]?.rows).toEqual([
        ['资源编码', '标准编码'],
        ['R1', 'WYF'],
        ['R2', null],
        ['R3', null],
      ]);
    },
  );

  itWithPython('takes its own examples once another program has filled them in', async () => {
    const examples = Object.fromEntries(
      SHEETS.map((sheet) => [sheet.name, sheet.columns.map((column) => columnGuide(sheet, column).example || null)]),
    );
    const pieces = await read(lookThrough(await gathered(writeTemplate(SHEETS)), examples).saved);
    for (const { faults, warnings } of pieces) expect([faults, warnings]).toEqual([[], []]);
    expect(pieces.flatMap(({ rows }) => rows)).toHaveLength(SHEETS.length);
  });
});
