import type { CellFault, SheetCount, SheetName, StageChecked } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { lockedState, setState, type SheetRowKey } from './archive-stage';
import { ImportRefused } from './import-owner';

/** What a check of staged rows has found. */
export interface Findings {
  readonly faults: readonly CellFault[];
  /** Rows that are in already with the same content. */
  readonly skipped: readonly SheetRowKey[];
}

/** False: nothing of this import was staged here. @throws ImportRefused `import-over`. */
export const isOpen = async (tx: Tx, id: string): Promise<boolean> => {
  const state = await lockedState(tx, id);
  if (state !== null && state !== 'staging' && state !== 'checked') throw new ImportRefused('import-over', state);
  return state !== null;
};

/** Nothing was staged here. */
export const NOTHING_STAGED: StageChecked = { faults: [], counts: [], totals: [], projects: [] };

/** Keeps what a check has found of an import, whose state is locked, and counts. */
export const keepFindings = async (
  tx: Tx,
  id: string,
  sheets: readonly SheetName[],
  found: Findings,
): Promise<SheetCount[]> => {
  await setOutcomes(tx, id, sheets, found);
  await setState(tx, id, 'checked');
  return countsOf(tx, id, sheets);
};

/** Rows are to be added unless the reader or this check found a fault, or they are in already. */
const setOutcomes = async (
  tx: Tx,
  id: string,
  sheets: readonly SheetName[],
  { faults, skipped }: Findings,
): Promise<void> => {
  await tx.rows(`update import_stage set outcome = 'add' where import = $1 and outcome <> 'add' and faulty = '{}'`, [
    id,
  ]);
  for (const [sheet, name] of sheets.entries()) {
    const set = (outcome: string, rows: readonly number[]): Promise<unknown> =>
      tx.rows('update import_stage set outcome = $2 where import = $1 and sheet = $3 and row = any($4::integer[])', [
        id,
        outcome,
        sheet,
        rows,
      ]);
    const inSheet = skipped.filter((key) => key.sheet === sheet);
    await set(
      'skip',
      inSheet.map(({ row }) => row),
    );
    const faultyRows = faults.filter((fault) => fault.sheet === name).map(({ row }) => row);
    await set('fault', [...new Set(faultyRows)]);
  }
};

const countsOf = async (tx: Tx, id: string, sheets: readonly SheetName[]): Promise<SheetCount[]> => {
  const rows = await tx.rows<{ sheet: number; added: number; skipped: number }>(
    `select sheet, (count(*) filter (where outcome = 'add'))::integer as added,
            (count(*) filter (where outcome = 'skip'))::integer as skipped
       from import_stage where import = $1 group by sheet order by sheet`,
    [id],
  );
  return rows.flatMap(({ sheet, added, skipped }) => {
    const name = sheets[sheet];
    return name === undefined ? [] : [{ sheet: name, added, skipped }];
  });
};
