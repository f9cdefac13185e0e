import type { LedgerEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import fc from 'fast-check';
import { arrearsDetail } from '../arrears-detail/arrears-detail';
import { arrearsSummary } from '../arrears-summary/arrears-summary';
import { cashbook } from '../cashbook/cashbook';
import { collection } from '../collection/collection';
import { deposits } from '../deposits/deposits';
import { prepayments } from '../prepayments/prepayments';
import { receivable } from '../receivable/receivable';
import type { Moment, Report } from '../report';
import type { LedgerBook } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { anyHistory, play } from '../spec-support/random-history';
import { fen, openOn, prepaidOn, receivableOf } from '../spec-support/reckoning';

const DAYS = ['2026-01-15', '2026-02-28', '2026-04-10', '2026-12-31'];
const PERIODS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07'];
const TABLES = [
  'charge',
  'receivable_movement',
  'prepayment_movement',
  'deposit',
  'deposit_movement',
  'receipt_movement',
  'arrears_sum',
  'receivable_month',
  'receivable_day',
  'collection_day',
  'book_dates',
];

describe('for any history', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('history');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  let books = 0;
  const forAnyBook = (check: (book: LedgerBook, split: number) => Promise<void>, numRuns = 40): Promise<void> =>
    fc.assert(
      fc.asyncProperty(anyHistory, fc.nat(100), async (steps, percent) => {
        const book = play(`H${++books}`, steps);
        await check(book, Math.floor((book.events.length * percent) / 100));
      }),
      { numRuns },
    );
  const ask = <Row extends object>(
    report: Report<Row>,
    moment: Partial<Moment>,
    { project }: LedgerBook,
    known?: number,
  ): ReturnType<Projection['ask']> => projection.ask(report, moment, [project], known);
  const total = (rows: readonly (readonly unknown[])[], column: number): number =>
    rows.reduce((sum, cells) => sum + fen(String(cells[column])), 0);

  it('the receivable identity holds on every row, each period begins where the last ended, and every figure is right', () =>
    forAnyBook(async (book) => {
      await projection.ledger(book.events);
      const closings = new Map<string, number>();
      for (const period of PERIODS) {
        const rows = await ask(receivable, { period }, book);
        const expected = receivableOf(book.events, period);
        for (const [, item, ...cells] of rows) {
          const figures = cells.slice(0, 8).map((cell) => fen(String(cell)));
          const [opening, charged, a, b, c, d, writtenOff, closing] = figures as [
            number,
            number,
            number,
            number,
            number,
            number,
            number,
            number,
          ];
          expect(opening + charged - a - b - c - d - writtenOff).toBe(closing);
          expect(opening).toBe(closings.get(String(item)) ?? 0);
          expect(figures).toEqual(expected.get(String(item))?.map((figure) => figure + 0));
          closings.set(String(item), closing);
          expected.delete(String(item));
        }
        for (const figures of expected.values()) expect(figures.every((figure) => figure === 0)).toBe(true);
      }
    }));

  it('arrears, prepayments and the collection table agree with the open items of the day', () =>
    forAnyBook(async (book) => {
      await projection.ledger(book.events);
      for (const asOf of DAYS) {
        const open = [...openOn(book.events, asOf)].filter(([, amount]) => amount !== 0);
        const sum = open.reduce((all, [, amount]) => all + amount, 0);
        const detail = await ask(arrearsDetail, { asOf }, book);
        expect(detail).toHaveLength(open.length);
        expect(total(detail, 10)).toBe(sum);
        for (const cells of detail)
          expect(total([cells], 7) - total([cells], 8) - total([cells], 9)).toBe(total([cells], 10));
        const summary = await ask(arrearsSummary, { asOf }, book);
        expect(total(summary, 4)).toBe(sum);
        expect([5, 6, 7, 8, 9, 10].reduce((all, column) => all + total(summary, column), 0)).toBe(sum);
        expect(total(await ask(collection, { asOf }, book), 5)).toBe(sum);
        expect(total(await ask(prepayments, { asOf }, book), 3)).toBe(prepaidOn(book.events, asOf));
      }
    }));

  it('as of any day, as known at any time, every figure is what the entries recorded by then give', () =>
    forAnyBook(async (book, split) => {
      // Several entries have one time, as those of one command have.
      const timeOf = (position: number): string =>
        new Date(Date.UTC(2026, 5, 1) + Math.ceil(position / 3) * 1_000).toISOString();
      const events = book.events.map((event) => ({ ...event, recordedAt: timeOf(event.position) }));
      await projection.ledger(events);
      const time = timeOf(Math.max(1, split));
      const recorded = events.filter(({ recordedAt }) => recordedAt <= time);
      const known = recorded.length;
      for (const asOf of DAYS) {
        const open = [...openOn(recorded, asOf)].filter(([, amount]) => amount !== 0);
        const sum = open.reduce((all, [, amount]) => all + amount, 0);
        const detail = await ask(arrearsDetail, { asOf }, book, known);
        expect([detail.length, total(detail, 10)]).toEqual([open.length, sum]);
        expect(total(await ask(arrearsSummary, { asOf }, book, known), 4)).toBe(sum);
        expect(total(await ask(collection, { asOf }, book, known), 5)).toBe(sum);
        expect(total(await ask(prepayments, { asOf }, book, known), 3)).toBe(prepaidOn(recorded, asOf));
        const effective = receivableOf(recorded, '2026-03', asOf);
        for (const [, item, ...cells] of await ask(receivable, { asOf, period: '2026-03' }, book, known))
          expect(cells.slice(0, 8).map((cell) => fen(String(cell)))).toEqual(
            effective.get(String(item))?.map((figure) => figure + 0),
          );
      }
    }, 20));

  it('a question with its cut has the same answer, whatever is posted afterwards and however late it is dated', () =>
    forAnyBook(async (book, known) => {
      const answers = async (): Promise<string> => {
        const all = [];
        for (const report of [arrearsDetail, arrearsSummary, deposits, prepayments, collection] as Report[])
          for (const asOf of DAYS) all.push(await ask(report, { asOf }, book, known));
        for (const report of [receivable, cashbook, collection] as Report[])
          for (const period of PERIODS.slice(0, 4)) all.push(await ask(report, { period }, book, known));
        return JSON.stringify(all);
      };
      await projection.ledger(book.events.slice(0, known));
      const before = await answers();
      await projection.ledger(book.events.slice(known));
      expect(await answers()).toBe(before);
    }, 15));

  it('a charge carries the sum, the latest date and the last position of its movements', () =>
    forAnyBook(async (book, split) => {
      await projection.ledger(book.events.slice(0, split));
      await projection.ledger(book.events.slice(split));
      const wrong = await projection.tx.rows(
        `select c.* from charge c join lateral (
           select sum(amount_fen) as open_fen, max(effective_on) as moved_on, max(position) as moved_at
           from receivable_movement where book = c.book and charge = c.position
         ) m on true
         where c.book = $1 and (c.open_fen, c.moved_on, c.moved_at) is distinct from (m.open_fen, m.moved_on, m.moved_at)`,
        [book.project],
      );
      expect(wrong).toEqual([]);
    }));

  it('events applied at once, in pieces beside those of another book, or twice give the same tables', () =>
    forAnyBook(async (book, split) => {
      const others = ['x', 'y'].map((name) => `${book.project}${name}`);
      const beside = (from: number, to?: number): LedgerEvent[] =>
        others.flatMap((project) => book.events.slice(from, to).map((event) => ({ ...event, book: project })));
      await projection.ledger(book.events);
      await projection.ledger(beside(0, split));
      for (let at = split; at < book.events.length; at++) await projection.ledger(beside(at, at + 1));
      await projection.ledger(beside(0));
      for (const table of TABLES) {
        const rows = (project: string): Promise<{ row: string }[]> =>
          projection.tx.rows(`select (to_jsonb(t) - 'book')::text as row from ${table} t where book = $1 order by 1`, [
            project,
          ]);
        for (const other of others) expect(await rows(other)).toEqual(await rows(book.project));
      }
    }, 20));
});
