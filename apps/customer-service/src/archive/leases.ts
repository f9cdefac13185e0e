import { Problem } from '@propledger/service-kit';
import { DataSource } from 'typeorm';
import type { LeaseRecord } from './lease-record';
import { mustKnow } from './known-projects';
import { LEASE_COLUMNS, recordOfRow, type LeaseRow } from './lease-store';

/** Leases of the archive, to be read outside any command. */
export class Leases {
  constructor(private readonly source: DataSource) {}

  /** @throws Problem lease-not-found */
  async get(project: string, lease: string): Promise<LeaseRecord> {
    const [row] = await this.rows(`l.project = $1 and l.lease = $2`, [project, lease]);
    if (!row) throw new Problem('lease-not-found');
    return recordOfRow(row);
  }

  /** By code, those after one. @param where of lease l, with parameters $1, $2, … */
  rows(where: string, params: readonly unknown[], limit?: number): Promise<LeaseRow[]> {
    const most = limit === undefined ? '' : ` limit ${limit.toString()}`;
    return this.query<LeaseRow>(`select ${LEASE_COLUMNS} from lease l where ${where} order by l.lease${most}`, params);
  }

  query<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return this.source.query<Row[]>(sql, [...params]);
  }

  /** @throws Problem project-not-found */
  knowProject(project: string): Promise<void> {
    return mustKnow(this.source, project);
  }
}
