import { cellName } from './form';
import type { Note } from './sheet-xml';
import { escaped, XML_HEAD } from './xml';

/** The notes of a sheet. */
export function* notesXml(notes: readonly Note[]): Generator<string> {
  yield `${XML_HEAD}<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`;
  yield '<authors><author>propledger</author></authors><commentList>';
  for (const { row, column, text } of notes)
    yield `<comment ref="${cellName(column, row)}" authorId="0"><text><r><t xml:space="preserve">${escaped(text)}</t></r></text></comment>`;
  yield '</commentList></comments>';
}

const HIGHEST_NOTE = 14;

/** The boxes in which spreadsheets show them: without one, a note is not shown. `nth`: the sheet’s, from 1. */
export function* boxesXml(notes: readonly Note[], nth: number): Generator<string> {
  yield '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">';
  yield `<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="${nth}"/></o:shapelayout>`;
  yield '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>';
  for (const [at, { row, column, text }] of notes.entries()) {
    const lines = Math.min(
      HIGHEST_NOTE,
      text.split('\n').reduce((sum, line) => sum + Math.ceil((line.length + 1) / 24), 1),
    );
    yield (
      `<v:shape id="_x0000_s${nth * 1024 + 1 + at}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
      '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>' +
      '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>' +
      `<x:Anchor>${column + 1},15,${row},2,${column + 4},31,${row + lines},4</x:Anchor>` +
      `<x:AutoFill>False</x:AutoFill><x:Row>${row - 1}</x:Row><x:Column>${column}</x:Column></x:ClientData></v:shape>`
    );
  }
  yield '</xml>';
}
