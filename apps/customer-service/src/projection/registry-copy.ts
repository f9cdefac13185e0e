import type { RecordedEvent, RegistryEvent } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';

/** Which projects and resources there are, as the registry told. One book, dense, in order. */
export const applyRegistryEvents = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  const book = events[0]?.book;
  const standing = new Map<string, boolean>();
  let project: boolean | undefined;
  for (const event of events as readonly RegistryEvent[]) {
    if (event.type === 'project.registered') project = true;
    if (event.type === 'project.withdrawn') project = false;
    if (event.type === 'resource.registered') standing.set(event.body.resource, true);
    if (event.type === 'resource.withdrawn') standing.set(event.body.resource, false);
  }
  if (project === true) await tx.rows('insert into project_copy (project) values ($1) on conflict do nothing', [book]);
  if (project === false) await tx.rows('delete from project_copy where project = $1', [book]);
  const [there, gone] = [true, false].map((stands) =>
    [...standing].filter(([, is]) => is === stands).map(([code]) => code),
  );
  if (there && there.length > 0)
    await tx.rows(
      'insert into resource_copy (project, resource) select $1, unnest($2::text[]) on conflict do nothing',
      [book, there],
    );
  if (gone && gone.length > 0)
    await tx.rows('delete from resource_copy where project = $1 and resource = any($2)', [book, gone]);
};
