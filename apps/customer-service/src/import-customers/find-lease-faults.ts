import type { Day, Lease } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import { keyOf } from '../archive/customers-state';
import type { SheetRowKey } from '@propledger/service-kit';
import { faultsOfLeaseRows, leaseOfRows, type LeaseRowFault, type LeaseSheetRow } from '../archive/lease-rows';
import { letOtherwise, type LeaseRecord } from '../archive/lease-record';
import { LEASE_COLUMNS, recordOfRow, type LeaseRow } from '../archive/lease-store';
import { SHEET_NO, type Cells } from '../archive/sheet-rows';

export interface LeaseFindings {
  readonly faults: LeaseRowFault[];
  /** Rows of leases that are in already as they were signed. */
  readonly skipped: SheetRowKey[];
}

interface StagedLease {
  readonly project: string;
  readonly lease: string;
  readonly rows: (LeaseSheetRow & { readonly faulty: readonly string[] })[];
}

const LEASES_AT_ONCE = 50;
/** Of a lease and sheet: more than any lease may have. */
const ROWS_AT_MOST = 6_001;

/**
 * What is wrong with the leases of an import, each looked at with all its rows. Of one with a row that is `faulty`, or that the reader found faulty, no
 * more is said.
 */
export const findLeaseFaults = async (
  tx: Tx,
  id: string,
  isFaulty: (row: SheetRowKey) => boolean,
): Promise<LeaseFindings> => {
  const found: LeaseFindings = { faults: [], skipped: [] };
  const let_ = new LetInFile();
  for (let after: readonly [string, string] | null = ['', '']; after !== null;) {
    const leases = await stagedLeases(tx, id, after);
    const standing = await standingLeases(tx, leases);
    for (const { project, lease, rows } of leases) {
      if (rows.some((row) => row.faulty.length > 0 || isFaulty(row))) continue;
      const signed = standing.find((one) => one.project === project && one.lease === lease);
      const faults = faultsOfLeaseRows(rows);
      if (faults.length > 0) found.faults.push(...faults);
      else if (signed) {
        const isSame = requestHash(signed.body) === requestHash(leaseOfRows(rows));
        if (isSame) found.skipped.push(...rows);
        else
          found.faults.push(
            ...headOf(rows).map((head) => ({ ...head, column: '合同编号', code: 'duplicate' as const })),
          );
      } else {
        const others = standing.filter((one) => one.project === project).map(recordOfRow);
        found.faults.push(...letFaults(project, rows, others, let_));
      }
    }
    const last = leases.at(-1);
    after = leases.length < LEASES_AT_ONCE || !last ? null : [last.project, last.lease];
  }
  return found;
};

const headOf = (rows: readonly LeaseSheetRow[]): SheetRowKey[] =>
  rows.filter(({ sheet }) => sheet === SHEET_NO['租赁合同']).map(({ sheet, row }) => ({ sheet, row }));

/** A resource is let once a day: by the archive's leases, and by earlier ones of the file. */
const letFaults = (
  project: string,
  rows: readonly LeaseSheetRow[],
  others: readonly LeaseRecord[],
  inFile: LetInFile,
): LeaseRowFault[] => {
  const lease = leaseOfRows(rows);
  const resource = inFile.take(project, lease) ?? letOtherwise({ lease, changes: [] }, others)?.resource;
  return rows
    .filter(({ sheet, cells }) => sheet === SHEET_NO['合同资源'] && cells['资源编码'] === resource)
    .map(({ sheet, row }) => ({ sheet, row, column: '资源编码', code: 'overlap' }));
};

class LetInFile {
  private readonly days = new Map<string, { readonly from: Day; readonly to: Day }[]>();

  /** The resource that an earlier lease has on some day; undefined: none, and this one has them from now on. */
  take(project: string, { resources, from, to }: Lease): string | undefined {
    const taken = resources.find(({ resource }) =>
      this.days.get(keyOf(project, resource))?.some((one) => one.from <= to && one.to >= from),
    );
    for (const { resource } of taken ? [] : resources) {
      const key = keyOf(project, resource);
      this.days.set(key, [...(this.days.get(key) ?? []), { from, to }]);
    }
    return taken?.resource;
  }
}

/** The next leases by project and code, with their rows as they stand in their sheets. */
const stagedLeases = async (
  tx: Tx,
  id: string,
  [project, lease]: readonly [string, string],
): Promise<StagedLease[]> => {
  const rows = await tx.rows<
    Omit<StagedLease, 'rows'> & { sheet: number; row: number; cells: Cells; faulty: string[] }
  >(
    `select * from (
       select s.project, s.lease, s.sheet, s.row, s.cells, s.faulty, row_number() over (partition by s.project, s.lease, s.sheet order by s.row) as nth
         from (select distinct project, lease from import_stage
                where import = $1 and project is not null and lease is not null and (project, lease) > ($2, $3)
                order by project, lease limit $4) named
         join import_stage s on s.import = $1 and s.project = named.project and s.lease = named.lease) numbered
      where nth <= $5 order by project, lease, sheet, row`,
    [id, project, lease, LEASES_AT_ONCE, ROWS_AT_MOST],
  );
  const leases: StagedLease[] = [];
  for (const { project: of, lease: code, ...row } of rows) {
    if (leases.at(-1)?.project !== of || leases.at(-1)?.lease !== code)
      leases.push({ project: of, lease: code, rows: [] });
    leases.at(-1)?.rows.push(row);
  }
  return leases;
};

/** Leases of the archive with one of these codes or resources. */
const standingLeases = (tx: Tx, leases: readonly StagedLease[]): Promise<LeaseRow[]> => {
  const resources = leases.flatMap(({ project, rows }) =>
    rows.flatMap(({ sheet, cells }) =>
      sheet === SHEET_NO['合同资源'] ? [{ project, code: cells['资源编码'] ?? '' }] : [],
    ),
  );
  return tx.rows<LeaseRow>(
    `select ${LEASE_COLUMNS} from lease l
      where exists (select from unnest($1::text[], $2::text[]) as n (project, lease) where n.project = l.project and n.lease = l.lease)
         or exists (select from unnest($3::text[], $4::text[]) as r (project, code) where r.project = l.project and r.code = any (l.resources))`,
    [
      leases.map(({ project }) => project),
      leases.map(({ lease }) => lease),
      resources.map(({ project }) => project),
      resources.map(({ code }) => code),
    ],
  );
};
