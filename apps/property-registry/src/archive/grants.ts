import { ROLE_PERMISSIONS, type Permission, type Scope } from '@propledger/contracts';
import type { Grant, Operator } from './facts';

/** A scope as two columns: what kind it is, and which region or project it names ('' for the group). */
export const scopeColumns = (scope: Scope): { kind: 'group' | 'region' | 'project'; value: string } =>
  'group' in scope
    ? { kind: 'group', value: '' }
    : 'region' in scope
      ? { kind: 'region', value: scope.region }
      : { kind: 'project', value: scope.project };

export const scopeOf = (kind: string, value: string): Scope =>
  kind === 'group' ? { group: true } : kind === 'region' ? { region: value } : { project: value };

export const grantKey = ({ role, scope }: Grant): string => {
  const { kind, value } = scopeColumns(scope);
  return `${role} ${kind} ${value}`;
};

export const sameGrant = (one: Grant, other: Grant): boolean => grantKey(one) === grantKey(other);

export const isGroupAdministrator = ({ role, scope }: Grant): boolean => role === 'administrator' && 'group' in scope;

/** Enabled operators who administer the whole group. */
export const administratorsOf = (operators: Iterable<Operator>): Set<string> =>
  new Set(
    [...operators].filter((one) => one.enabled && one.grants.some(isGroupAdministrator)).map((one) => one.operator),
  );

/** The part of a caller that says where he may do something. */
export interface Reaches {
  may(permission: Permission, project: string | null): boolean;
  mayInRegion(permission: Permission, region: string): boolean;
}

/** Whether a caller may keep operators in the whole of a scope. */
export const coversScope = (caller: Reaches, scope: Scope): boolean =>
  'group' in scope
    ? caller.may('operators', null)
    : 'region' in scope
      ? caller.mayInRegion('operators', scope.region)
      : caller.may('operators', scope.project);

export const grantsAny = (grants: readonly Grant[], permission: Permission): boolean =>
  grants.some(({ role }) => ROLE_PERMISSIONS[role].includes(permission));
