import type { Operator } from '../archive/facts';
import { disableOperator, grantRole, registerOperator, revokeRole } from './keep-operators';

const day = '2026-03-01';
const administrator = { role: 'administrator', scope: { group: true } } as const;
const admin: Operator = { operator: 'admin', enabled: true, grants: [administrator] };

it('keeps the only administrator, and lets one of two go', () => {
  const refused = { accepted: false, rejection: { code: 'last-administrator' } };
  expect(revokeRole(administrator, admin, new Set(['admin']), day)).toEqual(refused);
  expect(disableOperator(admin, new Set(['admin']), day)).toEqual(refused);
  expect(revokeRole(administrator, admin, new Set(['admin', 'li']), day)).toMatchObject({ accepted: true });
  expect(disableOperator(admin, new Set(['admin', 'li']), day)).toMatchObject({ accepted: true });
});

it('lets an administrator of a region go, who is not the group’s', () => {
  const grant = { role: 'administrator', scope: { region: '山东' } } as const;
  const operator = { ...admin, grants: [administrator, grant] };
  expect(revokeRole(grant, operator, new Set(['admin']), day)).toMatchObject({ accepted: true });
});

it('records a grant once', () => {
  const grant = { role: 'cashier', scope: { project: 'P1' } } as const;
  const granted = grantRole(grant, admin, () => true, day);
  expect(granted).toMatchObject({ accepted: true, facts: [{ type: 'operator.granted' }] });
  const again = grantRole(grant, { ...admin, grants: [grant] }, () => true, day);
  expect(again).toEqual({ accepted: true, facts: [] });
});

it('registers an operator with his first grants, and no code twice', () => {
  expect(registerOperator('admin', [administrator], undefined, day)).toMatchObject({
    facts: [{ type: 'operator.registered' }, { type: 'operator.granted' }],
  });
  expect(registerOperator('admin', [], admin, day)).toMatchObject({ accepted: false });
});
