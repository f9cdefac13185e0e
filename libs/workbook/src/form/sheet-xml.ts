import { SPREADSHEET } from '../read/limits';
import { serialOf } from '../read/serial-day';
import { cellName, type FormCell, type FormColumn, type FormRow, type FormSheet, type Format } from './form';
import { styleOf } from './styles';
import { escaped, XML_HEAD } from './xml';

/** A note over a cell, kept until its sheet is written: notes stand in a part of their own. */
export interface Note {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** Rows are written some thousands of characters at a time. */
const CHUNK_CHARS = 65_536;
/** The longest that a rule can hold; a longer one would have to stand in cells. */
const INLINE_LIST_CHARS = 255;
const FIRST_INPUT_ROW = 3;

/** The XML of a sheet, chunk by chunk; what its cells have for notes is added to `notes` on the way. */
export async function* sheetXml(sheet: FormSheet, notes: Note[]): AsyncGenerator<string> {
  const links: string[] = [];
  let chunk = opening(sheet);
  for await (const row of sheet.rows) {
    chunk += rowXml(row, sheet.columns, notes, links);
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
  yield '</sheetData>';
  yield rulesXml(sheet.columns);
  if (links.length > 0) yield `<hyperlinks>${links.join('')}</hyperlinks>`;
  yield '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>';
  if (notes.length > 0) yield '<legacyDrawing r:id="rId1"/>';
  yield '</worksheet>';
}

const opening = ({ columns, frozenRows }: FormSheet): string => {
  const pane =
    frozenRows === 0
      ? ''
      : `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`;
  const cols = columns.map(
    ({ width, format }, at) =>
      `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1" style="${styleOf('plain', format)}"/>`,
  );
  return [
    XML_HEAD,
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ',
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    `<sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>`,
    cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`,
    '<sheetData>',
  ].join('');
};

const rowXml = ({ row, cells }: FormRow, columns: readonly FormColumn[], notes: Note[], links: string[]): string => {
  const inOrder = [...cells].sort(([one], [other]) => one - other);
  const written = inOrder.map(([at, cell]) => {
    if (cell.note !== undefined) notes.push({ row, column: at, text: cell.note });
    if (cell.link !== undefined) links.push(`<hyperlink ref="${cellName(at, row)}" location="${escaped(cell.link)}"/>`);
    return cellXml(cellName(at, row), cell, columns[at]?.format ?? 'general');
  });
  return `<row r="${row}">${written.join('')}</row>`;
};

const cellXml = (name: string, { value, look }: FormCell, format: Format): string => {
  const c = (style: Format, type: string, content: string): string =>
    `<c r="${name}" s="${styleOf(look, style)}"${type === '' ? '' : ` t="${type}"`}>${content}</c>`;
  const ofText = (text: string): string =>
    c(format, 'inlineStr', `<is><t xml:space="preserve">${escaped(text)}</t></is>`);
  switch (value?.is) {
    case undefined:
      return c(format, '', '');
    case 'text':
      return ofText(value.text);
    case 'number':
      // A number among days is no day: shown as one it would be read as another.
      return c(format === 'day' ? 'general' : format, '', `<v>${value.number}</v>`);
    case 'date':
      return value.day === null ? ofText('日期无效 no date') : c('day', '', `<v>${serialOf(value.day)}</v>`);
    case 'other':
      if (value.text === 'TRUE' || value.text === 'FALSE')
        return c('general', 'b', `<v>${value.text === 'TRUE' ? 1 : 0}</v>`);
      return value.text.startsWith('#')
        ? c('general', 'e', `<v>${escaped(value.text)}</v>`)
        : c('general', 'str', `<v>${escaped(value.text)}</v>`);
  }
};

const rulesXml = (columns: readonly FormColumn[]): string => {
  const rules = columns.flatMap((column, at) => (column.rule ? [ruleXml(column.rule, at)] : []));
  return rules.length === 0 ? '' : `<dataValidations count="${rules.length}">${rules.join('')}</dataValidations>`;
};

const ruleXml = (rule: NonNullable<FormColumn['rule']>, at: number): string => {
  const range = `${cellName(at, FIRST_INPUT_ROW)}:${cellName(at, SPREADSHEET.rows)}`;
  const { attributes, formulas } = condition(rule);
  const error = `errorTitle="${escaped('不能这样填 not possible')}" error="${escaped(rule.message)}"`;
  const [first, second] = formulas.map((formula, i) => `<formula${i + 1}>${escaped(formula)}</formula${i + 1}>`);
  return `<dataValidation ${attributes} allowBlank="1" showInputMessage="1" showErrorMessage="${rule.is === 'suggested' ? 0 : 1}" ${error} sqref="${range}">${first ?? ''}${second ?? ''}</dataValidation>`;
};

const condition = (rule: NonNullable<FormColumn['rule']>): { attributes: string; formulas: string[] } => {
  switch (rule.is) {
    case 'one-of': {
      const list = rule.values.join(',');
      if (list.length > INLINE_LIST_CHARS || rule.values.some((value) => /[,"]/.test(value)))
        throw new RangeError(`no rule can hold this list: ${list.slice(0, 40)}`);
      return { attributes: 'type="list"', formulas: [`"${list}"`] };
    }
    case 'suggested':
      return { attributes: 'type="list"', formulas: [rule.cells] };
    case 'at-least':
      return { attributes: 'type="decimal" operator="greaterThanOrEqual"', formulas: ['0'] };
    case 'above':
      return { attributes: 'type="decimal" operator="greaterThan"', formulas: ['0'] };
    case 'whole':
      return { attributes: 'type="whole" operator="between"', formulas: [String(rule.min), String(rule.max)] };
    case 'day':
      // Days may be typed as texts, too, which a spreadsheet takes for none: it asks, and does not refuse.
      return {
        attributes: 'type="date" errorStyle="warning" operator="greaterThanOrEqual"',
        formulas: [String(serialOf('1900-03-01'))],
      };
    case 'length':
      return { attributes: 'type="textLength" operator="lessThanOrEqual"', formulas: [String(rule.max)] };
  }
};
