import type { AskReferences, ReferencesAnswer } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { Peer } from '@propledger/service-kit';
import { NAMING_RESOURCES } from '../archive/sheet-rows';

/** Codes that an import's rows name and the registry does not have, in the import either. */
export interface Unknown {
  readonly projects: readonly string[];
  readonly resources: readonly { readonly project: string; readonly code: string }[];
}

/** What fits a request: codes have up to 64 characters. */
const AT_ONCE = 1_000;

/**
 * Asks the registry itself: this service's copy may be behind.
 *
 * @throws PeerUnavailable, PeerRefused.
 */
export const askRegistry = async (tx: Tx, registry: Peer, id: string): Promise<Unknown> => {
  const ask = (asked: Partial<AskReferences>): Promise<ReferencesAnswer> =>
    registry.call('POST', `imports/${id}/references`, { projects: [], resources: [], customers: [], ...asked });
  const unknown = { projects: [] as string[], resources: [] as { project: string; code: string }[] };

  let after = '';
  for (;;) {
    const rows = await tx.rows<{ project: string }>(
      `select distinct project from import_stage where import = $1 and project > $2 order by project limit $3`,
      [id, after, AT_ONCE],
    );
    if (rows.length > 0)
      unknown.projects.push(...(await ask({ projects: rows.map(({ project }) => project) })).unknownProjects);
    after = rows.at(-1)?.project ?? '';
    if (rows.length < AT_ONCE) break;
  }

  let last = { project: '', code: '' };
  for (;;) {
    const resources = await tx.rows<{ project: string; code: string }>(
      `select distinct project, resource as code from import_stage
        where import = $1 and sheet = any ($6) and resource is not null and (project, resource) > ($2, $3) and not project = any($4)
        order by project, resource limit $5`,
      [id, last.project, last.code, unknown.projects, AT_ONCE, NAMING_RESOURCES],
    );
    if (resources.length > 0) unknown.resources.push(...(await ask({ resources })).unknownResources);
    last = resources.at(-1) ?? last;
    if (resources.length < AT_ONCE) return unknown;
  }
};
