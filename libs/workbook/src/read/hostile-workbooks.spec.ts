import { READ_LIMITS } from './limits';
import { readWorkbook } from './read-workbook';
import type { WorkbookRefused } from './refusal';
import { filesOf, textRow, xlsxOf, zipOf, type Packed } from './zip.fixture';

const refusalOf = async (
  file: Uint8Array,
  limits = READ_LIMITS,
): Promise<Pick<WorkbookRefused, 'code' | 'at'> | null> => {
  try {
    for await (const _ of readWorkbook(file, limits));
    return null;
  } catch (error) {
    const { code, at } = error as WorkbookRefused;
    return { code, at };
  }
};
const plain = [['项目', textRow(3, 'x')]] as const;
const replacing = (name: string, change: (file: Packed) => Packed): Buffer =>
  zipOf(
    filesOf({ sheets: plain, sharedStrings: '<si><t>a</t></si>' }).map((file) =>
      file.name === name ? change(file) : file,
    ),
  );

describe('a workbook is refused', () => {
  it.each<[string, Buffer, string]>([
    ['when it is empty', Buffer.alloc(0), 'not-a-workbook'],
    ['when it is a text', Buffer.from('项目编码,项目名称\n'), 'not-a-workbook'],
    [
      'when it is an .xls of old',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)]),
      'old-format',
    ],
    [
      'when it asks for a password',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'encrypted',
    ],
    ['when it is cut off', xlsxOf({ sheets: plain }).subarray(0, 900), 'damaged'],
    ['when only its index is left out', xlsxOf({ sheets: plain }).subarray(0, -30), 'damaged'],
    ['when a part is encrypted', replacing('xl/styles.xml', (file) => ({ ...file, flags: 1 })), 'encrypted'],
    ['when it has macros', xlsxOf({ sheets: plain, more: [{ name: 'xl/vbaProject.bin', content: 'x' }] }), 'macros'],
    [
      'when it is a template with macros',
      replacing('[Content_Types].xml', (file) => ({
        ...file,
        content: '<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
      })),
      'macros',
    ],
    [
      'when two entries have one name',
      xlsxOf({ sheets: plain, more: [{ name: 'XL/workbook.xml', content: '' }] }),
      'damaged',
    ],
    ['when a sheet it names is missing', zipOf(filesOf({ sheets: plain }).slice(0, -1)), 'damaged'],
    [
      'when a part holds more than it says',
      replacing('xl/workbook.xml', (file) => ({ ...file, claimedBytes: 10 })),
      'damaged',
    ],
    [
      'when a part holds less than it says',
      replacing('xl/workbook.xml', (file) => ({ ...file, claimedBytes: 9999 })),
      'damaged',
    ],
    [
      'when it is not UTF-8',
      replacing('xl/worksheets/sheet1.xml', (file) => ({ ...file, content: Buffer.from('<a>\xff</a>', 'latin1') })),
      'damaged',
    ],
    [
      'when a tag has no end',
      replacing('xl/worksheets/sheet1.xml', (file) => ({ ...file, content: '<worksheet><sheetData><row r="1"' })),
      'damaged',
    ],
    ['when a shared text is missing', xlsxOf({ sheets: [['a', '<row r="1"><c t="s"><v>9</v></c></row>']] }), 'damaged'],
    ['when rows go backwards', xlsxOf({ sheets: [['a', textRow(5, 'x') + textRow(4, 'y')]] }), 'damaged'],
    ['when it has a row beyond all rows', xlsxOf({ sheets: [['a', textRow(1_048_577, 'x')]] }), 'damaged'],
  ])('%s', async (_, file, code) => {
    expect(await refusalOf(file)).toMatchObject({ code });
  });

  const doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
  it.each([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/styles.xml',
    'xl/sharedStrings.xml',
    'xl/worksheets/sheet1.xml',
  ])('when %s declares a document type', async (name) => {
    expect(
      await refusalOf(
        replacing(name, (file) => ({ ...file, content: `<?xml version="1.0"?>${doctype}${String(file.content)}` })),
      ),
    ).toEqual({
      code: 'entities',
      at: {},
    });
  });

  it('when a part that nothing reads declares a document type, or a cell names an entity', async () => {
    expect(
      await refusalOf(
        xlsxOf({ sheets: plain, more: [{ name: 'docProps/core.xml', content: `${' '.repeat(70_000)}${doctype}` }] }),
      ),
    ).toMatchObject({ code: 'entities' });
    expect(await refusalOf(xlsxOf({ sheets: [['a', textRow(1, '&b;')]] }))).toMatchObject({ code: 'entities' });
  });

  it('when a cell holds a formula, naming the first', async () => {
    const row = '<row r="7"><c r="A7"><v>1</v></c><c r="AB7"><f>SUM(A1:A6)</f><v>6</v></c></row>';
    expect(await refusalOf(xlsxOf({ sheets: [...plain, ['押金台账', row]] }))).toEqual({
      code: 'formula',
      at: { sheet: '押金台账', cell: 'AB7' },
    });
    expect(
      await refusalOf(xlsxOf({ sheets: [['a', '<row r="1"><c r="A1"><f t="shared" si="0"/></c></row>']] })),
    ).toMatchObject({ code: 'formula' });
  });

  it('when it has a million columns', async () => {
    const cells = Array.from({ length: 1_000_000 }, () => '<c><v>1</v></c>').join('');
    expect(
      await refusalOf(xlsxOf({ sheets: [['a', `<row r="1">${cells}</row>`]] }), { ...READ_LIMITS, inflatedRatio: 1e6 }),
    ).toEqual({
      code: 'too-many-columns',
      at: { sheet: 'a', cell: 'GS1', limit: 200 },
    });
    expect(await refusalOf(xlsxOf({ sheets: [['a', '<row r="1"><c r="BDWGN1"><v>1</v></c></row>']] }))).toMatchObject({
      code: 'too-many-columns',
    });
  });

  it('but not for blank cells that only carry a format', async () => {
    expect(
      await refusalOf(xlsxOf({ sheets: [['a', '<row r="1"><c r="A1"><v>1</v></c><c r="AMJ1" s="1"/></row>']] })),
    ).toBeNull();
  });

  it('when it has too many rows', async () => {
    const rows = Array.from({ length: 200_003 }, (_, at) => `<row r="${at + 1}"><c><v>1</v></c></row>`).join('');
    expect(await refusalOf(xlsxOf({ sheets: [['a', rows]] }))).toMatchObject({
      code: 'too-many-rows',
      at: { limit: 200_002 },
    });
  });

  it('when it says or shows that it would inflate to gigabytes', async () => {
    const bomb = Buffer.alloc(64 * 1024 * 1024, '<row/>');
    const file = (claimedBytes: number) =>
      zipOf([...filesOf({ sheets: plain }), { name: 'xl/worksheets/sheet9.xml', content: bomb, claimedBytes }]);
    expect(await refusalOf(file(bomb.length))).toMatchObject({ code: 'inflates-too-far' });
    expect(await refusalOf(file(4_000_000_000))).toMatchObject({ code: 'inflates-too-far' });
    const lying = zipOf(
      filesOf({ sheets: plain }).map((entry) =>
        entry.name.includes('sheet1') ? { ...entry, content: bomb, claimedBytes: 1000 } : entry,
      ),
    );
    expect(await refusalOf(lying)).toMatchObject({ code: 'damaged' });
  });

  it('when entries share their bytes', async () => {
    const one = filesOf({ sheets: plain });
    const many = zipOf([
      ...one,
      ...Array.from({ length: 30 }, (_, at) => ({ name: `a${at}.bin`, content: Buffer.alloc(2000, at) })),
    ]);
    // Every entry of the index is led to the first file, and claims all of the archive.
    for (let at = many.indexOf('PK\x01\x02'); at >= 0; at = many.indexOf('PK\x01\x02', at + 4))
      many.writeUInt32LE(many.length, at + 20);
    expect(await refusalOf(many)).toMatchObject({ code: 'damaged' });
  });

  it('when it has too many parts, too long a text, too much shared text, or is too large', async () => {
    const limits = { ...READ_LIMITS, parts: 20, sharedTextBytes: 100, fileBytes: 50_000 };
    const more = Array.from({ length: 20 }, (_, at) => ({ name: `${at}.xml`, content: '<a/>' }));
    expect(await refusalOf(xlsxOf({ sheets: plain, more }), limits)).toMatchObject({ code: 'too-many-parts' });
    expect(await refusalOf(xlsxOf({ sheets: [['a', textRow(1, 'x'.repeat(40_000))]] }))).toMatchObject({
      code: 'too-much-text',
    });
    expect(await refusalOf(xlsxOf({ sheets: [['a', `<row r="1" x="${'y'.repeat(400_000)}"></row>`]] }))).toMatchObject({
      code: 'too-much-text',
    });
    expect(
      await refusalOf(xlsxOf({ sheets: plain, sharedStrings: '<si><t>0123456789</t></si>'.repeat(11) }), limits),
    ).toMatchObject({ code: 'too-much-text' });
    expect(await refusalOf(Buffer.alloc(50_001), limits)).toMatchObject({ code: 'file-too-large' });
  });
});
