import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECTS } from './blueprint';
import { Dice } from './dice';
import { chargeFen, makeHistory, restOfCycle } from './history';
import { makeProperty, type Space } from './property';
import { sampleFiles } from './sample-files';
import type { StandardPlan } from './blueprint';

const COMMITTED = join(__dirname, '../../../sample');

it('makes the files that the repository keeps, byte by byte', async () => {
  const made = await sampleFiles();
  expect(readdirSync(COMMITTED).sort()).toEqual([...made.keys()].sort());
  for (const [name, bytes] of made) expect(Buffer.compare(readFileSync(join(COMMITTED, name)), bytes)).toBe(0);
});

it('is a group of a thousand resources and more, small enough to be kept', async () => {
  const projects = PROJECTS.map((plan) => makeProperty(plan, new Dice(1)));
  expect(projects.reduce((sum, { spaces }) => sum + spaces.length, 0)).toBeGreaterThanOrEqual(1000);
  expect(new Set(projects.flatMap(({ spaces }) => spaces.map(({ nature }) => nature))).size).toBeGreaterThanOrEqual(10);
  const bytes = [...(await sampleFiles()).values()].reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeLessThan(3_000_000);
});

it('never lets two pay for one resource on a day', () => {
  for (const plan of PROJECTS) {
    const { stays } = makeProperty(plan, new Dice(7));
    const until = new Map<string, string>();
    const payers = stays.filter(({ payer }) => payer).sort((one, other) => (one.from < other.from ? -1 : 1));
    for (const { space, from, to } of payers) {
      expect(from > (until.get(space.code) ?? '')).toBe(true);
      until.set(space.code, to === '' ? '9999-12-31' : to);
    }
  }
});

it('collects less than it charges, and never a receipt of nothing', () => {
  for (const plan of PROJECTS) {
    const { months } = makeHistory(makeProperty(plan, new Dice(7)), new Dice(7));
    const receipts = months.flatMap((month) => month.receipts);
    expect(months).toHaveLength(12);
    expect(receipts.every(({ amount }) => Number.isInteger(amount) && amount > 0)).toBe(true);
    expect(new Set(receipts.map(({ receiptNo }) => receiptNo)).size).toBe(receipts.length);
  }
});

describe('a month’s charge', () => {
  const space: Space = {
    ...{ code: 'R', name: 'R', nature: '高层', building: '01', entrance: '1', floor: '1', room: '0101' },
    ...{ area: 8920, handedOverOn: '2024-01-01', place: '', parent: '' },
  };
  const standard: StandardPlan = {
    ...{ code: 'S', name: 'S', item: '物业费', method: '面积单价', dueDay: 10, cycle: '季', rounding: '分', priority: 10 },
    ...{ prices: [{ price: 18500, from: '2025-01-01', to: '2026-06-30' }], natures: ['高层'] },
  };

  it('is price × area, half up to the fen', () => {
    expect(chargeFen(standard, space, ['2026-01'])).toBe(16502); // 1.85 × 89.20 = 165.02
  });
  it('is rounded to the yuan where the standard says so', () => {
    expect(chargeFen({ ...standard, rounding: '元' }, space, ['2026-01'])).toBe(16500);
    expect(chargeFen({ ...standard, rounding: '元' }, { ...space, area: 8950 }, ['2026-01'])).toBe(16600); // 165.575
  });
  it('is rounded once over the months of a cycle, each at its price', () => {
    expect(chargeFen(standard, space, ['2026-01', '2026-02', '2026-03'])).toBe(49506); // 3 × 165.02
    expect(chargeFen(standard, { ...space, area: 8950 }, ['2026-05', '2026-06', '2026-07'])).toBe(33115); // 2 × 165.575
  });
  it('is in advance for what is left of the cycle', () => {
    expect(restOfCycle('季', '2025-11')).toEqual(['2025-11', '2025-12']);
    expect(restOfCycle('半年', '2026-07')).toHaveLength(6);
    expect(restOfCycle('年', '2026-12')).toEqual(['2026-12']);
    expect(restOfCycle('月', '2026-12')).toEqual(['2026-12']);
  });
  it('is nothing without a price in force', () => {
    expect(chargeFen(standard, space, ['2026-07'])).toBe(0);
  });
});
