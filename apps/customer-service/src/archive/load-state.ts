import type { CustomersEvent, Lease, Occupancy } from '@propledger/contracts';
import { readEvents, type Submission, type Tx } from '@propledger/event-log';
import type { Customer, CustomersCommand, KeptVehicle } from './facts';
import { CustomersState, keyOf } from './customers-state';
import { loadLeases } from './lease-store';
import { leaseOfRows, type LeaseSheetRow } from './lease-rows';
import { customerOfCells, letOfCells, occupancyOfCells, SHEET_NO, TAKEN, vehicleOfCells } from './sheet-rows';

type Asked = Submission<CustomersCommand>;

/** Codes by the project that they belong to: two columns of the same length. */
class Codes {
  private readonly byKey = new Map<string, { project: string; code: string }>();

  add(project: string, code: string): void {
    this.byKey.set(keyOf(project, code), { project, code });
  }

  columns(): [projects: string[], codes: string[]] {
    const all = [...this.byKey.values()];
    return [all.map(({ project }) => project), all.map(({ code }) => code)];
  }

  get isEmpty(): boolean {
    return this.byKey.size === 0;
  }
}

/** What a batch needs, with one query a table however many commands it has. */
export const loadState = async (tx: Tx, batch: readonly Asked[]): Promise<CustomersState> => {
  const state = new CustomersState();
  const customers = new Codes();
  const resources = new Codes();
  const occupancies = new Codes();
  const vehicles = new Codes();
  const parked = new Codes();
  for (const { book, command } of batch) {
    if (command.type === 'RegisterCustomer') customers.add(book, command.customer.customer);
    if (command.type === 'ChangeCustomer') customers.add(book, command.customer);
    if (command.type === 'RegisterOccupancy') {
      customers.add(book, command.occupancy.customer);
      resources.add(book, command.occupancy.resource);
    }
    if (command.type === 'EndOccupancy' || command.type === 'ChangePayer' || command.type === 'ChangeLetPrice')
      occupancies.add(book, command.occupancy);
    if (command.type === 'RegisterVehicle') {
      customers.add(book, command.vehicle.customer);
      parked.add(book, command.vehicle.resource);
    }
    if (command.type === 'ChangeVehicle') vehicles.add(book, command.vehicle);
  }
  // Of these only whether they are known: occupancies have no part in a lease.
  const leased = new Codes();
  for (const { project, terms } of await loadLeases(tx, state, batch)) {
    terms.resources?.forEach(({ resource }) => leased.add(project, resource));
    terms.parties?.forEach(({ customer }) => customers.add(project, customer));
  }
  await loadCopies(tx, state, [...new Set(batch.map(({ book }) => book))], resources, leased, parked);
  await loadCustomers(tx, state, customers);
  await loadOccupancies(tx, state, occupancies, resources);
  await loadVehicles(tx, state, vehicles, parked);
  for (const asked of batch) {
    if (asked.command.type === 'TakeStaged') await loadStaged(tx, state, asked, asked.command);
    if (asked.command.type === 'WithdrawImported') await loadImported(tx, state, asked, asked.command);
  }
  return state;
};

const loadCopies = async (
  tx: Tx,
  state: CustomersState,
  books: readonly string[],
  ...named: readonly Codes[]
): Promise<void> => {
  const known = await tx.rows<{ project: string }>('select project from project_copy where project = any($1)', [books]);
  known.forEach(({ project }) => state.projects.add(project));
  for (const resources of named) await loadResources(tx, state, resources);
};

const loadResources = async (tx: Tx, state: CustomersState, resources: Codes): Promise<void> => {
  if (resources.isEmpty) return;
  const rows = await tx.rows<{ project: string; resource: string }>(
    `select project, resource from resource_copy join unnest($1::text[], $2::text[]) as asked (project, resource)
      using (project, resource)`,
    resources.columns(),
  );
  rows.forEach(({ project, resource }) => state.resources.add(keyOf(project, resource)));
};

export const CUSTOMER_COLUMNS = `c.project, c.customer, c.kind, c.name, c.id_type as "idType", c.id_number as "idNumber", c.phone,
  c.address, c.groups`;
const OCCUPANCY_COLUMNS = `o.project, o.occupancy, o.resource, o.customer, o.relation, o.from_on as "from", o.to_on as "to", o.payer, o.price`;

const loadCustomers = async (tx: Tx, state: CustomersState, customers: Codes): Promise<void> => {
  if (customers.isEmpty) return;
  const rows = await tx.rows<{ project: string } & Customer>(
    `select ${CUSTOMER_COLUMNS} from customer c join unnest($1::text[], $2::text[]) as asked (project, customer)
      using (project, customer)`,
    customers.columns(),
  );
  for (const { project, ...row } of rows) state.customers.set(keyOf(project, row.customer), { project, row });
};

