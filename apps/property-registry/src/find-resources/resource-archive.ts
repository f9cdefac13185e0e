import type { Resource } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { ResourceVersion } from '../archive/facts';
import { VERSION_COLUMNS, versionOf, versionsOf, type VersionRow } from '../archive/resource-versions';

export interface ResourceFilter {
  readonly on: string;
  /** Codes after this one. */
  readonly from: string;
  readonly most: number;
  readonly prefix: string | null;
  readonly nature: string | null;
  readonly building: string | null;
  readonly kind: string | null;
}

export class ResourceArchive {
  constructor(private readonly tx: Tx) {}

  /** Resources as they are on a day, by code; null when the project is not known. */
  async list(project: string, filter: ResourceFilter): Promise<Resource[] | null> {
    const rows = await this.tx.rows<VersionRow>(
      `select ${VERSION_COLUMNS}
         from resource r
        cross join lateral (
          select * from resource_version
           where project = r.project and resource = r.resource and effective_on <= $2
           order by effective_on desc, position desc limit 1) v
        where r.project = $1 and r.resource > $3
          and ($4::text is null or starts_with(r.resource, $4))
          and ($5::text is null or v.nature = $5)
          and ($6::text is null or v.building = $6)
          and ($7::text is null or r.kind = $7)
        order by r.resource limit $8`,
      [project, filter.on, filter.from, filter.prefix, filter.nature, filter.building, filter.kind, filter.most],
    );
    if (rows.length === 0 && (await this.tx.rows('select 1 from project where project = $1', [project])).length === 0)
      return null;
    return rows.map((row) => versionOf(row).resource);
  }

  /** Every version of a resource by its effective day; none when it is not known. */
  async versions(project: string, resource: string): Promise<ResourceVersion[]> {
    return (await versionsOf(this.tx, [project], [resource])).map(versionOf);
  }
}
