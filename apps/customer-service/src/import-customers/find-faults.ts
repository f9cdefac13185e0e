import type { CellFault } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { Findings, SheetRowKey } from '@propledger/service-kit';
import type { Customer } from '../archive/facts';
import { CUSTOMER_COLUMNS } from '../archive/load-state';
import {
  CUSTOMERS_SHEETS,
  customerOfCells,
  NAMING_CUSTOMERS,
  NAMING_RESOURCES,
  sameCustomer,
  SHEET_NO,
  type Cells,
} from '../archive/sheet-rows';
import { findLeaseFaults } from './find-lease-faults';
import { findVehicleFaults } from './find-vehicle-faults';
import { overlappingPayers, PAYING_SHEETS } from './overlapping-payers';
import { CUSTOMER_KEY } from './staged-sheets';
import type { Unknown } from './registry-references';

type Fault = SheetRowKey & Pick<CellFault, 'column' | 'code'>;

const CUSTOMERS = SHEET_NO['客户档案'];

/** Everything that is wrong with an import's rows beyond what its reader saw. `unknown`: what the registry does not have. */
export const findFaults = async (tx: Tx, id: string, unknown: Unknown): Promise<Findings> => {
  const archived = await compareWithArchive(tx, id);
  const found: Fault[] = [
    ...(await repeatedCodes(tx, id)),
    ...archived.others.map((row): Fault => ({ sheet: CUSTOMERS, row, column: '客户编码', code: 'duplicate' })),
    ...(await unknownProjects(tx, id, unknown)),
    ...(await unknownResources(tx, id, unknown)),
    ...(await unknownCustomers(tx, id, unknown)),
  ];
  const standing = await standingOccupancies(tx, id);
  const without = new Set([...found, ...standing].map(placeOf));
  for (const sheet of PAYING_SHEETS)
    for (const row of await overlappingPayers(tx, id, sheet, (row) => without.has(placeOf({ sheet, row }))))
      found.push({ sheet, row, column: '开始日期', code: 'overlap' });
  const faultyBefore = new Set(found.map(placeOf));
  const leases = await findLeaseFaults(tx, id, (key) => faultyBefore.has(placeOf(key)));
  const vehicles = await findVehicleFaults(tx, id, (key) => faultyBefore.has(placeOf(key)));
  found.push(...leases.faults, ...vehicles.faults);

  const byCell = new Map(found.map((fault) => [`${fault.sheet} ${fault.row} ${fault.column} ${fault.code}`, fault]));
  const faulty = new Set(found.map(placeOf));
  const skipped = [
    ...archived.same.map((row) => ({ sheet: CUSTOMERS, row })),
    ...standing,
    ...leases.skipped,
    ...vehicles.skipped,
  ];
  return {
    faults: [...byCell.values()]
      .sort((a, b) => a.sheet - b.sheet || a.row - b.row)
      .map(({ sheet, row, column, code }) => ({ sheet: CUSTOMERS_SHEETS[sheet] ?? '', row, column, code })),
    skipped: skipped.filter((key) => !faulty.has(placeOf(key))),
  };
};

const placeOf = ({ sheet, row }: SheetRowKey): string => `${sheet} ${row}`;

/** A code that an earlier row of the file has. */
const repeatedCodes = (tx: Tx, id: string): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, case sheet when 0 then '客户编码' else '合同编号' end as column, 'duplicate' as code from (
       select sheet, row, row_number() over (partition by defines order by row) as nth
         from import_stage where import = $1 and defines is not null) numbered
      where nth > 1`,
    [id],
  );

const unknownProjects = (tx: Tx, id: string, unknown: Unknown): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '项目编码' as column, 'unknown_reference' as code
       from import_stage where import = $1 and project = any($2)`,
    [id, unknown.projects],
  );

/** None under an unknown project: those are not among the unknown resources. */
const unknownResources = (tx: Tx, id: string, unknown: Unknown): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '资源编码' as column, 'unknown_reference' as code
       from import_stage where import = $1 and sheet = any ($3) and project || E'\\n' || resource = any($2)`,
    [id, unknown.resources.map(({ project, code }) => `${project}\n${code}`), NAMING_RESOURCES],
  );

/** Any row of the file counts, faulty or not. Under an unknown project nothing else is looked up. */
const unknownCustomers = (tx: Tx, id: string, unknown: Unknown): Promise<Fault[]> =>
  tx.rows<Fault>(
    `select sheet, row, '客户编码' as column, 'unknown_reference' as code
       from (select sheet, row, project, cells->>'客户编码' as customer from import_stage
              where import = $1 and sheet = any ($3) and project is not null) s
      where customer is not null and not project = any($2)
        and (select 1 from customer c where c.project = s.project and c.customer = s.customer) is null
        and (select 1 from import_stage f
              where f.import = $1 and f.defines = ${CUSTOMER_KEY('s.project', 's.customer')} limit 1) is null`,
    [id, unknown.projects, NAMING_CUSTOMERS],
  );

/**
 * Rows of 入住关系 and 车位月租 that are in with the same content; and of two equal rows of the file that name no payer, the later.
 * (Two equal payers overlap.)
 */
const standingOccupancies = (tx: Tx, id: string): Promise<SheetRowKey[]> =>
  tx.rows<SheetRowKey>(
    `select sheet, row from (
       select s.sheet, s.row, o.occupancy is not null as stands,
              row_number() over (partition by s.project, s.resource, s.cells->>'客户编码', s.cells->>'关系', s.cells->>'开始日期',
                                 s.cells->>'结束日期', s.cells->>'付费人' order by s.row) > 1
                and s.cells->>'付费人' = '否' as repeated
         from import_stage s
         left join lateral (
           select occupancy from occupancy
            where project = s.project and resource = s.resource and customer = s.cells->>'客户编码'
              and relation = coalesce(s.cells->>'关系', '月租') and from_on = s.cells->>'开始日期'
              and to_on is not distinct from s.cells->>'结束日期' and payer = (coalesce(s.cells->>'付费人', '是') = '是')
              and price is not distinct from s.cells->>'月租价' limit 1) o on true
        where s.import = $1 and s.sheet = any ($2) and s.faulty = '{}') compared
      where stands or repeated`,
    [id, PAYING_SHEETS],
  );

interface Compared {
  readonly same: number[];
  readonly others: number[];
}
const AT_ONCE = 5_000;

/** Rows of 客户档案 whose code is in the archive: with the same content, or with other. */
const compareWithArchive = async (tx: Tx, id: string): Promise<Compared> => {
  const compared: Compared = { same: [], others: [] };
  let after = 0;
  for (;;) {
    const rows = await tx.rows<{ row: number; cells: Cells; faulty: string[] } & Customer>(
      `select s.row, s.cells, s.faulty, ${CUSTOMER_COLUMNS}
         from import_stage s
        cross join lateral (select * from customer where project = s.project and customer = s.cells->>'客户编码' offset 0) c
        where s.import = $1 and s.sheet = 0 and s.row > $2 order by s.row limit $3`,
      [id, after, AT_ONCE],
    );
    for (const { row, cells, faulty, ...archived } of rows)
      (sameCustomer(customerOfCells(cells), archived, faulty) ? compared.same : compared.others).push(row);
    after = rows.at(-1)?.row ?? after;
    if (rows.length < AT_ONCE) return compared;
  }
};
