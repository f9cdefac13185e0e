import type { Day, Project, Resource } from '@propledger/contracts';
import { accept, SINCE_EVER, type RegistryDecision, type RegistryFact } from '../archive/facts';

/** Rows of an import that was decided upon. Its check has made sure of them, and nothing else could be written since. */
export const takeStaged = (
  rows: { readonly projects: readonly Project[]; readonly resources: readonly Resource[] } | undefined,
): RegistryDecision =>
  accept(
    ...(rows?.projects ?? []).map((body): RegistryFact => ({
      type: 'project.registered',
      effectiveDate: SINCE_EVER,
      body,
    })),
    ...(rows?.resources ?? []).map((body): RegistryFact => ({
      type: 'resource.registered',
      effectiveDate: SINCE_EVER,
      body,
    })),
  );

/** Resources go before their project. */
export const withdrawImported = (
  imported: { readonly projects: readonly string[]; readonly resources: readonly string[] } | undefined,
  today: Day,
): RegistryDecision =>
  accept(
    ...(imported?.resources ?? []).map((resource): RegistryFact => ({
      type: 'resource.withdrawn',
      effectiveDate: today,
      body: { resource },
    })),
    ...(imported?.projects ?? []).map((project): RegistryFact => ({
      type: 'project.withdrawn',
      effectiveDate: today,
      body: { project },
    })),
  );
