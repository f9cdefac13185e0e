import type { Resource } from '@propledger/contracts';
import type { ResourceVersion } from './facts';
import { inForceOn, misfits, shortest } from './resource-rules';

const room: Resource = {
  resource: 'A',
  kind: 'room',
  name: 'A',
  nature: '高层',
  building: '01',
  entrance: null,
  floor: null,
  room: null,
  grossArea: '88.5',
  insideArea: null,
  billableArea: '88.5',
  handedOverOn: null,
  location: null,
  parentRoom: null,
};
const version = (effectiveOn: string, position: number): ResourceVersion => ({ effectiveOn, position, resource: room });

describe('the version in force', () => {
  const versions = [
    version('2026-04-01', 3),
    version('1900-01-01', 1),
    version('2026-04-01', 5),
    version('2026-03-01', 9),
  ];
  it.each([
    ['1900-01-01', 1],
    ['2026-02-28', 1],
    ['2026-03-01', 9],
    ['2026-03-31', 9],
    ['2026-04-01', 5],
    ['2199-12-31', 5],
  ])('on %s is that of position %i', (day, position) => {
    expect(inForceOn(versions, day)?.position).toBe(position);
  });
  it('is none before the first, and none without versions', () => {
    expect(inForceOn([version('2026-01-01', 1)], '2025-12-31')).toBeUndefined();
    expect(inForceOn([], '2026-01-01')).toBeUndefined();
  });
});

it.each([
  ['106.40', '106.4'],
  ['106.00', '106'],
  ['0.50', '0.5'],
  ['0', '0'],
  ['00.10', '0.1'],
  [null, null],
])('writes %s as %s', (given, written) => {
  expect(shortest(given)).toBe(written);
});

it('says which fields do not fit the kind', () => {
  expect(misfits(room)).toEqual([]);
  expect(misfits({ ...room, building: null, grossArea: null, location: '东' })).toEqual([
    'building',
    'grossArea',
    'location',
  ]);
  expect(misfits({ ...room, kind: 'parking' })).toEqual(['nature', 'building']);
});
