import type { Tx } from '@propledger/event-log';
import type { CustomersState, In } from './customers-state';
import { flushLeases } from './lease-store';

/**
 * Writes what a batch changed, one statement a table and kind of change. Occupancies and cars name customers: they are deleted
 * before them, and written after them.
 */
export const flushState = async (tx: Tx, state: CustomersState): Promise<void> => {
  const customers = parted(state.changedCustomers, state.customers);
  const occupancies = parted(state.changedOccupancies, state.occupancies);
  const vehicles = parted(state.changedVehicles, state.vehicles);
  await remove(tx, 'occupancy', occupancies.gone);
  await remove(tx, 'vehicle', vehicles.gone);
  await remove(tx, 'customer', customers.gone);
  if (customers.written.length > 0)
    await tx.rows(
      `insert into customer (project, customer, kind, name, id_type, id_number, phone, address, groups)
       select project, customer, kind, name, "idType", "idNumber", phone, address, groups
         from jsonb_to_recordset($1::jsonb) as row (project text, customer text, kind text, name text, "idType" text,
           "idNumber" text, phone text, address text, groups text[])
       on conflict (project, customer) do update set kind = excluded.kind, name = excluded.name, id_type = excluded.id_type,
         id_number = excluded.id_number, phone = excluded.phone, address = excluded.address, groups = excluded.groups`,
      [JSON.stringify(customers.written)],
    );
  if (occupancies.written.length > 0)
    await tx.rows(
      `insert into occupancy (project, occupancy, resource, customer, relation, from_on, to_on, payer, price)
       select project, occupancy, resource, customer, relation, "from", "to", payer, price
         from jsonb_to_recordset($1::jsonb) as row (project text, occupancy text, resource text, customer text, relation text,
           "from" text, "to" text, payer boolean, price text)
       on conflict (project, occupancy) do update set from_on = excluded.from_on, to_on = excluded.to_on, payer = excluded.payer,
         price = excluded.price`,
      [JSON.stringify(occupancies.written)],
    );
  if (vehicles.written.length > 0)
    await tx.rows(
      `insert into vehicle (project, vehicle, plate, resource, customer, from_on, to_on)
       select project, vehicle, plate, resource, customer, "from", "to"
         from jsonb_to_recordset($1::jsonb) as row (project text, vehicle text, plate text, resource text, customer text,
           "from" text, "to" text)
       on conflict (project, vehicle) do update set plate = excluded.plate, to_on = excluded.to_on`,
      [JSON.stringify(vehicles.written)],
    );
  await flushLeases(tx, state);
};

/** Changed rows as they stand in the end, and the keys of those that stand no more. */
const parted = <Row extends object>(
  changed: ReadonlyMap<string, In<string>>,
  standing: ReadonlyMap<string, In<Row>>,
): { written: object[]; gone: In<string>[] } => {
  const written: object[] = [];
  const gone: In<string>[] = [];
  for (const [key, at] of changed) {
    const stands = standing.get(key);
    if (stands === undefined) gone.push(at);
    else written.push({ project: stands.project, ...stands.row });
  }
  return { written, gone };
};

const remove = async (
  tx: Tx,
  table: 'customer' | 'occupancy' | 'vehicle',
  gone: readonly In<string>[],
): Promise<void> => {
  if (gone.length === 0) return;
  await tx.rows(
    `delete from ${table} t using unnest($1::text[], $2::text[]) as gone (project, code)
      where t.project = gone.project and t.${table} = gone.code`,
    [gone.map(({ project }) => project), gone.map(({ row }) => row)],
  );
};
