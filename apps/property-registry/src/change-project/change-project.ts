import type { Day, Project } from '@propledger/contracts';
import { accept, reject, type ProjectChange, type RegistryDecision } from '../archive/facts';

/** Takes effect at once. Changing nothing records nothing. */
export const changeProject = (change: ProjectChange, standing: Project | undefined, today: Day): RegistryDecision => {
  if (standing === undefined) return reject({ code: 'project-not-found' });
  const changed: Project = { ...standing, ...change };
  const same =
    standing.name === changed.name && standing.region === changed.region && standing.company === changed.company;
  return same ? accept() : accept({ type: 'project.changed', effectiveDate: today, body: changed });
};
