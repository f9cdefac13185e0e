import type { RecordedEvent, RegistryEvent } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { keepingArrears } from './arrears-sum';

/** Where a resource lies from a day on. */
interface ResourceVersion {
  readonly position: number;
  readonly resource: string;
  /** Null: of the registration before it. */
  readonly generation: number | null;
  /** Null: since ever. */
  readonly effectiveOn: string | null;
  readonly parking: boolean;
  readonly building: string | null;
}

/** What a registry event says of where resources lie. A withdrawn resource keeps its versions: old answers read them. */
export const versionsOf = (event: RegistryEvent): ResourceVersion[] => {
  switch (event.type) {
    case 'resource.registered':
    case 'resource.changed': {
      const { position, effectiveDate, body } = event;
      const { resource, building, kind } = body;
      const registered = event.type === 'resource.registered';
      return [
        {
          position,
          resource,
          generation: registered ? position : null,
          effectiveOn: registered ? null : effectiveDate,
          parking: kind === 'parking',
          building,
        },
      ];
    }
    default:
      return [];
  }
};

/** Adds the resource versions of events of one book, dense and in order. Applying events again changes nothing. */
export const applyRegistry = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  const versions = (events as readonly RegistryEvent[]).flatMap(versionsOf);
  const [first] = events;
  if (first === undefined || versions.length === 0) return;
  const placed = [...new Set(versions.map(({ resource }) => resource))];
  await keepingArrears(tx, first.book, placed, () => addVersions(tx, first.book, versions));
};

const addVersions = (tx: Tx, book: string, versions: readonly ResourceVersion[]): void => {
  void tx.rows(
    `with arrived as (
       select * from unnest($2::bigint[], $3::text[], $4::bigint[], $5::date[], $6::boolean[], $7::text[])
         as r(position, resource, generation, effective_on, parking, building)
     ), added as (
     insert into resource_version (book, resource, position, generation, effective_on, parking, building)
     select $1, a.resource, a.position, coalesce(a.generation, greatest(
         (select max(b.generation) from arrived b where b.resource = a.resource and b.position < a.position),
         (select max(v.generation) from resource_version v where v.book = $1 and v.resource = a.resource and v.position < a.position))),
       coalesce(a.effective_on, date '0001-01-01'), a.parking, a.building
     from arrived a
     on conflict do nothing
     returning effective_on, position
     )
     update book_dates d
     set placed_on = greatest(d.placed_on, a.placed_on), placed_at = greatest(d.placed_at, a.placed_at)
     from (select max(effective_on) as placed_on, max(position) as placed_at from added) a
     where d.book = $1 and a.placed_at > 0`,
    [
      book,
      versions.map(({ position }) => position),
      versions.map(({ resource }) => resource),
      versions.map(({ generation }) => generation),
      versions.map(({ effectiveOn }) => effectiveOn),
      versions.map(({ parking }) => parking),
      versions.map(({ building }) => building),
    ],
  );
};
