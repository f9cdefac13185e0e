import type { CellFault, SheetCount, StageChecked } from '@propledger/contracts';
import { holdBook, type Transact, type Tx } from '@propledger/event-log';
import type { SheetRowKey } from '../archive/facts';
import { REGISTRY_SHEETS } from '../archive/sheet-rows';
import { findFaults } from './find-faults';
import { holderOf, ImportRefused, lockedState, setState } from './import-stage';

/**
 * Finds what is wrong with an import's rows, and holds the books of its projects, new codes included, until it is applied
 * or dropped: no other command and no other import gets in between. May be repeated.
 *
 * @throws ImportRefused `import-held` when another import has one of the books, `import-over`.
 */
export const checkStage = (transact: Transact, id: string): Promise<StageChecked> =>
  transact(async (tx) => {
    const state = await lockedState(tx, id);
    if (state === null) return { faults: [], counts: [], totals: [], projects: [] };
    if (state !== 'staging' && state !== 'checked') throw new ImportRefused('import-over', state);
    const { known, unknown } = await namedProjects(tx, id);
    for (const project of known)
      if (!(await holdBook(tx, project, holderOf(id)))) throw new ImportRefused('import-held', project);

    const { faults, skipped } = await findFaults(tx, id, unknown);
    await setOutcomes(tx, id, faults, skipped);
    await tx.rows('delete from import_book where import = $1', [id]);
    await tx.rows('insert into import_book (import, book) select $1, unnest($2::text[])', [id, known]);
    await setState(tx, id, 'checked');
    return { faults, counts: await countsOf(tx, id), totals: [], projects: known };
  });

/** The projects that rows name, in book order: those that are in the file or the archive, and the others. */
const namedProjects = async (tx: Tx, id: string): Promise<{ known: string[]; unknown: string[] }> => {
  const rows = await tx.rows<{ project: string; known: boolean }>(
    `select project, staged or exists (select 1 from project p where p.project = named.project) as known
       from (select project, bool_or(sheet = 0) as staged from import_stage
              where import = $1 and project is not null group by project) named
      order by project`,
    [id],
  );
  const those = (wanted: boolean): string[] =>
    rows.filter(({ known }) => known === wanted).map(({ project }) => project);
  return { known: those(true), unknown: those(false) };
};

/** Rows are to be added unless the reader or this check found a fault, or they are in already. */
const setOutcomes = async (
  tx: Tx,
  id: string,
  faults: readonly CellFault[],
  skipped: readonly SheetRowKey[],
): Promise<void> => {
  await tx.rows(`update import_stage set outcome = 'add' where import = $1 and outcome <> 'add' and faulty = '{}'`, [
    id,
  ]);
  for (const [sheet, name] of REGISTRY_SHEETS.entries()) {
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

const countsOf = async (tx: Tx, id: string): Promise<SheetCount[]> => {
  const rows = await tx.rows<{ sheet: number; added: number; skipped: number }>(
    `select sheet, (count(*) filter (where outcome = 'add'))::integer as added,
            (count(*) filter (where outcome = 'skip'))::integer as skipped
       from import_stage where import = $1 group by sheet order by sheet`,
    [id],
  );
  return rows.flatMap(({ sheet, added, skipped }) => {
    const name = REGISTRY_SHEETS[sheet];
    return name === undefined ? [] : [{ sheet: name, added, skipped }];
  });
};
