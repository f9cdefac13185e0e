import { Problem } from '@propledger/service-kit';
import type { DataSource } from 'typeorm';
import { ProjectCopyRow } from './entities';

/** For a list that is empty. @throws Problem `project-not-found` when the registry has told of no such project. */
export const mustKnow = async ({ manager }: DataSource, project: string): Promise<void> => {
  if (!(await manager.existsBy(ProjectCopyRow, { project }))) throw new Problem('project-not-found');
};
