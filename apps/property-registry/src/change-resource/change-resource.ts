import type { Day, Resource } from '@propledger/contracts';
import { accept, reject, type RegistryDecision, type ResourceChange, type ResourceVersion } from '../archive/facts';
import { inForceOn, misfits, sameResource } from '../archive/resource-rules';

/**
 * The change is made to the resource as it is on `effectiveOn`, and holds from that day until the next change that is
 * already recorded for a later day. Changing nothing records nothing.
 */
export const changeResource = (
  change: ResourceChange,
  effectiveOn: Day,
  versions: readonly ResourceVersion[],
  isRoom: (code: string) => boolean,
): RegistryDecision => {
  const before = inForceOn(versions, effectiveOn)?.resource;
  if (before === undefined) return reject({ code: 'resource-not-found' });
  const after: Resource = { ...before, ...change };
  if (sameResource(before, after)) return accept();
  const fields = misfits(after);
  if (fields.length > 0) return reject({ code: 'not-of-this-kind', fields });
  if (after.parentRoom !== null && after.parentRoom !== before.parentRoom && !isRoom(after.parentRoom))
    return reject({ code: 'parent-room-unknown', room: after.parentRoom });
  return accept({ type: 'resource.changed', effectiveDate: effectiveOn, body: after });
};
