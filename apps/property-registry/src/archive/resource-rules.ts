import { PARKING_NATURES, ROOM_NATURES, type Day, type Resource } from '@propledger/contracts';
import type { ResourceVersion } from './facts';

const ROOM_FIELDS = ['building', 'entrance', 'floor', 'room', 'insideArea', 'handedOverOn'] as const;
const PARKING_FIELDS = ['location', 'parentRoom'] as const;

/** The fields that do not fit the resource's kind, in the order of the archive; empty: it is as it should be. */
export const misfits = (resource: Resource): string[] => {
  const isRoom = resource.kind === 'room';
  const natures: readonly string[] = isRoom ? ROOM_NATURES : PARKING_NATURES;
  const foreign = isRoom ? PARKING_FIELDS : ROOM_FIELDS;
  return [
    ...(natures.includes(resource.nature) ? [] : ['nature']),
    ...(isRoom && resource.building === null ? ['building'] : []),
    ...(isRoom && resource.grossArea === null ? ['grossArea'] : []),
    ...foreign.filter((field) => resource[field] !== null),
  ];
};

/** The version that holds on a day. `versions` may stand in any order; the first of a resource holds since ever. */
export const inForceOn = (versions: readonly ResourceVersion[], day: Day): ResourceVersion | undefined =>
  versions
    .filter(({ effectiveOn }) => effectiveOn <= day)
    .reduce<ResourceVersion | undefined>(
      (best, next) => (best !== undefined && isLater(best, next) ? best : next),
      undefined,
    );

/** The version that holds in the end, when every change has taken effect. */
export const lastOf = (versions: readonly ResourceVersion[]): ResourceVersion | undefined =>
  inForceOn(versions, '9999-12-31');

const isLater = (one: ResourceVersion, other: ResourceVersion): boolean =>
  one.effectiveOn === other.effectiveOn ? one.position > other.position : one.effectiveOn > other.effectiveOn;

/** A decimal without needless zeros: `"106.40"` and `"0106.4"` are both `"106.4"`. Null stays null. */
export const shortest = (decimal: string | null): string | null => {
  if (decimal === null) return null;
  const [whole = '', fraction = ''] = decimal.split('.');
  const kept = fraction.replace(/0+$/, '');
  return `${whole.replace(/^0+(?=\d)/, '')}${kept === '' ? '' : `.${kept}`}`;
};

const FIELDS = [
  'resource',
  'kind',
  'name',
  'nature',
  'building',
  'entrance',
  'floor',
  'room',
  'grossArea',
  'insideArea',
  'billableArea',
  'handedOverOn',
  'location',
  'parentRoom',
] as const satisfies readonly (keyof Resource)[];

/** Whether two say the same of a resource, apart from the fields in `except`. */
export const sameResource = (one: Resource, other: Resource, except: ReadonlySet<string> = new Set()): boolean =>
  FIELDS.every((field) => except.has(field) || one[field] === other[field]);
