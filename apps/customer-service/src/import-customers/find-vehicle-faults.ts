import type { Tx } from '@propledger/event-log';
import { keyOf } from '../archive/customers-state';
import type { SheetRowKey } from '@propledger/service-kit';
import type { KeptVehicle } from '../archive/facts';
import { VEHICLE_COLUMNS } from '../archive/load-state';
import { overlap } from '../archive/occupancy-rules';
import { plateOf } from '../archive/plates';
import { SHEET_NO, vehicleOfCells, type Cells } from '../archive/sheet-rows';

export interface VehicleFindings {
  readonly faults: (SheetRowKey & { readonly column: string; readonly code: 'invalid_plate' | 'overlap' })[];
  /** Rows that are in with the same content. */
  readonly skipped: SheetRowKey[];
}

interface VehicleSheetRow {
  readonly project: string;
  readonly resource: string;
  readonly row: number;
  readonly cells: Cells;
}
const AT_ONCE = 5_000;
const SHEET = SHEET_NO['车辆'];

/**
 * Rows of 车辆 with what is no plate, and those whose plate is at their resource already on some of their days: by the archive, or an earlier row. Rows
 * that the reader found faulty, and those `isFaulty`, take no part.
 */
export const findVehicleFaults = async (
  tx: Tx,
  id: string,
  isFaulty: (row: SheetRowKey) => boolean,
): Promise<VehicleFindings> => {
  const found: VehicleFindings = { faults: [], skipped: [] };
  let of = { key: '', there: [] as Omit<KeptVehicle, 'vehicle'>[] };
  for (let after = { project: '', resource: '', row: 0 }; ;) {
    const rows = await vehicleRows(tx, id, after);
    const archived = await archivedVehicles(tx, rows);
    for (const { project, resource, row, cells } of rows) {
      const key = keyOf(project, resource);
      const standing = archived.get(key) ?? [];
      if (of.key !== key) of = { key, there: [...standing] };
      const at = { sheet: SHEET, row };
      if (plateOf(cells['车牌号'] ?? '') === null) {
        found.faults.push({ ...at, column: '车牌号', code: 'invalid_plate' });
        continue;
      }
      if (isFaulty(at)) continue;
      const asked = vehicleOfCells(cells);
      const { plate, customer, from, to } = asked;
      const ofPlate = of.there.filter((one) => one.plate === plate && overlap(one, asked));
      const stands = ofPlate.some((one) => one.customer === customer && one.from === from && one.to === to);
      if (stands && standing.some((one) => ofPlate.includes(one))) found.skipped.push(at);
      else if (ofPlate.length > 0) found.faults.push({ ...at, column: '开始日期', code: 'overlap' });
      else of.there.push(asked);
    }
    after = rows.at(-1) ?? after;
    if (rows.length < AT_ONCE) return found;
  }
};

const vehicleRows = (
  tx: Tx,
  id: string,
  after: { readonly project: string; readonly resource: string; readonly row: number },
): Promise<VehicleSheetRow[]> =>
  tx.rows<VehicleSheetRow>(
    `select project, resource, row, cells from import_stage
      where import = $1 and sheet = $2 and faulty = '{}' and (project, resource, row) > ($3, $4, $5)
      order by project, resource, row limit $6`,
    [id, SHEET, after.project, after.resource, after.row, AT_ONCE],
  );

const archivedVehicles = async (tx: Tx, rows: readonly VehicleSheetRow[]): Promise<Map<string, KeptVehicle[]>> => {
  const found = await tx.rows<{ project: string } & KeptVehicle>(
    `select ${VEHICLE_COLUMNS}
       from (select distinct project, resource from unnest($1::text[], $2::text[]) as r (project, resource)) r
      cross join lateral (
        select * from vehicle where project = r.project and resource = r.resource offset 0) v`,
    [rows.map(({ project }) => project), rows.map(({ resource }) => resource)],
  );
  const byResource = new Map<string, KeptVehicle[]>();
  for (const { project, ...vehicle } of found) {
    const key = keyOf(project, vehicle.resource);
    byResource.set(key, [...(byResource.get(key) ?? []), vehicle]);
  }
  return byResource;
};
