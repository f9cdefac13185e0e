import { crc32, deflateRawSync } from 'node:zlib';

/** A file to be put into an archive; what its index claims may differ from what it is. */
export interface Packed {
  readonly name: string;
  readonly content: string | Buffer;
  readonly claimedBytes?: number;
  readonly flags?: number;
}

/** A zip archive, byte by byte, so that specs can make those that no program would write. */
export const zipOf = (files: readonly Packed[]): Buffer => {
  const bodies: Buffer[] = [];
  const index: Buffer[] = [];
  let at = 0;
  for (const { name, content, claimedBytes, flags = 0 } of files) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedBytes ?? bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    index.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, place, Buffer.from(name)]));
    bodies.push(body);
    at += body.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(index).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...bodies, ...index, Buffer.from('PK\x05\x06'), end]);
};

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

export interface WorkbookParts {
  /** Name and what stands in sheetData. */
  readonly sheets: readonly (readonly [name: string, rows: string])[];
  readonly sharedStrings?: string;
  /** The formats of styles 1, 2, … by id or code; style 0 is plain. */
  readonly formats?: readonly (number | string)[];
  readonly date1904?: boolean;
  readonly more?: readonly Packed[];
}

/** A workbook of the fewest parts, its sheets' rows as XML. */
export const xlsxOf = (parts: WorkbookParts): Buffer => zipOf(filesOf(parts));

export const filesOf = ({ sheets, sharedStrings, formats = [], date1904, more = [] }: WorkbookParts): Packed[] => {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relationships = (...all: string[]) => `<Relationships>${all.join('')}</Relationships>`;
  return [
    { name: '[Content_Types].xml', content: '<Types><Default Extension="xml" ContentType="application/xml"/></Types>' },
    { name: '_rels/.rels', content: relationships(relation('r', 'officeDocument', 'xl/workbook.xml')) },
    {
      name: 'xl/workbook.xml',
      content: `<?xml version="1.0"?><workbook xmlns="${MAIN}">${date1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${sheets
        .map(([name], at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="s${at}"/>`)
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: relationships(
        ...sheets.map((_, at) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at + 1}.xml`)),
        relation('st', 'styles', '/xl/styles.xml'),
        ...(sharedStrings === undefined ? [] : [relation('ss', 'sharedStrings', 'sharedStrings.xml')]),
      ),
    },
    { name: 'xl/styles.xml', content: stylesOf(formats) },
    ...(sharedStrings === undefined ? [] : [{ name: 'xl/sharedStrings.xml', content: `<sst>${sharedStrings}</sst>` }]),
    ...sheets.map(([, rows], at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`,
    })),
    ...more,
  ];
};

const stylesOf = (formats: readonly (number | string)[]): string => {
  const own = formats.flatMap((format, at) => (typeof format === 'string' ? [{ id: 164 + at, code: format }] : []));
  const ids = formats.map((format, at) => (typeof format === 'string' ? 164 + at : format));
  return `<styleSheet><numFmts>${own
    .map(({ id, code }) => `<numFmt numFmtId="${id}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
    .join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${ids
    .map((id) => `<xf numFmtId="${id}" fontId="0"/>`)
    .join('')}</cellXfs></styleSheet>`;
};

/** A row of texts, as programs write them in place. */
export const textRow = (row: number, ...texts: readonly string[]): string =>
  `<row r="${row}">${texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`;
