import type { CellFault, SheetCount, StageChecked } from '@propledger/contracts';
import { holdBook, type Transact, type Tx } from '@propledger/event-log';
import type { SheetRowKey } from '../archive/facts';
import { REGISTRY_SHEETS } from '../archive/sheet-rows';
import { findFaults } from './find-faults';
import { holderOf, ImportRefused, lockedState, setState } from './import-stage';

/**
 * Holds the books of an import's projects, new codes included, until it is applied or dropped: no other command and no other
 * import gets in between. Then, with no head locked, finds what is wrong with its rows. May be repeated.
 *
 * @throws ImportRefused `import-held` when another import has one of the books, `import-over`.
 */
export const checkStage = async (transact: Transact, id: string): Promise<StageChecked> => {
  const held = await transact(async (tx) => {
    if (!(await isOpen(tx, id))) return [];
    const { known } = await namedProjects(tx, id);
    await hold(tx, id, known);
    return known;
  });
  return transact(async (tx) => {
    if (!(await isOpen(tx, id))) return { faults: [], counts: [], totals: [], projects: [] };
    const { known, unknown } = await namedProjects(tx, id);
    // One that was registered just before its book was held.
    await hold(
      tx,
      id,
      known.filter((project) => !held.includes(project)),
    );
    const { faults, skipped } = await findFaults(tx, id, unknown);
    await setOutcomes(tx, id, faults, skipped);
    await setState(tx, id, 'checked');
    return { faults, counts: await countsOf(tx, id), totals: [], projects: known };
  });
};

/** False: nothing of this import was staged here. */
const isOpen = async (tx: Tx, id: string): Promise<boolean> => {
  const state = await lockedState(tx, id);
  if (state !== null && state !== 'staging' && state !== 'checked') throw new ImportRefused('import-over', state);
  return state !== null;
};

const hold = async (tx: Tx, id: string, projects: readonly string[]): Promise<void> => {
  for (const project of projects)
    if (!(await holdBook(tx, project, holderOf(id)))) throw new ImportRefused('import-held', project);
  await tx.rows('insert into import_book (import, book) select $1, unnest($2::text[]) on conflict do nothing', [
    id,
    projects,
  ]);
};

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
