import { Problem } from '@propledger/service-kit';
import type { Grant, Operator } from '../archive/facts';
import { coversScope, type Reaches } from '../archive/grants';

/** Who keeps operators somewhere sees those with a grant there, and those without any. */
export const maySee = (caller: Reaches, { grants }: Operator): boolean =>
  grants.length === 0 || grants.some(({ scope }) => coversScope(caller, scope));

/**
 * What touches an operator as a whole (his password, whether he is enabled) needs the right to keep operators wherever he
 * has a grant: a project's administrator cannot take over the group's. Unknown operators pass; the command refuses them.
 *
 * @throws Problem `forbidden`.
 */
export const requireAll = (caller: Reaches, operator: Operator | null): void => {
  if (operator !== null && !operator.grants.every(({ scope }) => coversScope(caller, scope)))
    throw new Problem('forbidden');
};

/** @throws Problem `forbidden` unless the caller keeps operators in the whole of the grant's scope. */
export const requireScope = (caller: Reaches, { scope }: Grant): void => {
  if (!coversScope(caller, scope)) throw new Problem('forbidden');
};
