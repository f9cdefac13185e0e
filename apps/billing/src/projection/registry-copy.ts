import type { RecordedEvent, RegistryEvent } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { lastOf, runsOf } from './runs';

/** Since ever: the first areas of a resource are in force on every day before its first change. */
const SINCE_EVER = '0001-01-01';

type Of<Type extends RegistryEvent['type']> = Extract<RegistryEvent, { type: Type }>;

/** Billing's copy of projects and resources: first periods, where resources are, and areas, floors and 所属房间 by day. One book, dense, in order. */
export const applyRegistryEvents = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  for (const run of runsOf(['project.', 'resource.'], events as readonly RegistryEvent[])) {
    const type = run[0]?.type;
    if (type === 'project.registered' || type === 'project.changed')
      await projects(tx, run as Of<'project.registered' | 'project.changed'>[]);
    else if (type === 'project.withdrawn') await withdrawProjects(tx, run as Of<'project.withdrawn'>[]);
    else if (type === 'resource.registered') await registered(tx, run as Of<'resource.registered'>[]);
    else if (type === 'resource.changed') await changed(tx, run as Of<'resource.changed'>[]);
    else if (type === 'resource.withdrawn') await withdrawResources(tx, run as Of<'resource.withdrawn'>[]);
  }
};

const projects = async (tx: Tx, events: Of<'project.registered' | 'project.changed'>[]): Promise<void> => {
  const last = lastOf(events, ({ body }) => body.project).map(({ body }) => body);
  await tx.rows(
    `insert into copy_project (project, first_period)
     select * from unnest($1::text[], $2::text[])
     on conflict (project) do update set first_period = excluded.first_period`,
    [last.map(({ project }) => project), last.map(({ firstPeriod }) => firstPeriod)],
  );
};

const withdrawProjects = (tx: Tx, events: Of<'project.withdrawn'>[]): Promise<unknown> =>
  tx.rows('delete from copy_project where project = any ($1)', [events.map(({ body }) => body.project)]);

const registered = async (tx: Tx, events: Of<'resource.registered'>[]): Promise<void> => {
  await places(tx, events);
  await areas(tx, events);
};

const changed = async (tx: Tx, events: Of<'resource.changed'>[]): Promise<void> => {
  await places(tx, events);
  await areas(tx, events);
};

/** Where resources are and when they were handed over, as it was told last: a change of either is a correction. */
const places = async (tx: Tx, events: Of<'resource.registered' | 'resource.changed'>[]): Promise<void> => {
  const last = lastOf(events, ({ book, body }) => `${book} ${body.resource}`);
  await tx.rows(
    `insert into copy_resource (project, resource, building, entrance, handed_over_on)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
     on conflict (project, resource) do update
       set building = excluded.building, entrance = excluded.entrance, handed_over_on = excluded.handed_over_on`,
    [
      last.map(({ book }) => book),
      last.map(({ body }) => body.resource),
      last.map(({ body }) => body.building),
      last.map(({ body }) => body.entrance),
      last.map(({ body }) => body.handedOverOn),
    ],
  );
};

const areas = (tx: Tx, events: Of<'resource.registered' | 'resource.changed'>[]): Promise<unknown> =>
  tx.rows(
    `insert into copy_area (project, resource, effective_on, position, area, gross, inside, floor, room)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[])`,
    [
      events.map(({ book }) => book),
      events.map(({ body }) => body.resource),
      events.map(({ type, effectiveDate }) => (type === 'resource.registered' ? SINCE_EVER : effectiveDate)),
      events.map(({ position }) => position),
      events.map(({ body }) => body.billableArea),
      events.map(({ body }) => body.grossArea),
      events.map(({ body }) => body.insideArea),
      events.map(({ body }) => body.floor),
      events.map(({ body }) => body.parentRoom),
    ],
  );

const withdrawResources = async (tx: Tx, events: Of<'resource.withdrawn'>[]): Promise<void> => {
  const keys = [events.map(({ book }) => book), events.map(({ body }) => body.resource)];
  for (const table of ['copy_area', 'copy_resource'])
    await tx.rows(
      `delete from ${table} t using unnest($1::text[], $2::text[]) as gone(project, resource)
        where t.project = gone.project and t.resource = gone.resource`,
      keys,
    );
};
