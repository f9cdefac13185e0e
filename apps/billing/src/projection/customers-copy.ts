import type { CustomersEvent, RecordedEvent } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { applyLeaseEvents } from './leases-copy';
import { lastOf, runsOf } from './runs';

type Of<Type extends CustomersEvent['type']> = Extract<CustomersEvent, { type: Type }>;

/** Billing's copy of customers' codes, of who pays for what on which days, and of leases. One book, dense, in order. */
export const applyCustomersEvents = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  for (const run of runsOf(['customer.', 'occupancy.'], events as readonly CustomersEvent[])) {
    const type = run[0]?.type;
    if (type === 'customer.registered' || type === 'customer.changed')
      await customers(tx, run as Of<'customer.registered' | 'customer.changed'>[]);
    else if (type === 'customer.withdrawn') await withdrawCustomers(tx, run as Of<'customer.withdrawn'>[]);
    else if (type === 'occupancy.registered' || type === 'occupancy.changed')
      await occupancies(tx, run as Of<'occupancy.registered' | 'occupancy.changed'>[]);
    else if (type === 'occupancy.withdrawn') await withdrawOccupancies(tx, run as Of<'occupancy.withdrawn'>[]);
  }
  await applyLeaseEvents(tx, events as readonly CustomersEvent[]);
};

const customers = (tx: Tx, events: Of<'customer.registered' | 'customer.changed'>[]): Promise<unknown> => {
  const last = lastOf(events, ({ body }) => body.customer);
  return tx.rows(
    `insert into copy_customer (project, customer, groups)
     select project, customer, array(select jsonb_array_elements_text(groups))
       from unnest($1::text[], $2::text[], $3::jsonb[]) as told (project, customer, groups)
     on conflict (project, customer) do update set groups = excluded.groups`,
    [
      last.map(({ book }) => book),
      last.map(({ body }) => body.customer),
      last.map(({ body }) => JSON.stringify(body.groups ?? [])),
    ],
  );
};

const withdrawCustomers = (tx: Tx, events: Of<'customer.withdrawn'>[]): Promise<unknown> =>
  tx.rows(
    `delete from copy_customer t using unnest($1::text[], $2::text[]) as gone(project, customer)
      where t.project = gone.project and t.customer = gone.customer`,
    [events.map(({ book }) => book), events.map(({ body }) => body.customer)],
  );

const occupancies = async (tx: Tx, events: Of<'occupancy.registered' | 'occupancy.changed'>[]): Promise<void> => {
  const last = lastOf(events, ({ body }) => body.occupancy);
  await tx.rows(
    `insert into copy_occupancy (project, occupancy, resource, customer, from_on, to_on, payer, relation, price)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[],
       $9::text[])
     on conflict (project, occupancy) do update
       set resource = excluded.resource, customer = excluded.customer,
           from_on = excluded.from_on, to_on = excluded.to_on, payer = excluded.payer,
           relation = excluded.relation, price = excluded.price`,
    [
      last.map(({ book }) => book),
      last.map(({ body }) => body.occupancy),
      last.map(({ body }) => body.resource),
      last.map(({ body }) => body.customer),
      last.map(({ body }) => body.from),
      last.map(({ body }) => body.to),
      last.map(({ body }) => body.payer),
      last.map(({ body }) => body.relation),
      last.map(({ body }) => body.price ?? null),
    ],
  );
};

const withdrawOccupancies = (tx: Tx, events: Of<'occupancy.withdrawn'>[]): Promise<unknown> =>
  tx.rows(
    `delete from copy_occupancy t using unnest($1::text[], $2::text[]) as gone(project, occupancy)
      where t.project = gone.project and t.occupancy = gone.occupancy`,
    [events.map(({ book }) => book), events.map(({ body }) => body.occupancy)],
  );