/** Those that are named, and all others of their resources and of the resources that are named. */
const loadOccupancies = async (tx: Tx, state: CustomersState, named: Codes, resources: Codes): Promise<void> => {
  if (named.isEmpty && resources.isEmpty) return;
  const rows = await tx.rows<{ project: string; price: string | null } & Omit<Occupancy, 'price'>>(
    `select ${OCCUPANCY_COLUMNS}
       from (select o.project, o.resource from occupancy o
               join unnest($1::text[], $2::text[]) as named (project, occupancy) using (project, occupancy)
              union select * from unnest($3::text[], $4::text[]) as asked (project, resource)) r
       join occupancy o on o.project = r.project and o.resource = r.resource`,
    [...named.columns(), ...resources.columns()],
  );
  for (const { project, price, ...row } of rows)
    state.occupancies.set(keyOf(project, row.occupancy), { project, row: price === null ? row : { ...row, price } });
};

export const VEHICLE_COLUMNS = `v.project, v.vehicle, v.plate, v.resource, v.customer, v.from_on as "from", v.to_on as "to"`;

/** Those that are named, and all others of their resources and of the resources that are named. */
const loadVehicles = async (tx: Tx, state: CustomersState, named: Codes, resources: Codes): Promise<void> => {
  if (named.isEmpty && resources.isEmpty) return;
  const rows = await tx.rows<{ project: string } & KeptVehicle>(
    `select ${VEHICLE_COLUMNS}
       from (select v.project, v.resource from vehicle v
               join unnest($1::text[], $2::text[]) as named (project, vehicle) using (project, vehicle)
              union select * from unnest($3::text[], $4::text[]) as asked (project, resource)) r
       join vehicle v on v.project = r.project and v.resource = r.resource`,
    [...named.columns(), ...resources.columns()],
  );
  for (const { project, ...row } of rows) state.vehicles.set(keyOf(project, row.vehicle), { project, row });
};

const loadStaged = async (
  tx: Tx,
  state: CustomersState,
  { book, commandId }: Asked,
  command: Extract<CustomersCommand, { type: 'TakeStaged' }>,
): Promise<void> => {
  const rows = await tx.rows<LeaseSheetRow & { lease: string | null }>(
    `select sheet, row, cells, lease from import_stage
      where import = $1 and project = $2 and outcome = 'add' and (sheet, row) >= ($3, $4) and sheet = any ($6) order by sheet, row limit $5`,
    [command.import, book, command.from.sheet, command.from.row, command.most, TAKEN],
  );
  const leases = rows.flatMap(({ sheet, lease }) => (sheet === SHEET_NO['租赁合同'] && lease !== null ? [lease] : []));
  const cellsOf = (no: number): Record<string, string>[] =>
    rows.filter(({ sheet }) => sheet === no).map(({ cells }) => cells);
  state.staged.set(commandId, {
    customers: cellsOf(SHEET_NO['客户档案']).map(customerOfCells),
    occupancies: cellsOf(SHEET_NO['入住关系']).map(occupancyOfCells),
    lets: cellsOf(SHEET_NO['车位月租']).map(letOfCells),
    vehicles: cellsOf(SHEET_NO['车辆']).map(vehicleOfCells),
    leases: await stagedLeases(tx, command.import, book, leases),
  });
};

/** Leases with all their rows, in this order. */
const stagedLeases = async (tx: Tx, id: string, book: string, leases: readonly string[]): Promise<Lease[]> => {
  if (leases.length === 0) return [];
  const rows = await tx.rows<LeaseSheetRow & { lease: string }>(
    `select lease, sheet, row, cells from import_stage
      where import = $1 and project = $2 and lease = any ($3) and outcome = 'add' order by sheet, row`,
    [id, book, leases],
  );
  const byLease = new Map<string, LeaseSheetRow[]>();
  for (const { lease, ...row } of rows) byLease.set(lease, [...(byLease.get(lease) ?? []), row]);
  return leases.map((lease) => leaseOfRows(byLease.get(lease) ?? []));
};

const loadImported = async (
  tx: Tx,
  state: CustomersState,
  { book, commandId }: Asked,
  command: Extract<CustomersCommand, { type: 'WithdrawImported' }>,
): Promise<void> => {
  const events = (await readEvents(tx, book, command.from - 1, command.to - command.from + 1)) as CustomersEvent[];
  state.imported.set(commandId, {
    customers: events.flatMap((event) => (event.type === 'customer.registered' ? [event.body.customer] : [])),
    leases: events.flatMap((event) => (event.type === 'lease.signed' ? [event.body.lease] : [])),
    vehicles: events.flatMap((event) => (event.type === 'vehicle.registered' ? [event.body.vehicle] : [])),
    occupancies: events.flatMap((event) => (event.type === 'occupancy.registered' ? [event.body.occupancy] : [])),
  });
};
