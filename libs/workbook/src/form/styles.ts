import { FORMATS, LOOKS, type Format, type Look } from './form';
import { XML_HEAD } from './xml';

const NUMBER_FORMAT: Readonly<Record<Format, number>> = {
  general: 0,
  text: 49,
  day: 164,
  money: 4,
  decimal: 165,
  integer: 1,
};

const FONTS = [
  '<font><sz val="11"/><name val="Calibri"/></font>',
  '<font><b/><sz val="12"/><name val="Calibri"/></font>',
  '<font><b/><sz val="11"/><name val="Calibri"/></font>',
  '<font><b/><sz val="11"/><color rgb="FFC00000"/><name val="Calibri"/></font>',
  '<font><i/><sz val="11"/><color rgb="FF7F7F7F"/><name val="Calibri"/></font>',
  '<font><sz val="11"/><color rgb="FF9C0006"/><name val="Calibri"/></font>',
  '<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/></font>',
];
const filled = (color: string): string =>
  `<fill><patternFill patternType="solid"><fgColor rgb="${color}"/><bgColor indexed="64"/></patternFill></fill>`;
/** The first two are the format's own. */
const FILLS = [
  '<fill><patternFill patternType="none"/></fill>',
  '<fill><patternFill patternType="gray125"/></fill>',
  filled('FFDDEBF7'),
  filled('FFFF7C80'),
];
const LOOKS_LIKE: Readonly<Record<Look, { readonly font: number; readonly fill: number; readonly wrap: boolean }>> = {
  plain: { font: 0, fill: 0, wrap: false },
  title: { font: 1, fill: 0, wrap: false },
  header: { font: 2, fill: 2, wrap: false },
  required: { font: 3, fill: 2, wrap: false },
  prose: { font: 0, fill: 0, wrap: true },
  example: { font: 4, fill: 0, wrap: false },
  fault: { font: 5, fill: 3, wrap: false },
  link: { font: 6, fill: 0, wrap: false },
};

/** Every look in every format has a number of its own. */
export const styleOf = (look: Look, format: Format): number =>
  LOOKS.indexOf(look) * FORMATS.length + FORMATS.indexOf(format);

const cellFormat = (look: Look, format: Format): string => {
  const { font, fill, wrap } = LOOKS_LIKE[look];
  const attributes = `numFmtId="${NUMBER_FORMAT[format]}" fontId="${font}" fillId="${fill}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"`;
  return wrap
    ? `<xf ${attributes} applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>`
    : `<xf ${attributes}/>`;
};

const CELL_FORMATS = LOOKS.flatMap((look) => FORMATS.map((format) => cellFormat(look, format)));

export const STYLES = [
  XML_HEAD,
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
  '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="0.00##"/></numFmts>',
  `<fonts count="${FONTS.length}">${FONTS.join('')}</fonts>`,
  `<fills count="${FILLS.length}">${FILLS.join('')}</fills>`,
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  `<cellXfs count="${CELL_FORMATS.length}">${CELL_FORMATS.join('')}</cellXfs>`,
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
  '</styleSheet>',
].join('');
