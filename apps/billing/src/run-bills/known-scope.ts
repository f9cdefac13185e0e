import type { Tx } from '@propledger/event-log';
import { firstLacking } from '../ledger-store/first-lacking';
import type { Refusal } from '../ledger-store/task';
import type { RunScope } from './scope';

/** Why a run cannot be narrowed so. */
export const SCOPE_REFUSALS = ['unknown-item', 'unknown-standard', 'unknown-resource'] as const;

/** The first name of a scope of which the project has nothing: a run of it would end with nothing, and nobody be told why. Null: all are known. */
export const unknownInScope = async (tx: Tx, project: string, scope: RunScope | null): Promise<Refusal | null> => {
  const { items = [], standards = [], resources = [] } = scope ?? {};
  const item = await firstLacking(tx, project, 'item', items);
  if (item !== null) return { code: 'unknown-item', item };
  const standard = await firstLacking(tx, project, 'standard', standards);
  if (standard !== null) return { code: 'unknown-standard', standard };
  const resource = await firstLacking(tx, project, 'resource', resources);
  return resource === null ? null : { code: 'unknown-resource', resource };
};
