import type { Project, Resource } from '@propledger/contracts';
import { accept, reject, SINCE_EVER, type RegistryDecision } from '../archive/facts';
import { misfits } from '../archive/resource-rules';

/**
 * The checks run in this order, and the first that fails is the answer: the project, the code, what fits the kind, the
 * room that a parking place goes with. `isRoom` says of a code whether it names a room of the project.
 */
export const registerResource = (
  resource: Resource,
  project: Project | undefined,
  isTaken: boolean,
  isRoom: (code: string) => boolean,
): RegistryDecision => {
  if (project === undefined) return reject({ code: 'project-not-found' });
  if (isTaken) return reject({ code: 'resource-exists', resource: resource.resource });
  const fields = misfits(resource);
  if (fields.length > 0) return reject({ code: 'not-of-this-kind', fields });
  if (resource.parentRoom !== null && !isRoom(resource.parentRoom))
    return reject({ code: 'parent-room-unknown', room: resource.parentRoom });
  return accept({ type: 'resource.registered', effectiveDate: SINCE_EVER, body: resource });
};
