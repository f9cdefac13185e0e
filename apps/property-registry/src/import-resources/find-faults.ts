import type { CellFault, Project } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { Findings, SheetRowKey } from '@propledger/service-kit';
import { VERSION_COLUMNS, versionOf, type VersionRow } from '../archive/resource-versions';
import { sameResource } from '../archive/resource-rules';
import { fieldsOfColumns, projectOfCells, REGISTRY_SHEETS, resourceOfCells, type Cells } from '../archive/sheet-rows';

type Fault = SheetRowKey & Pick<CellFault, 'column' | 'code'>;

const codeColumn = (sheet: number): string => (sheet === 0 ? '项目编码' : '资源编码');

/** Everything that is wrong with an import's rows beyond what its reader saw. `unknown`: projects that there are none of. */
export const findFaults = async (tx: Tx, id: string, unknown: readonly string[]): Promise<Findings> => {
  const archived = await compareWithArchive(tx, id);
  const found: Fault[] = [
    ...(await repeatedCodes(tx, id)),
    ...(await unknownProjects(tx, id, unknown)),
    ...(await unknownRooms(tx, id, unknown)),
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
  const rows = await tx.rows<SheetRowKey>(
    `select sheet, row from (
       select sheet, row, row_number() over (partition by defines order by sheet, row) as nth
         from import_stage where import = $1 and defines is not null) numbered
      where nth > 1`,
    [id],
  );
  return rows.map(({ sheet, row }) => ({ sheet, row, column: codeColumn(sheet), code: 'duplicate' }));
};

const unknownProjects = (tx: Tx, id: string, unknown: readonly string[]): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '项目编码' as column, 'unknown_reference' as code
       from import_stage where import = $1 and project = any($2)`,
    [id, unknown],
  );

/**
 * Rooms that parking places go with. Any row of the file counts, faulty or not; under an unknown project nothing else is looked
 * up. One pass over the rows: of a join PostgreSQL could not know yet how many there are.
 */
const unknownRooms = (tx: Tx, id: string, unknown: readonly string[]): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '所属房间' as column, 'unknown_reference' as code
       from (select sheet, row, project, room, bool_or(sheet = 1) over (partition by project, room) as staged
               from (select sheet, row, project, cells->>(case sheet when 1 then '资源编码' else '所属房间' end) as room
                       from import_stage where import = $1 and sheet in (1, 2) and project is not null) named
              where room is not null) s
      where sheet = 2 and not staged and not project = any($2)
        and (select 1 from resource r where r.project = s.project and r.resource = s.room and r.kind = 'room') is null`,
    [id, unknown],
  );

interface Compared {
  readonly same: SheetRowKey[];
  readonly others: SheetRowKey[];
}
const AT_ONCE = 5_000;

/** Rows whose code is in the archive: with the same content, or with other. Unreadable cells take no part. */
const compareWithArchive = async (tx: Tx, id: string): Promise<Compared> => {
  const compared: Compared = { same: [], others: [] };
  const projects = await tx.rows<SheetRowKey & { cells: Cells; faulty: string[]; archived: Project }>(
    `select s.sheet, s.row, s.cells, s.faulty, jsonb_build_object('project', p.project, 'name', p.name, 'region', p.region,
            'company', p.company, 'firstPeriod', p.first_period) as archived
       from import_stage s join project p using (project) where s.import = $1 and s.sheet = 0`,
    [id],
  );
  for (const { sheet, row, cells, faulty, archived } of projects)
    (sameProject(projectOfCells(cells), archived, faulty) ? compared.same : compared.others).push({ sheet, row });

  let after: SheetRowKey = { sheet: 0, row: 0 };
  for (;;) {
    const rows = await tx.rows<SheetRowKey & { cells: Cells; faulty: string[] } & VersionRow>(
      `select s.sheet, s.row, s.cells, s.faulty, ${VERSION_COLUMNS}
         from import_stage s
        cross join lateral (
          select * from resource_version where project = s.project and resource = s.cells->>'资源编码'
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
