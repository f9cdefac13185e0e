import type { CellFault, Project } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { VERSION_COLUMNS, versionOf, type VersionRow } from '../archive/resource-versions';
import { sameResource } from '../archive/resource-rules';
import { fieldsOfColumns, projectOfCells, REGISTRY_SHEETS, resourceOfCells, type Cells } from '../archive/sheet-rows';

/** A staged row by its sheet's number and its own. */
export interface RowKey {
  readonly sheet: number;
  readonly row: number;
}
export interface Findings {
  /** By sheet, row and column; what the reader found is not among them. */
  readonly faults: CellFault[];
  /** Rows that are already in with the same content. */
  readonly skipped: RowKey[];
}

type Fault = RowKey & Pick<CellFault, 'column' | 'code'>;

const codeColumn = (sheet: number): string => (sheet === 0 ? '项目编码' : '资源编码');

/** Everything that is wrong with an import's rows beyond what its reader saw. */
export const findFaults = async (tx: Tx, id: string): Promise<Findings> => {
  const archived = await compareWithArchive(tx, id);
  const found: Fault[] = [
    ...(await repeatedCodes(tx, id)),
    ...(await unknownProjects(tx, id)),
    ...(await unknownRooms(tx, id)),
    ...archived.others.map(({ sheet, row }): Fault => ({ sheet, row, column: codeColumn(sheet), code: 'duplicate' })),
  ];
  const byCell = new Map(found.map((fault) => [`${fault.sheet} ${fault.row} ${fault.column} ${fault.code}`, fault]));
  const faulty = new Set(found.map(({ sheet, row }) => `${sheet} ${row}`));
  return {
    faults: [...byCell.values()]
      .sort((a, b) => a.sheet - b.sheet || a.row - b.row)
      .map(({ sheet, row, column, code }) => ({ sheet: REGISTRY_SHEETS[sheet] ?? '', row, column, code })),
    skipped: archived.same.filter(({ sheet, row }) => !faulty.has(`${sheet} ${row}`)),
  };
};

/** A code that an earlier row of the file has. Rooms and parking places share theirs. */
const repeatedCodes = async (tx: Tx, id: string): Promise<Fault[]> => {
  const rows = await tx.rows<RowKey>(
    `select sheet, row from (
       select sheet, row, row_number() over (partition by project, code, sheet = 0 order by sheet, row) as nth
         from import_stage where import = $1 and project is not null and code is not null) numbered
      where nth > 1`,
    [id],
  );
  return rows.map(({ sheet, row }) => ({ sheet, row, column: codeColumn(sheet), code: 'duplicate' }));
};

/** A project counts as known when any row of the file names it, faulty or not. */
const unknownProjects = (tx: Tx, id: string): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '项目编码' as column, 'unknown_reference' as code
       from import_stage s
      where import = $1 and sheet > 0 and project is not null
        and not exists (select 1 from project p where p.project = s.project)
        and not exists (select 1 from import_stage f where f.import = $1 and f.sheet = 0 and f.project = s.project)`,
    [id],
  );

/** Rooms that parking places go with. Under an unknown project nothing else is looked up. */
const unknownRooms = (tx: Tx, id: string): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '所属房间' as column, 'unknown_reference' as code
       from (select sheet, row, project, cells->>'所属房间' as room from import_stage
              where import = $1 and sheet = 2) s
      where room is not null
        and (exists (select 1 from project p where p.project = s.project)
          or exists (select 1 from import_stage f where f.import = $1 and f.sheet = 0 and f.project = s.project))
        and not exists (select 1 from resource r where r.project = s.project and r.resource = s.room and r.kind = 'room')
        and not exists (select 1 from import_stage f
                         where f.import = $1 and f.sheet = 1 and f.project = s.project and f.code = s.room)`,
    [id],
  );

interface Compared {
  readonly same: RowKey[];
  readonly others: RowKey[];
}
const AT_ONCE = 5_000;

/** Rows whose code is in the archive: with the same content, or with other. Unreadable cells take no part. */
const compareWithArchive = async (tx: Tx, id: string): Promise<Compared> => {
  const compared: Compared = { same: [], others: [] };
  const projects = await tx.rows<RowKey & { cells: Cells; faulty: string[]; archived: Project }>(
    `select s.sheet, s.row, s.cells, s.faulty, jsonb_build_object('project', p.project, 'name', p.name, 'region', p.region,
            'company', p.company, 'firstPeriod', p.first_period) as archived
       from import_stage s join project p using (project) where s.import = $1 and s.sheet = 0`,
    [id],
  );
  for (const { sheet, row, cells, faulty, archived } of projects)
    (sameProject(projectOfCells(cells), archived, faulty) ? compared.same : compared.others).push({ sheet, row });

  let after: RowKey = { sheet: 0, row: 0 };
  for (;;) {
    const rows = await tx.rows<RowKey & { cells: Cells; faulty: string[] } & VersionRow>(
      `select s.sheet, s.row, s.cells, s.faulty, ${VERSION_COLUMNS}
         from import_stage s
        cross join lateral (
          select * from resource_version where project = s.project and resource = s.code
           order by effective_on desc, position desc limit 1) v
        where s.import = $1 and s.sheet > 0 and (s.sheet, s.row) > ($2, $3) order by s.sheet, s.row limit $4`,
      [id, after.sheet, after.row, AT_ONCE],
    );
    for (const { sheet, row, cells, faulty, ...version } of rows) {
      const same = sameResource(resourceOfCells(sheet, cells), versionOf(version).resource, fieldsOfColumns(faulty));
      (same ? compared.same : compared.others).push({ sheet, row });
      after = { sheet, row };
    }
    if (rows.length < AT_ONCE) return compared;
  }
};

const sameProject = (one: Project, other: Project, faulty: readonly string[]): boolean => {
  const except = fieldsOfColumns(faulty);
  const fields = ['name', 'region', 'company', 'firstPeriod'] as const;
  return fields.every((field) => except.has(field) || one[field] === other[field]);
};
