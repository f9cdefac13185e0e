import { firstDay, formatMoney, type BookState } from '@propledger/ledger-core';
import { BookRows } from './book-rows';
import { Copier } from './copier';
import { PERIOD } from './days';
import { projectsOf, type ProjectData, type Scale } from './group';
import { LedgerHistory } from './history';

/** Databases of services, migrated and empty, as their owners. Those left out are not filled. */
export interface Targets {
  readonly registry?: string;
  readonly customers?: string;
  readonly billing?: string;
  readonly reports?: string;
}
type Target = keyof Targets;

const SINCE_EVER = '0001-01-01';

/**
 * Puts a group into the databases as if the services had recorded it and had heard of one another: archives, books with
 * their chains, open state, copies and cursors. Reporting has heard of the registry alone, and reads the ledger when it starts.
 * The group's own book is left to the registry's first start.
 */
export const loadWorkload = async (targets: Targets, scale: Scale, say: (line: string) => void): Promise<void> => {
  const copiers = new Map<Target, Copier>();
  for (const target of ['registry', 'customers', 'billing', 'reports'] as const) {
    const url = targets[target];
    if (url !== undefined) copiers.set(target, await Copier.to(url));
  }
  const relieve = async (): Promise<void> => {
    for (const copier of copiers.values()) await copier.relieve();
  };
  let events = 0;
  for (const data of projectsOf(scale)) {
    const [registry, customers, billing, reports] = (['registry', 'customers', 'billing', 'reports'] as const).map(
      (target) => copiers.get(target),
    );
    if (registry) fillRegistry(registry, data, scale);
    if (customers) fillCustomers(customers, data, scale);
    if (billing) events += await fillBilling(billing, data, scale, relieve);
    if (reports) fillReports(reports, data);
    await relieve();
  }
  await Promise.all([...copiers.values()].map((copier) => copier.end()));
  say(`${scale.projects} projects, ${scale.resources} resources, ${events} ledger events are in`);
};

const registryPositions = ({ resources }: ProjectData): number => 1 + resources.length;
const customersPositions = ({ customers, occupancies }: ProjectData): number => customers.length + occupancies.length;

const unposted = (effectiveDate: string) => ({ effectiveDate, accountingPeriod: null });

const fillRegistry = (into: Copier, { project, resources }: ProjectData, scale: Scale): void => {
  const { project: code, name, region, company, firstPeriod } = project;
  const opening = firstDay(firstPeriod);
  const rows = new BookRows(code, into, scale.seed);
  into.add('project (project, name, region, company, first_period)', [code, name, region, company, firstPeriod]);
  rows.append([{ type: 'project.registered', body: project, ...unposted(opening) }], opening);
  for (const resource of resources) {
    rows.append([{ type: 'resource.registered', body: resource, ...unposted('1900-01-01') }], opening);
    into.add('resource (project, resource, kind)', [code, resource.resource, resource.kind]);
  }
  for (const [i, resource] of resources.entries())
    into.add(
      `resource_version (project, resource, position, effective_on, kind, name, nature, building, entrance, floor, room,
        gross_area, inside_area, billable_area, handed_over_on, location, parent_room)`,
      [
        ...[code, resource.resource, i + 2, '1900-01-01', resource.kind, resource.name, resource.nature],
        ...[resource.building, resource.entrance, resource.floor, resource.room],
        ...[resource.grossArea, resource.insideArea, resource.billableArea],
        ...[resource.handedOverOn, resource.location, resource.parentRoom],
      ],
    );
  rows.end(opening);
};

const fillCustomers = (into: Copier, data: ProjectData, scale: Scale): void => {
  const { project, firstPeriod } = data.project;
  const opening = firstDay(firstPeriod);
  const rows = new BookRows(project, into, scale.seed);
  for (const { customer, kind } of data.customers) {
    rows.append([{ type: 'customer.registered', body: { customer, kind }, ...unposted(opening) }], opening);
    into.add('customer (project, customer, kind, name)', [project, customer, kind, `客户${customer}`]);
  }
  for (const occupancy of data.occupancies) {
    const { occupancy: id, resource, customer, relation, from, to, payer } = occupancy;
    rows.append([{ type: 'occupancy.registered', body: occupancy, ...unposted(from) }], opening);
    into.add('occupancy (project, occupancy, resource, customer, relation, from_on, to_on, payer)', [
      ...[project, id, resource, customer, relation, from, to, payer],
    ]);
  }
  into.add('project_copy (project)', [project]);
  for (const { resource } of data.resources) into.add('resource_copy (project, resource)', [project, resource]);
  cursor(into, 'registry', project, registryPositions(data));
  rows.end(opening);
};

const fillReports = (into: Copier, data: ProjectData): void => {
  const { project, region } = data.project;
  into.add('access_project (project, region)', [project, region]);
  for (const [i, { resource, kind, building }] of data.resources.entries())
    into.add('resource_version (book, resource, position, generation, effective_on, parking, building)', [
      ...[project, resource, i + 2, i + 2, SINCE_EVER, kind === 'parking', building],
    ]);
  cursor(into, 'registry', project, registryPositions(data));
};

const cursor = (into: Copier, topic: string, book: string, position: number): void =>
  into.add('cursor (topic, book, position)', [topic, book, position]);

