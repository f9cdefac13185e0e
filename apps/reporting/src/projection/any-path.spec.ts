import type { RegistryEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import fc from 'fast-check';
import { arrearsSummarySql } from '../arrears-summary/arrears-summary';
import { arrearsDetailSql } from '../arrears-detail/arrears-detail';
import { collectionSql } from '../collection/collection';
import { receivableSql } from '../receivable/receivable';
import { recorded } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { anyHistory, play } from '../spec-support/random-history';
import { fen, openOn } from '../spec-support/reckoning';

const EVERY = 1_000_000;
const NONE = -1;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const dayOf = (day: number): string => new Date(FIRST_DAY + day * 86_400_000).toISOString().slice(0, 10);

/** Registrations, and resources that come to lie elsewhere, from days that jump forth and back. */
const anyPlaces = fc.array(
  fc.record({ resource: fc.nat(3), building: fc.constantFrom('01', '02', null), day: fc.nat(200) }),
  { minLength: 1, maxLength: 8 },
);
const places = (book: string, steps: readonly { resource: number; building: string | null; day: number }[]) => {
  const registered = new Set<number>();
  return steps.map(({ resource, building, day }, i) => {
    const type = registered.has(resource) ? 'resource.changed' : 'resource.registered';
    registered.add(resource);
    const body = { resource: `R${resource}`, building, kind: building === null ? 'parking' : 'room' };
    return recorded(book, i + 1, type, dayOf(day), null, null, body) as RegistryEvent;
  });
};

describe('whichever way a report is made', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('paths');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  let books = 0;
  const anyQuestion = fc.record({
    steps: anyHistory,
    moves: anyPlaces,
    // Often after all that happened, with all that is registered known: then the sums of what is open now are taken.
    day: fc.oneof(fc.nat(200), fc.integer({ min: 200, max: 400 })),
    days: fc.nat(200),
    known: fc.nat(100),
    /** Up to 3: so many events came after the cut, whatever `known` says. */
    last: fc.nat(6),
    placesKnown: fc.oneof(fc.nat(100), fc.constant(100)),
    order: fc.nat(100),
  });

  it('has the same rows, and what is open is what the facts say', () =>
    fc.assert(
      fc.asyncProperty(anyQuestion, async ({ steps, moves, day, days, known, last, placesKnown, order }) => {
        const { project, events } = play(`W${++books}`, steps);
        const registry = places(project, moves);
        // The two topics come in some order, and in pieces.
        const at = (of: number, percent: number): number => Math.round((of * percent) / 100);
        await projection.ledger(events.slice(0, at(events.length, order)));
        await projection.registry(registry.slice(0, at(registry.length, order)));
        await projection.ledger(events.slice(at(events.length, order)));
        await projection.registry(registry.slice(at(registry.length, order)));
        const asOf = dayOf(day);
        const since = last <= 3 ? last : at(events.length, Math.floor((known * known) / 100));
        const ledger = Math.max(0, events.length - since);
        const question = [[project], [ledger], [at(registry.length, placesKnown)], asOf];
        const rows = (sql: string): Promise<Record<string, unknown>[]> => projection.tx.rows(sql, question);

        const summary = await rows(arrearsSummarySql(NONE, NONE));
        expect(await rows(arrearsSummarySql(NONE, EVERY))).toEqual(summary);
        expect(await rows(arrearsSummarySql(EVERY, EVERY))).toEqual(summary);
        const detail = await rows(arrearsDetailSql(NONE));
        expect(await rows(arrearsDetailSql(EVERY))).toEqual(detail);

        const period = dayOf(days).slice(0, 7);
        const inPeriod = (sql: string): Promise<Record<string, unknown>[]> =>
          projection.tx.rows(sql, [...question, period]);
        for (const sql of [receivableSql, (near: number) => collectionSql({ asOf, period }, near)])
          expect(await inPeriod(sql(EVERY))).toEqual(await inPeriod(sql(NONE)));
        const byDay = (near: number): string => collectionSql({ asOf, period: null }, near);
        expect(await rows(byDay(EVERY))).toEqual(await rows(byDay(NONE)));

        const open = [...openOn(events.slice(0, ledger), asOf).values()].filter((amount) => amount !== 0);
        const total = (some: Record<string, unknown>[]): number =>
          some.reduce((sum, row) => sum + fen(String(row['open'])), 0);
        expect(detail).toHaveLength(open.length);
        expect([total(detail), total(summary)]).toEqual(
          [1, 1].map(() => open.reduce((sum, amount) => sum + amount, 0)),
        );
      }),
      { numRuns: 60 },
    ));
});
