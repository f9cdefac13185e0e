import type { Resource } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { ResourceVersion } from './facts';

/** A version as the database has it; `project` goes beside it. */
export interface VersionRow extends Resource {
  readonly project: string;
  readonly position: number;
  readonly effectiveOn: string;
}

export const VERSION_COLUMNS = `v.project, v.position, v.effective_on::text as "effectiveOn", v.resource, v.kind, v.name, v.nature,
  v.building, v.entrance, v.floor, v.room, trim_scale(v.gross_area)::text as "grossArea",
  trim_scale(v.inside_area)::text as "insideArea", trim_scale(v.billable_area)::text as "billableArea",
  v.handed_over_on::text as "handedOverOn", v.location, v.parent_room as "parentRoom"`;

export const versionOf = ({ project: _, position, effectiveOn, ...resource }: VersionRow): ResourceVersion => ({
  position,
  effectiveOn,
  resource,
});

/** Every version of the resources asked for. */
export const versionsOf = async (
  tx: Tx,
  projects: readonly string[],
  codes: readonly string[],
): Promise<VersionRow[]> =>
  tx.rows<VersionRow>(
    `select ${VERSION_COLUMNS}
       from resource_version v join unnest($1::text[], $2::text[]) as asked (project, resource) using (project, resource)
      order by v.effective_on, v.position`,
    [projects, codes],
  );
