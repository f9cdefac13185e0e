import type { FormSheet } from './form';
import { boxesXml, notesXml } from './notes-xml';
import { sheetXml, type Note } from './sheet-xml';
import { STYLES } from './styles';
import { escaped, XML_HEAD } from './xml';
import { zipStream, type ZipPart } from './zip-stream';

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A sheet that has been written. */
interface Written {
  readonly sheet: FormSheet;
  /** Of its part. */
  readonly nth: number;
  readonly notes: boolean;
}

/**
 * The bytes of an .xlsx that people fill in: drop-downs and other rules for what may be typed, notes over cells, links. Sheets are
 * written one after the other as their rows come, so that memory holds a chunk of rows and the notes of one sheet.
 */
export async function* writeForm(sheets: AsyncIterable<FormSheet> | Iterable<FormSheet>): AsyncGenerator<Uint8Array> {
  yield* zipStream(partsOf(sheets));
}

async function* partsOf(sheets: AsyncIterable<FormSheet> | Iterable<FormSheet>): AsyncGenerator<ZipPart> {
  yield part('_rels/.rels', relationships([[`${OFFICE}/officeDocument`, 'xl/workbook.xml']]));
  yield part('xl/styles.xml', STYLES);
  const written: Written[] = [];
  for await (const sheet of sheets) {
    const nth = written.length + 1;
    const notes: Note[] = [];
    yield { name: `xl/worksheets/sheet${nth}.xml`, content: sheetXml(sheet, notes) };
    written.push({ sheet, nth, notes: notes.length > 0 });
    if (notes.length === 0) continue;
    yield { name: `xl/comments${nth}.xml`, content: notesXml(notes) };
    yield { name: `xl/drawings/vmlDrawing${nth}.vml`, content: boxesXml(notes, nth) };
    yield part(
      `xl/worksheets/_rels/sheet${nth}.xml.rels`,
      relationships([
        [`${OFFICE}/vmlDrawing`, `../drawings/vmlDrawing${nth}.vml`],
        [`${OFFICE}/comments`, `../comments${nth}.xml`],
      ]),
    );
  }
  yield part('xl/workbook.xml', workbook(written));
  yield part(
    'xl/_rels/workbook.xml.rels',
    relationships([
      ...written.map(({ nth }) => [`${OFFICE}/worksheet`, `worksheets/sheet${nth}.xml`] as const),
      [`${OFFICE}/styles`, 'styles.xml'],
    ]),
  );
  yield part('[Content_Types].xml', contentTypes(written));
}

const part = (name: string, text: string): ZipPart => ({ name, content: [text] });

const relationships = (targets: readonly (readonly [type: string, target: string])[]): string => {
  const all = targets.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${type}" Target="${target}"/>`,
  );
  return `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships">${all.join('')}</Relationships>`;
};

const workbook = (written: readonly Written[]): string => {
  const isFirst = ({ sheet }: Written): number => (sheet.first === true ? 0 : 1);
  const inOrder = [...written].sort((one, other) => isFirst(one) - isFirst(other) || one.nth - other.nth);
  const all = inOrder.map(
    ({ sheet, nth }) => `<sheet name="${escaped(sheet.name)}" sheetId="${nth}" r:id="rId${nth}"/>`,
  );
  return `${XML_HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><bookViews><workbookView activeTab="0"/></bookViews><sheets>${all.join('')}</sheets></workbook>`;
};

const contentTypes = (written: readonly Written[]): string => {
  const override = (name: string, type: string): string =>
    `<Override PartName="/${name}" ContentType="${CONTENT}.${type}+xml"/>`;
  return [
    `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    override('xl/workbook.xml', 'sheet.main'),
    override('xl/styles.xml', 'styles'),
    ...written.map(({ nth }) => override(`xl/worksheets/sheet${nth}.xml`, 'worksheet')),
    ...written.filter(({ notes }) => notes).map(({ nth }) => override(`xl/comments${nth}.xml`, 'comments')),
    '</Types>',
  ].join('');
};
