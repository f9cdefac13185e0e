import type { Day } from '@propledger/contracts';
import { accept, reject, type Grant, type Operator, type RegistryDecision } from '../archive/facts';
import { isGroupAdministrator, sameGrant } from '../archive/grants';

export const registerOperator = (
  operator: string,
  grants: readonly Grant[],
  standing: Operator | undefined,
  today: Day,
): RegistryDecision =>
  standing === undefined
    ? accept(
        { type: 'operator.registered', effectiveDate: today, body: { operator } },
        ...grants.map((grant) => ({
          type: 'operator.granted' as const,
          effectiveDate: today,
          body: { operator, role: grant.role, scope: grant.scope },
        })),
      )
    : reject({ code: 'operator-exists', operator });

/** A grant that stands already records nothing. `isProject`: whether a code names a project. */
export const grantRole = (
  grant: Grant,
  operator: Operator | undefined,
  isProject: (code: string) => boolean,
  today: Day,
): RegistryDecision => {
  if (operator === undefined) return reject({ code: 'operator-not-found' });
  if ('project' in grant.scope && !isProject(grant.scope.project))
    return reject({ code: 'scope-unknown', project: grant.scope.project });
  if (operator.grants.some((standing) => sameGrant(standing, grant))) return accept();
  return accept({ type: 'operator.granted', effectiveDate: today, body: { operator: operator.operator, ...grant } });
};

/** Revoking what is not granted records nothing. `administrators`: enabled operators who administer the whole group. */
export const revokeRole = (
  grant: Grant,
  operator: Operator | undefined,
  administrators: ReadonlySet<string>,
  today: Day,
): RegistryDecision => {
  if (operator === undefined) return reject({ code: 'operator-not-found' });
  if (!operator.grants.some((standing) => sameGrant(standing, grant))) return accept();
  if (isGroupAdministrator(grant) && isOnlyOne(administrators, operator.operator))
    return reject({ code: 'last-administrator' });
  return accept({
    type: 'operator.grant-revoked',
    effectiveDate: today,
    body: { operator: operator.operator, ...grant },
  });
};

export const disableOperator = (
  operator: Operator | undefined,
  administrators: ReadonlySet<string>,
  today: Day,
): RegistryDecision => {
  if (operator === undefined) return reject({ code: 'operator-not-found' });
  if (!operator.enabled) return accept();
  if (isOnlyOne(administrators, operator.operator)) return reject({ code: 'last-administrator' });
  return accept({ type: 'operator.disabled', effectiveDate: today, body: { operator: operator.operator } });
};

export const enableOperator = (operator: Operator | undefined, today: Day): RegistryDecision => {
  if (operator === undefined) return reject({ code: 'operator-not-found' });
  if (operator.enabled) return accept();
  return accept({ type: 'operator.enabled', effectiveDate: today, body: { operator: operator.operator } });
};

/** Records nothing: passwords are no events. */
export const changePassword = (operator: Operator | undefined, oldPasswordHolds: boolean | null): RegistryDecision => {
  if (operator === undefined) return reject({ code: 'operator-not-found' });
  return oldPasswordHolds === false ? reject({ code: 'old-password-wrong' }) : accept();
};

const isOnlyOne = (administrators: ReadonlySet<string>, operator: string): boolean =>
  administrators.has(operator) && administrators.size === 1;
