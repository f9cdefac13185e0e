import { SHEETS, type CellError, type CellFault } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';

/** How many faults of one import are kept, the first in the order of sheets, rows and columns. All are counted. */
export const FAULTS_KEPT = 10_000;

/** A fault's place in the order in which faults are shown. */
export type FaultPlace = readonly [sheet: number, row: number, col: number, code: string];

const UNLISTED = 999;

const placeOf = ({ sheet, row, column, code }: CellFault): FaultPlace => {
  const sheetNo = SHEETS.findIndex(({ name }) => name === sheet);
  const col = SHEETS[sheetNo]?.columns.findIndex(({ header }) => header === column) ?? -1;
  return [sheetNo < 0 ? UNLISTED : sheetNo, row, col < 0 ? UNLISTED : col, code];
};

/** The cells of an import that are wrong. */
export class ImportFaults {
  constructor(private readonly tx: Tx) {}

  /** Adds faults; one that is there already stays one. */
  async add(id: string, faults: readonly CellFault[]): Promise<void> {
    if (faults.length === 0) return;
    const places = faults.map(placeOf);
    await this.tx.rows(
      `insert into import_fault (import, sheet, row, col, header, code)
       select $1, * from unnest($2::smallint[], $3::integer[], $4::smallint[], $5::text[], $6::text[]) on conflict do nothing`,
      [
        id,
        places.map(([sheet]) => sheet),
        places.map(([, row]) => row),
        places.map(([, , col]) => col),
        faults.map(({ column }) => column),
        faults.map(({ code }) => code),
      ],
    );
  }

  /** Forgets those behind the first FAULTS_KEPT. @returns how many are left. */
  async trim(id: string): Promise<number> {
    await this.tx.rows(
      `delete from import_fault where import = $1 and (sheet, row, col, header, code) not in (
         select sheet, row, col, header, code from import_fault where import = $1
          order by sheet, row, col, code limit $2)`,
      [id, FAULTS_KEPT],
    );
    const [left] = await this.tx.rows<{ count: number }>(
      'select count(*)::integer as count from import_fault where import = $1',
      [id],
    );
    return left?.count ?? 0;
  }

  /** In order, behind a place. */
  async list(id: string, after: FaultPlace | null, limit: number): Promise<{ fault: CellFault; place: FaultPlace }[]> {
    const rows = await this.tx.rows<{ sheet: number; row: number; col: number; header: string; code: CellError }>(
      `select sheet, row, col, header, code from import_fault
        where import = $1 and (sheet, row, col, code) > ($2::bigint, $3::bigint, $4::bigint, $5)
        order by sheet, row, col, code limit $6`,
      [id, ...(after ?? [-1, 0, 0, '']), limit],
    );
    return rows.map(({ sheet, row, col, header, code }) => ({
      fault: { sheet: SHEETS[sheet]?.name ?? '', row, column: header, code },
      place: [sheet, row, col, code],
    }));
  }
}
