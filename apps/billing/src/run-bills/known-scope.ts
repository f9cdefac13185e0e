import type { Tx } from '@propledger/event-log';
import type { Refusal } from '../ledger-store/task';
import type { RunScope } from './scope';

/** Why a run cannot be narrowed so. */
export const SCOPE_REFUSALS = ['unknown-item', 'unknown-standard', 'unknown-resource'] as const;

/** The first name of a scope of which the project has nothing: a run of it would end with nothing, and nobody be told why. Null: all are known. */
export const unknownInScope = async (tx: Tx, project: string, scope: RunScope | null): Promise<Refusal | null> => {
  const { items = [], standards = [], resources = [] } = scope ?? {};
  const item = await lacking(tx, project, items, ITEMS);
  if (item !== null) return { code: 'unknown-item', item };
  const standard = await lacking(tx, project, standards, STANDARDS);
  if (standard !== null) return { code: 'unknown-standard', standard };
  const resource = await lacking(tx, project, resources, RESOURCES);
  return resource === null ? null : { code: 'unknown-resource', resource };
};

/** Whether the project $1 has `name`. */
const RESOURCES = 'exists (select from copy_resource where project = $1 and resource = name)';
const STANDARDS = 'exists (select from standard where book = $1 and standard = name)';
const ITEMS = `
  exists (select from standard where book = $1 and body->>'item' = name)
  or exists (select from copy_lease l
              where l.project = $1 and jsonb_path_exists(jsonb_build_array(l.body, l.changes), '$.**.item ? (@ == $name)', jsonb_build_object('name', name)))`;

const lacking = async (tx: Tx, project: string, names: readonly string[], known: string): Promise<string | null> => {
  if (names.length === 0) return null;
  const [row] = await tx.rows<{ name: string }>(
    `select name from unnest($2::text[]) with ordinality as named(name, nth) where not (${known}) order by nth limit 1`,
    [project, names],
  );
  return row?.name ?? null;
};
