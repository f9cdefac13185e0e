import type { Project } from '@propledger/contracts';
import { accept, reject, SINCE_EVER, type RegistryDecision } from '../archive/facts';

/** A code is free again once its project was withdrawn. */
export const registerProject = (project: Project, standing: Project | undefined): RegistryDecision =>
  standing === undefined
    ? accept({ type: 'project.registered', effectiveDate: SINCE_EVER, body: project })
    : reject({ code: 'project-exists', project: project.project });
