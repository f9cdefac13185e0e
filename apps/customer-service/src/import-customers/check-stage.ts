import type { StageChecked } from '@propledger/contracts';
import type { Transact, Tx } from '@propledger/event-log';
import { holdBooks, isOpen, keepFindings, NOTHING_STAGED, type Peer } from '@propledger/service-kit';
import { CUSTOMERS_SHEETS } from '../archive/sheet-rows';
import { findFaults } from './find-faults';
import { askRegistry } from './registry-references';

/**
 * Holds the books of an import's projects until it is applied or dropped: no other command and no other import gets in
 * between. Then, with no head locked, finds what is wrong with its rows. The registry is asked before. May be repeated.
 *
 * @throws ImportRefused `import-held` when another import has one of the books, `import-over`; PeerUnavailable.
 */
export const checkStage = async (reader: Tx, transact: Transact, registry: Peer, id: string): Promise<StageChecked> => {
  const unknown = await askRegistry(reader, registry, id);
  const projects = await transact(async (tx) => {
    if (!(await isOpen(tx, id))) return [];
    const known = await namedProjects(tx, id, unknown.projects);
    await holdBooks(tx, id, known);
    return known;
  });
  return transact(async (tx) => {
    if (!(await isOpen(tx, id))) return NOTHING_STAGED;
    const found = await findFaults(tx, id, unknown);
    const counts = await keepFindings(tx, id, CUSTOMERS_SHEETS, found);
    return { faults: found.faults, counts, totals: [], projects };
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
