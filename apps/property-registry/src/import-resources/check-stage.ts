import type { StageChecked } from '@propledger/contracts';
import type { Transact, Tx } from '@propledger/event-log';
import { holdBooks, isOpen, keepFindings, NOTHING_STAGED } from '@propledger/service-kit';
import { REGISTRY_SHEETS } from '../archive/sheet-rows';
import { findFaults } from './find-faults';

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
    await holdBooks(tx, id, known);
    return known;
  });
  return transact(async (tx) => {
    if (!(await isOpen(tx, id))) return NOTHING_STAGED;
    const { known, unknown } = await namedProjects(tx, id);
    // One that was registered just before its book was held.
    await holdBooks(
      tx,
      id,
      known.filter((project) => !held.includes(project)),
    );
    const found = await findFaults(tx, id, unknown);
    const counts = await keepFindings(tx, id, REGISTRY_SHEETS, found);
    return { faults: found.faults, counts, totals: [], projects: known };
  });
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
