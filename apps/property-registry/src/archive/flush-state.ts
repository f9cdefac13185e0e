import type { Tx } from '@propledger/event-log';
import type { Operator } from './facts';
import { scopeColumns } from './grants';
import type { RegistryState } from './registry-state';

/** Writes what a batch changed: one statement a table and kind of change, and none where nothing changed. */
export const flushState = async (tx: Tx, state: RegistryState): Promise<void> => {
  await withdraw(tx, state);
  await writeProjects(tx, state);
  await writeResources(tx, state);
  await writeOperators(tx, state);
};

const withdraw = async (tx: Tx, { changes, projects }: RegistryState): Promise<void> => {
  const gone = changes.withdrawnResources;
  if (gone.length > 0)
    await tx.rows(
      `delete from resource r using unnest($1::text[], $2::text[]) as gone (project, resource)
        where r.project = gone.project and r.resource = gone.resource`,
      [gone.map(({ project }) => project), gone.map(({ resource }) => resource)],
    );
  const goneProjects = [...changes.withdrawnProjects].filter((project) => !projects.has(project));
  if (goneProjects.length > 0) await tx.rows('delete from project where project = any($1)', [goneProjects]);
};

const writeProjects = async (tx: Tx, { changes, projects }: RegistryState): Promise<void> => {
  const rows = [...changes.projects].map((code) => projects.get(code));
  if (rows.length === 0) return;
  await tx.rows(
    `insert into project (project, name, region, company, first_period)
     select project, name, region, company, "firstPeriod"
       from jsonb_to_recordset($1::jsonb) as row (project text, name text, region text, company text, "firstPeriod" text)
     on conflict (project) do update set name = excluded.name, region = excluded.region, company = excluded.company,
       first_period = excluded.first_period`,
    [JSON.stringify(rows)],
  );
};

const writeResources = async (tx: Tx, { changes }: RegistryState): Promise<void> => {
  if (changes.versions.length === 0) return;
  const rows = changes.versions.map(({ project, version: { effectiveOn, position, resource }, isNew }) => ({
    project,
    isNew,
    effectiveOn,
    position,
    ...resource,
  }));
  const json = JSON.stringify(rows);
  await tx.rows(
    `insert into resource (project, resource, kind)
     select project, resource, kind
       from jsonb_to_recordset($1::jsonb) as row (project text, resource text, kind text, "isNew" boolean) where "isNew"`,
    [json],
  );
  await tx.rows(
    `insert into resource_version (project, resource, position, effective_on, kind, name, nature, building, entrance, floor,
       room, gross_area, inside_area, billable_area, handed_over_on, location, parent_room)
     select project, resource, position, "effectiveOn", kind, name, nature, building, entrance, floor,
       room, "grossArea", "insideArea", "billableArea", "handedOverOn", location, "parentRoom"
       from jsonb_to_recordset($1::jsonb) as row (project text, resource text, position integer, "effectiveOn" date, kind text,
         name text, nature text, building text, entrance text, floor text, room text, "grossArea" numeric,
         "insideArea" numeric, "billableArea" numeric, "handedOverOn" date, location text, "parentRoom" text)`,
    [json],
  );
};

const writeOperators = async (tx: Tx, { changes, operators, credentials }: RegistryState): Promise<void> => {
  const rowOf = (code: string): object => ({
    operator: code,
    name: credentials.get(code)?.name ?? null,
    hash: credentials.get(code)?.passwordHash ?? null,
    enabled: operators.get(code)?.enabled ?? true,
  });
  const rows = 'jsonb_to_recordset($1::jsonb) as row (operator text, name text, hash text, enabled boolean)';
  const added = [...changes.newOperators].map(rowOf);
  if (added.length > 0)
    await tx.rows(
      `insert into operator (operator, name, password_hash, enabled) select operator, name, hash, enabled from ${rows}`,
      [JSON.stringify(added)],
    );
  const changed = [...changes.operators].filter((code) => !changes.newOperators.has(code)).map(rowOf);
  if (changed.length > 0)
    await tx.rows(
      `update operator o set enabled = row.enabled, password_hash = coalesce(row.hash, o.password_hash)
         from ${rows} where o.operator = row.operator`,
      [JSON.stringify(changed)],
    );
  await writeGrants(tx, [...changes.grantsOf], operators);
};

/** The loaded operators have all their grants, so what stands is replaced as a whole. */
const writeGrants = async (
  tx: Tx,
  codes: readonly string[],
  operators: ReadonlyMap<string, Operator>,
): Promise<void> => {
  if (codes.length === 0) return;
  await tx.rows('delete from operator_grant where operator = any($1)', [codes]);
  const grants = codes.flatMap((operator) =>
    (operators.get(operator)?.grants ?? []).map(({ role, scope }) => ({ operator, role, ...scopeColumns(scope) })),
  );
  await tx.rows(
    `insert into operator_grant (operator, role, scope_kind, scope)
     select operator, role, kind, value
       from jsonb_to_recordset($1::jsonb) as row (operator text, role text, kind text, value text)`,
    [JSON.stringify(grants)],
  );
};
