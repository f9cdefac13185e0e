import type { SheetCount, StageChecked } from '@propledger/contracts';
import { holdBook, type Transact, type Tx } from '@propledger/event-log';
import type { Peer } from '@propledger/service-kit';
import { CUSTOMERS_SHEETS } from '../archive/sheet-rows';
import { findFaults, type RowKey } from './find-faults';
import { holderOf, ImportRefused, lockedState, setState } from './import-stage';
import { askRegistry } from './registry-references';

/**
 * Finds what is wrong with an import's rows, and holds the books of its projects until it is applied or dropped: no other
 * command and no other import gets in between. The registry is asked before anything is locked. May be repeated.
 *
 * @throws ImportRefused `import-held` when another import has one of the books, `import-over`; PeerUnavailable.
 */
export const checkStage = async (reader: Tx, transact: Transact, registry: Peer, id: string): Promise<StageChecked> => {
  const unknown = await askRegistry(reader, registry, id);
  return transact(async (tx) => {
    const state = await lockedState(tx, id);
    if (state === null) return { faults: [], counts: [], totals: [], projects: [] };
    if (state !== 'staging' && state !== 'checked') throw new ImportRefused('import-over', state);
    const projects = await namedProjects(tx, id, unknown.projects);
    for (const project of projects)
      if (!(await holdBook(tx, project, holderOf(id)))) throw new ImportRefused('import-held', project);

    const { faults, skipped } = await findFaults(tx, id, unknown);
    const rowsOfFaults = faults.map(({ sheet, row }) => ({
      sheet: CUSTOMERS_SHEETS.findIndex((name) => name === sheet),
      row,
    }));
    await setOutcomes(tx, id, rowsOfFaults, skipped);
    await numberRows(tx, id);
    await rememberBooks(tx, id, projects);
    await setState(tx, id, 'checked');
    return { faults, counts: await countsOf(tx, id), totals: [], projects };
  });
};

/** Every known project that a row names, in book order. */
const namedProjects = async (tx: Tx, id: string, unknown: readonly string[]): Promise<string[]> => {
  const rows = await tx.rows<{ project: string }>(
    `select distinct project from import_stage
      where import = $1 and project is not null and not project = any($2) order by project`,
    [id, unknown],
  );
  return rows.map(({ project }) => project);
};
/** Rows are to be added unless the reader or this check found a fault, or they are in already. */
const setOutcomes = async (
  tx: Tx,
  id: string,
  faulty: readonly RowKey[],
  skipped: readonly RowKey[],
): Promise<void> => {
  await tx.rows(
    `update import_stage set outcome = 'add'
      where import = $1 and outcome <> 'add' and faulty = '{}'`,
    [id],
  );
  for (const [outcome, rows] of [['skip', skipped] as const, ['fault', faulty] as const])
    if (rows.length > 0)
      await tx.rows(
        `update import_stage s set outcome = $2
           from (select distinct sheet, row from unnest($3::smallint[], $4::integer[]) as r (sheet, row)) r
          where s.import = $1 and s.sheet = r.sheet and s.row = r.row`,
        [id, outcome, rows.map(({ sheet }) => sheet), rows.map(({ row }) => row)],
      );
};

/** Numbers what each book gets, in the order of sheets and rows: chunks of it are the same however often they are sent. */
const numberRows = async (tx: Tx, id: string): Promise<void> => {
  await tx.rows(
    `update import_stage s set add_no = n.add_no
       from (select sheet, row, case when outcome = 'add'
                    then row_number() over (partition by project, outcome order by sheet, row) end as add_no
               from import_stage where import = $1) n
      where s.import = $1 and s.sheet = n.sheet and s.row = n.row and s.add_no is distinct from n.add_no`,
    [id],
  );
};

const rememberBooks = async (tx: Tx, id: string, projects: readonly string[]): Promise<void> => {
  await tx.rows('delete from import_book where import = $1', [id]);
  await tx.rows(
    `insert into import_book (import, book, rows_to_add)
     select $1, book, (select count(*) from import_stage where import = $1 and project = book and outcome = 'add')
       from unnest($2::text[]) as b (book)`,
    [id, projects],
  );
};

const countsOf = async (tx: Tx, id: string): Promise<SheetCount[]> => {
  const rows = await tx.rows<{ sheet: number; added: number; skipped: number }>(
    `select sheet, (count(*) filter (where outcome = 'add'))::integer as added,
            (count(*) filter (where outcome = 'skip'))::integer as skipped
       from import_stage where import = $1 group by sheet order by sheet`,
    [id],
  );
  return rows.flatMap(({ sheet, added, skipped }) => {
    const name = CUSTOMERS_SHEETS[sheet];
    return name === undefined ? [] : [{ sheet: name, added, skipped }];
  });
};
