/** Roles as the group grants them; a grant names a role and a scope. */
export const ROLES = ['administrator', 'cashier', 'project-manager', 'group-finance', 'auditor'] as const;
/** @extensible */
export type Role = (typeof ROLES)[number];

/**
 * What a route asks for. Each route names exactly one.
 *
 * - operators: keep operators and their grants
 * - setup: change projects, resources, customers, occupancies, standards, bindings; import and undo
 * - collect: take and reverse receipts, take deposits, take money for what was written off
 * - settle: bill runs, charges by hand, write-offs, waivers and discounts, deposit refunds
 * - close: close and reopen periods, set the limits above which a second person approves
 * - view: read archives, ledger entries and reports
 * - audit: read books event by event, and verify them
 * - internal: what services ask of one another
 */
export const PERMISSIONS = ['operators', 'setup', 'collect', 'settle', 'close', 'view', 'audit', 'internal'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What each role may do, wherever it is granted. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: ['operators', 'setup', 'view'],
  cashier: ['collect', 'view'],
  'project-manager': ['setup', 'collect', 'settle', 'view'],
  'group-finance': ['setup', 'collect', 'settle', 'close', 'view', 'audit'],
  auditor: ['view', 'audit'],
};

/** Issuer and audience of tokens that the embedded issuer (property-registry) signs for operators. */
export const OPERATOR_ISSUER = 'propledger';
/** Issuer of the short-lived tokens that services sign for one another with the shared service key. */
export const SERVICE_ISSUER = 'propledger-services';
export const AUDIENCE = 'propledger';
