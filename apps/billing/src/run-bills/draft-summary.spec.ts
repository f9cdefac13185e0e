import { parseMoney, type NewCharge } from '@propledger/ledger-core';
import fc from 'fast-check';
import { changedStandards, RunDigest } from './digest';
import { DraftSummary, type PeriodSum } from './draft-summary';
import type { Findings } from './findings';
import { Greatest, isFarApart, LISTED_AT_MOST } from './unusual-rows';

const NOTHING_FOUND: Findings = {
  standing: [],
  differences: [],
  daysWithoutPayer: [],
  daysWithoutArea: [],
  daysWithoutPrice: [],
  poolsNotShared: [],
  notComputed: [],
  meters: [],
  vacantDays: [],
};

const charge = (resource: string, amount: string, change: Partial<NewCharge> = {}): NewCharge => ({
  resource,
  customer: 'K1',
  item: '物业费',
  from: '2026-03-01',
  to: '2026-03-31',
  dueOn: '2026-03-10',
  priority: 1,
  amount: parseMoney(amount),
  standard: 'WY',
  binding: `b-${resource}`,
  basis: { method: '手工' },
  ...change,
});
const sum = (resource: string, amount: string): PeriodSum => ({
  resource,
  standard: 'WY',
  item: '物业费',
  count: 1,
  amount: parseMoney(amount),
});
describe('a draft’s summary', () => {
  it('compares each resource and standard with the period before, what stands already included', () => {
    const summary = new DraftSummary(
      [sum('same', '100.00'), sum('gone', '70.00'), sum('changed', '100.00'), sum('close', '100.00')],
      [sum('same', '40.00')],
    );
    summary.take([charge('same', '60.00'), charge('new', '5.00'), charge('changed', '130.00')]);
    summary.take([charge('close', '129.99'), charge('zero', '0.00')]);
    const { toRaise, byItem, unusual, samples } = summary.draft(
      {
        ...NOTHING_FOUND,
        daysWithoutPayer: [{ resource: 'R9', standard: 'WY', from: '2026-03-01', to: '2026-03-31' }],
      },
      '2026-03',
    );
    expect(toRaise).toEqual({ count: 5, amount: '324.99' });
    expect(byItem).toEqual([
      {
        item: '物业费',
        toRaise: { count: 5, amount: '324.99' },
        standing: { count: 1, amount: '40.00' },
        previous: { count: 4, amount: '370.00' },
        difference: '-5.01',
      },
    ]);
    const namesOf = ({ listed }: { listed: readonly { resource: string }[] }): string[] =>
      listed.map(({ resource }) => resource);
    expect(namesOf(unusual.added)).toEqual(['new', 'zero']);
    expect(unusual.gone.listed).toEqual([
      { resource: 'gone', standard: 'WY', item: '物业费', before: '70.00', now: null },
    ]);
    expect(namesOf(unusual.changed)).toEqual(['changed']);
    expect(namesOf(unusual.zero)).toEqual(['zero']);
    expect(unusual.skipped).toMatchObject({ count: 1, byReason: { 'no-payer': 1 }, listed: [{ resource: 'R9' }] });
    expect(samples.map(({ resource }) => resource)).toEqual(['same', 'zero', 'changed']);
  });

  it('calls thirty per cent far, either way, and nothing far from nothing', () => {
    expect(isFarApart(10_000n, 13_000n)).toBe(true);
    expect(isFarApart(10_000n, 12_999n)).toBe(false);
    expect(isFarApart(10_000n, 7_000n)).toBe(true);
    expect(isFarApart(10_000n, 7_001n)).toBe(false);
    expect(isFarApart(0n, 0n)).toBe(false);
  });

  it('keeps the greatest differences of however many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(-1_000_000n, 1_000_000n), { maxLength: 3_000 }), (amounts) => {
        const rows = new Greatest();
        amounts.forEach((now, at) => rows.add({ resource: String(at), standard: 'WY', item: 'x', before: 0n, now }));
        const size = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
        const expected = amounts.map(size).sort((one, other) => (one > other ? -1 : one < other ? 1 : 0));
        expect(rows.listed.count).toBe(amounts.length);
        expect(rows.listed.listed.map(({ now }) => size(parseMoney(now ?? '')))).toEqual(
          expected.slice(0, LISTED_AT_MOST),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('a run’s digest', () => {
  const charges = fc.array(
    fc.record({
      resource: fc.constantFrom('R1', 'R2', 'R3'),
      fen: fc.bigInt(0n, 3n),
      standard: fc.constantFrom('A', 'B'),
    }),
    { maxLength: 8 },
  );
  const digestOf = (made: readonly { resource: string; fen: bigint; standard: string }[]) => {
    const digest = new RunDigest();
    digest.addNew(made.map(({ resource, fen, standard }) => charge(resource, '0.00', { amount: fen, standard })));
    return digest.digests;
  };
  const asText = (made: readonly object[]): string =>
    made
      .map((one) => Object.values(one).join(' '))
      .sort()
      .join('\n');

  it('is the same for the same charges in any order, and for no others', () => {
    fc.assert(
      fc.property(charges, charges, (some, others) => {
        expect(digestOf([...some].reverse())).toEqual(digestOf(some));
        expect(changedStandards(digestOf(some), digestOf(others)).length === 0).toBe(asText(some) === asText(others));
      }),
    );
  });
});
