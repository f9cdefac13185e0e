import { FAULTS_SHEET, HELPER_SHEETS } from '@propledger/contracts';
import { trimmed } from '../cells/clean-text';
import { placeName, textCell, textRow, type FormRow, type FormSheet } from '../form/form';
import { writeForm } from '../form/write-form';
import type { CellRow } from '../read/cell';
import { READ_LIMITS, type ReadLimits } from '../read/limits';
import { readWorkbook, type SheetRows } from '../read/read-workbook';
import { askThread } from '../thread/ask-thread';
import { MarkedSheet, type MarkedFault } from './marked-sheet';

const HEADER_ROW = 2;

/** What is to be marked in a workbook (a path, or its bytes): so many of `count` faults. */
export interface Marking {
  readonly file: string | Uint8Array;
  readonly faults: readonly MarkedFault[];
  readonly count: number;
  readonly limits?: ReadLimits;
}

/**
 * An uploaded workbook (a path, or its bytes) again, its faulty cells red with a note each, behind a list of all faults with links; made on a thread of its
 * own, rows as they are read. What stood in its cells stands in them again, so that it can be corrected and uploaded; formats,
 * drawings and what else a spreadsheet keeps are those of a template.
 *
 * @throws WorkbookRefused
 */
export const markFaults = (marking: Marking): AsyncGenerator<Uint8Array> =>
  askThread<Uint8Array>('faults/mark-worker', marking);

/** The same on the calling thread. */
export const markedWorkbook = (marking: Marking): AsyncGenerator<Uint8Array> => writeForm(sheetsOf(marking));

async function* sheetsOf({ file, faults, count, limits = READ_LIMITS }: Marking): AsyncGenerator<FormSheet> {
  const places = new Map<MarkedFault, string>();
  const pieces = readWorkbook(file, limits);
  let piece = await pieces.next();
  while (piece.done !== true) {
    const { sheet: title } = piece.value;
    const name = trimmed(title);
    const head: CellRow[] = [];
    const isOfIt = (): boolean => piece.done !== true && piece.value.sheet === title;
    // A sheet's columns are told before its rows, and the header tells them.
    while (isOfIt() && (head.at(-1)?.row ?? 0) < HEADER_ROW) await take((rows) => head.push(...rows));
    if (HELPER_SHEETS.includes(name)) {
      while (isOfIt()) await take(() => undefined);
      continue;
    }
    const header = head.find(({ row }) => row >= HEADER_ROW);
    const marked = new MarkedSheet(
      name,
      header,
      faults.filter(({ sheet }) => sheet === name),
    );
    const rows = async function* (): AsyncGenerator<FormRow> {
      yield* marked.marked(head);
      while (isOfIt()) {
        const read: CellRow[] = [];
        await take((more) => read.push(...more));
        yield* marked.marked(read);
      }
      yield* marked.rest();
    };
    yield { name, columns: marked.columns, frozenRows: HEADER_ROW, rows: rows() };
    for (const [fault, place] of marked.places) places.set(fault, place);
  }
  yield listOfFaults(faults, count, places);

  async function take(use: (rows: SheetRows['rows']) => unknown): Promise<void> {
    if (piece.done !== true) use(piece.value.rows);
    piece = await pieces.next();
  }
}

/** Written last, when it is known where everything stands, and shown first. */
const listOfFaults = (
  faults: readonly MarkedFault[],
  count: number,
  places: ReadonlyMap<MarkedFault, string>,
): FormSheet => {
  const shown = faults.length === count ? '' : `, 标出前 ${faults.length} 处, the first ${faults.length} of them`;
  const title = `共 ${count} 处错误 faults${shown}. 改正标红的单元格后重新上传, 本表会被忽略 Correct the red cells and upload again; this sheet is passed over.`;
  const rows = faults.map((fault, at): FormRow => {
    const row = textRow(at + 3, ['', fault.sheet, String(fault.row), fault.column, fault.message], 'plain');
    const place = places.get(fault);
    if (place === undefined) return row;
    const link = placeName(fault.sheet, place);
    return { row: at + 3, cells: new Map([...row.cells, [0, { ...textCell(place, 'link'), link }]]) };
  });
  const header = textRow(2, ['单元格 cell', '工作表 sheet', '行 row', '列 column', '错误 fault'], 'header');
  const widths = [12, 16, 8, 18, 100];
  return {
    name: FAULTS_SHEET,
    first: true,
    columns: widths.map((width) => ({ width, format: 'text' })),
    frozenRows: HEADER_ROW,
    rows: [textRow(1, [title], 'title'), header, ...rows],
  };
};
