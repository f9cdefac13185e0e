import type { Day } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { keyOf } from '../archive/customers-state';
import { TakenDays } from '../archive/occupancy-rules';
import { SHEET_NO } from '../archive/sheet-rows';

interface PayerRow {
  readonly project: string;
  readonly resource: string;
  readonly row: number;
  readonly from: Day;
  readonly to: Day | null;
}
const AT_ONCE = 5_000;

/** Their days are compared with those of their own sheet, and what of the archive is like them: who has a resource by 月租 is beside its 付费人. */
export const PAYING_SHEETS = [SHEET_NO['入住关系'], SHEET_NO['车位月租']] as const;
type PayingSheet = (typeof PAYING_SHEETS)[number];

/**
 * Rows of 入住关系, or of 车位月租, whose payer pays for a day of a resource that a payer of an earlier row, or of the archive, pays for. Rows that
 * the reader found faulty, and those `without`, take no part. In memory: one resource's days, and some thousand rows.
 */
export const overlappingPayers = async (
  tx: Tx,
  id: string,
  sheet: PayingSheet,
  without: (row: number) => boolean,
): Promise<number[]> => {
  const overlapping: number[] = [];
  let current = { key: '', taken: new TakenDays() };
  let after = { project: '', resource: '', row: 0 };
  for (;;) {
    const rows = await payerRows(tx, id, sheet, after);
    const archived = await archivedPayers(tx, sheet, rows);
    for (const { project, resource, row, from, to } of rows) {
      const key = keyOf(project, resource);
      if (current.key !== key) current = { key, taken: takenBy(archived.get(key) ?? []) };
      if (!without(row) && current.taken.take({ from, to })) overlapping.push(row);
    }
    after = rows.at(-1) ?? after;
    if (rows.length < AT_ONCE) return overlapping;
  }
};

const takenBy = (days: readonly { from: Day; to: Day | null }[]): TakenDays => {
  const taken = new TakenDays();
  days.forEach((one) => taken.take(one));
  return taken;
};

const payerRows = (
  tx: Tx,
  id: string,
  sheet: PayingSheet,
  after: { project: string; resource: string; row: number },
): Promise<PayerRow[]> =>
  tx.rows<PayerRow>(
    `select project, resource, row, cells->>'开始日期' as "from", cells->>'结束日期' as "to"
       from import_stage
      where import = $1 and sheet = $6 and faulty = '{}' and coalesce(cells->>'付费人', '是') = '是'
        and (project, resource, row) > ($2, $3, $4)
      order by project, resource, row limit $5`,
    [id, after.project, after.resource, after.row, AT_ONCE, sheet],
  );

const archivedPayers = async (
  tx: Tx,
  sheet: PayingSheet,
  rows: readonly PayerRow[],
): Promise<Map<string, { from: Day; to: Day | null }[]>> => {
  const found = await tx.rows<{ project: string; resource: string; from: Day; to: Day | null }>(
    `select o.project, o.resource, o.from_on as "from", o.to_on as "to"
       from (select distinct project, resource from unnest($1::text[], $2::text[]) as r (project, resource)) r
      cross join lateral (
        select * from occupancy where project = r.project and resource = r.resource and payer and (relation = '月租') = $3 offset 0) o`,
    [rows.map(({ project }) => project), rows.map(({ resource }) => resource), sheet === SHEET_NO['车位月租']],
  );
  const byResource = new Map<string, { from: Day; to: Day | null }[]>();
  for (const { project, resource, from, to } of found) {
    const key = keyOf(project, resource);
    byResource.set(key, [...(byResource.get(key) ?? []), { from, to }]);
  }
  return byResource;
};
