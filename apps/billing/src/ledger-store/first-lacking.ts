import type { Tx } from '@propledger/event-log';

/** SQL: whether the project $1 has `name`. What was withdrawn is known, too. */
const KNOWN = {
  resource: 'exists (select from copy_resource where project = $1 and resource = name)',
  customer: 'exists (select from copy_customer where project = $1 and customer = name)',
  standard: 'exists (select from standard where book = $1 and standard = name)',
  item: `exists (select from standard where book = $1 and body->>'item' = name)
    or exists (select from copy_lease l
                where l.project = $1 and jsonb_path_exists(jsonb_build_array(l.body, l.changes), '$.**.item ? (@ == $name)', jsonb_build_object('name', name)))`,
} as const;

/** The first of these names that a project has nothing of; null: it has all of them. */
export const firstLacking = async (
  tx: Tx,
  project: string,
  kind: keyof typeof KNOWN,
  names: readonly string[],
): Promise<string | null> => {
  if (names.length === 0) return null;
  const [row] = await tx.rows<{ name: string }>(
    `select name from unnest($2::text[]) with ordinality as named(name, nth) where not (${KNOWN[kind]}) order by nth limit 1`,
    [project, names],
  );
  return row?.name ?? null;
};
