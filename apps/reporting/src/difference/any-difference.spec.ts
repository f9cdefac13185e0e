import type { LedgerEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import fc from 'fast-check';
import { ALL_REPORTS } from '../all-reports';
import { statementSheet } from '../answer/sheet';
import { momentOf } from '../moment';
import type { Projections } from '../projections';
import type { Cell, Moment, Report } from '../report';
import type { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { anyHistory, play } from '../spec-support/random-history';
import { effectsOf, fen, isCharge } from '../spec-support/reckoning';
import { entriesSheet } from './entries';
import { rowsStatement } from './rows';
import type { Compared } from './span';

/** The column of a report that the amounts of its entries add up to. */
const TOTAL: Readonly<Record<string, number>> = {
  ...{ 'arrears-detail': 10, 'arrears-summary': 4, receivable: 9, deposits: 8 },
  ...{ prepayments: 3, cashbook: 4, collection: 5 },
};
const MOMENTS = [{ asOf: '2026-02-10' }, { asOf: '2026-04-10', period: '2026-03' }, { period: '2026-04' }];

describe('for any history, and any two cuts of it', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('difference');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  let books = 0;
  const forAnyCuts = (check: (book: LedgerBook, known: number, against: number) => Promise<void>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(anyHistory, fc.nat(100), fc.nat(100), async (steps, one, other) => {
        const book = play(`D${++books}`, steps);
        await projection.ledger(book.events);
        const at = (percent: number): number => Math.floor((book.events.length * percent) / 100);
        await check(book, at(one), at(other));
      }),
      { numRuns: 15 },
    );
  const compared = (book: LedgerBook, report: Report, moment: Moment, known: number, against: number): Compared => ({
    ...{ report, moment },
    known: [{ book: book.project, ledger: known, registry: 0 }],
    against: [{ book: book.project, ledger: against, registry: 0 }],
  });
  const rowsAt = (book: LedgerBook, report: Report, moment: Moment, known: number): Promise<(readonly Cell[])[]> =>
    projection.ask(report, moment, [book.project], known);
  const entriesOf = (book: LedgerBook, of: Compared): Promise<(readonly Cell[])[]> => {
    const headers = (_: string, positions: readonly number[]): Promise<LedgerEvent[]> =>
      Promise.resolve(positions.map((position) => book.at(position)));
    return entriesSheet(projection as unknown as Projections, headers, of).page(0, 1_000);
  };

  it('the entries that differ add up to the difference of every report', () =>
    forAnyCuts(async (book, known, against) => {
      for (const report of ALL_REPORTS)
        for (const asked of MOMENTS) {
          const moment = momentOf(report.selection, asked, '2026-12-31');
          const total = (rows: readonly (readonly Cell[])[], column: number): number =>
            rows.reduce((sum, cells) => sum + fen(String(cells[column])), 0);
          const entries = await entriesOf(book, compared(book, report, moment, known, against));
          const column = TOTAL[report.name] ?? 0;
          const [before, after] = [
            total(await rowsAt(book, report, moment, known), column),
            total(await rowsAt(book, report, moment, against), column),
          ];
          const sign = against >= known ? 1 : -1;
          expect([report.name, moment, sign * total(entries, 6) + 0]).toEqual([report.name, moment, after - before]);
          for (const [, position, knownTo] of entries) {
            expect(Number(position)).toBeGreaterThan(Math.min(known, against));
            expect(Number(position)).toBeLessThanOrEqual(Math.max(known, against));
            expect(knownTo).toBe(known > against ? 'known' : 'against');
          }
        }
    }));

  it('the entries that differ in arrears are those that touch a charge by then, and no others', () =>
    forAnyCuts(async (book, known, against) => {
      const moment = { asOf: '2026-03-01', period: null };
      const [report] = ALL_REPORTS.filter(({ name }) => name === 'arrears-detail');
      const due = new Set(
        book.events.flatMap((event) =>
          isCharge(event) && event.body.dueOn <= moment.asOf && event.effectiveDate <= moment.asOf
            ? [event.position]
            : [],
        ),
      );
      const counts = new Map<number, number>();
      for (const { charge, fen: amount, event } of effectsOf(book.events))
        if (due.has(charge) && event.effectiveDate <= moment.asOf)
          counts.set(event.position, (counts.get(event.position) ?? 0) + amount);
      const expected = [...counts].filter(
        ([position]) => position > Math.min(known, against) && position <= Math.max(known, against),
      );
      const entries = await entriesOf(book, compared(book, report as Report, moment, known, against));
      expect(entries.map((cells) => [cells[1], fen(String(cells[6]))])).toEqual(
        expected.sort(([one], [other]) => one - other),
      );
    }));

  it('taking away the rows of one side and adding those of the other makes one answer of the other', () =>
    forAnyCuts(async (book, known, against) => {
      for (const report of ALL_REPORTS)
        for (const asked of MOMENTS) {
          const moment = momentOf(report.selection, asked, '2026-12-31');
          const statement = rowsStatement(compared(book, report, moment, known, against));
          const differing = await statementSheet(projection, report.columns, statement).page(0, 1_000);
          const texts = (rows: readonly (readonly Cell[])[]): string[] => rows.map((cells) => JSON.stringify(cells));
          const of = (side: string): string[] =>
            texts(differing.filter(([knownTo]) => knownTo === side).map(([, ...cells]) => cells));
          const rest = texts(await rowsAt(book, report, moment, known));
          for (const row of of('known')) expect(rest.splice(rest.indexOf(row) >>> 0, 1)).toEqual([row]);
          expect([...rest, ...of('against')].sort()).toEqual(texts(await rowsAt(book, report, moment, against)).sort());
        }
    }));
});