/** @returns how many events the ledger book has. */
const fillBilling = async (
  into: Copier,
  data: ProjectData,
  scale: Scale,
  relieve: () => Promise<void>,
): Promise<number> => {
  const { project, firstPeriod } = data.project;
  into.add('copy_project (project, first_period)', [project, firstPeriod]);
  for (const [i, one] of data.resources.entries()) {
    const { resource, building, entrance, handedOverOn } = one;
    into.add('copy_resource (project, resource, building, entrance, handed_over_on)', [
      ...[project, resource, building, entrance, handedOverOn],
    ]);
    into.add('copy_area (project, resource, effective_on, position, area, gross, inside, floor, room)', [
      ...[project, resource, SINCE_EVER, i + 2, one.billableArea, one.grossArea, one.insideArea, one.floor, one.room],
    ]);
  }
  for (const { customer } of data.customers) into.add('copy_customer (project, customer)', [project, customer]);
  for (const { occupancy, resource, customer, relation, from, to, payer } of data.occupancies)
    into.add('copy_occupancy (project, occupancy, resource, customer, from_on, to_on, payer, relation)', [
      ...[project, occupancy, resource, customer, from, to, payer, relation],
    ]);
  cursor(into, 'registry', project, registryPositions(data));
  cursor(into, 'customers', project, customersPositions(data));

  const rows = new BookRows(project, into, scale.seed);
  const book = await new LedgerHistory(data, scale, rows, relieve).play();
  rows.end(firstDay(PERIOD));
  await fillOpenState(into, book, relieve);
  return rows.position;
};

/** What billing's tables of open state hold after these events. */
const fillOpenState = async (into: Copier, state: BookState, relieve: () => Promise<void>): Promise<void> => {
  const { book, calendar } = state;
  into.add('calendar (book, first_period, closed_through)', [
    ...[book, calendar?.firstPeriod ?? null, calendar?.closedThrough ?? null],
  ]);
  for (const { code, standard, position } of state.standards.values())
    into.add('standard (book, standard, item, body, position, listed, withdrawn)', [
      ...[book, code, standard.item, JSON.stringify(standard), position, position, false],
    ]);
  for (const { id, binding, position } of state.bindings.values())
    into.add('binding (book, binding, resource, standard, from_on, to_on, persons, position, withdrawn)', [
      ...[
        book,
        id,
        binding.resource,
        binding.standard,
        binding.from,
        binding.to,
        binding.persons ?? null,
        position,
        false,
      ],
    ]);
  for (const { code, meter, position, records } of state.meters.values()) {
    into.add('meter (book, meter, kind, resource, body, position, withdrawn)', [
      ...[book, code, meter.kind, meter.resource, JSON.stringify(meter), position, false],
    ]);
    for (const record of records)
      into.add('meter_record (book, position, meter, on_day, period, body)', [
        ...[book, record.position, code, record.on, record.kind === 'read' ? record.period : null],
        JSON.stringify(record),
      ]);
  }
  for (const { code, pool, position } of state.pools.values())
    into.add('pool (book, pool, standard, body, position, withdrawn)', [
      ...[book, code, pool.standard, JSON.stringify(pool), position, false],
    ]);
  for (const { pool, period, amount, position } of state.poolAmounts.values())
    into.add('pool_amount (book, pool, period, amount_fen, position, withdrawn)', [
      ...[book, pool, period, amount, position, false],
    ]);
  for (const charge of state.charges.values()) {
    into.add(
      `charge (book, position, origin, resource, customer, item, from_on, to_on, due_on, priority, standard, binding,
        period, effective_on, amount_fen, cash_fen, applied_fen, written_off_fen, reversed_by)`,
      [
        ...[book, charge.position, charge.origin, charge.resource, charge.customer, charge.item],
        ...[charge.from, charge.to, charge.dueOn, charge.priority, charge.standard, charge.binding],
        ...[charge.period, charge.effectiveOn, charge.amount, charge.cash, charge.applied, charge.writtenOff, null],
      ],
    );
    await relieve();
  }
  for (const receipt of state.receiptAt.values()) {
    const tenders = receipt.tenders.map((tender) => ({ ...tender, amount: formatMoney(tender.amount) }));
    const settlements = receipt.settlements.map(({ charge, amount }) => ({ charge, amount: formatMoney(amount) }));
    into.add(
      `receipt (book, position, receipt_no, customer, resource, item, amount_fen, tenders, settlements, prepaid_fen,
        period, effective_on, reversed_by)`,
      [
        ...[book, receipt.position, receipt.receiptNo, receipt.customer, null, null, receipt.amount],
        ...[JSON.stringify(tenders), JSON.stringify(settlements), receipt.prepaid],
        ...[receipt.period, receipt.effectiveOn, null],
      ],
    );
    for (const { method, reference } of tenders)
      if (reference !== null)
        into.add('receipt_transaction (book, method, reference, position)', [
          ...[book, method, reference, receipt.position],
        ]);
    await relieve();
  }
  for (const { customer, tie, balance } of state.balances.values())
    into.add('prepayment_balance (book, customer, tie, balance_fen)', [book, customer, tie, balance]);
  for (const list of state.applications.values())
    for (const { position, index, customer, tie, charge, amount, released } of list)
      into.add('prepayment_application (book, position, index, customer, tie, charge, amount_fen, released_fen)', [
        ...[book, position, index, customer, tie, charge, amount, released],
      ]);
  for (const { position, customer, tie, amount, period, effectiveOn } of state.broughtIn.values())
    into.add('brought_in (book, position, customer, tie, amount_fen, period, effective_on, reversed_by)', [
      ...[book, position, customer, tie, amount, period, effectiveOn, null],
    ]);
};
