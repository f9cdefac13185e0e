import type {
  ApplyStage,
  Developer,
  ItemTerms,
  LedgerEvent,
  Meter,
  MeterRead,
  MeterReplaced,
  Pool,
  PoolAmount,
  Positions,
  Standard,
  UndoHeld,
  Vacancy,
} from '@propledger/contracts';
import { holdBook, releaseBook, type Submission, type Transact, type Tx } from '@propledger/event-log';
import { holderOf, ImportRefused, undoHolderOf } from '@propledger/service-kit';
import type { Ledger } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { positionsOf } from './apply-import';
import { decided, submitDecided } from './decided';
import { booksOf, lockedState, setState, type ImportBook } from './stage';

const BLOCKERS_AT_MOST = 100;
const POSITIONS_AT_ONCE = 1_000;

/** A book with events of the import. */
interface Touched {
  readonly book: string;
  readonly first: number;
  readonly last: number;
}

const touchedOf = (books: readonly ImportBook[]): Touched[] =>
  books.flatMap(({ book, firstPosition, lastPosition }) =>
    firstPosition === null || lastPosition === null ? [] : [{ book, first: firstPosition, last: lastPosition }],
  );

/**
 * Holds the books that the import wrote to when nothing was built on it: since its first event there are none in them but
 * its own, those of imports that are undone, and of their undoing.
 *
 * @throws ImportRefused `import-over` before it was applied, `import-held` when another import has one of the books.
 */
export const holdUndo = (transact: Transact, importId: string): Promise<UndoHeld['blockers']> =>
  transact(async (tx) => {
    const state = await lockedState(tx, importId);
    if (state === 'staging' || state === 'checked') throw new ImportRefused('import-over', state);
    if (state !== 'applied' && state !== 'undo-held') return [];
    const touched = touchedOf(await booksOf(tx, importId));
    for (const { book } of touched) {
      const isHeld = await holdBook(tx, book, undoHolderOf(importId));
      const [staged] = await tx.rows('select 1 from import_book where book = $1 and held', [book]);
      if (!isHeld || staged !== undefined) throw new ImportRefused('import-held', book);
    }
    const blockers = await blockersOf(tx, importId, touched);
    if (blockers.length > 0) await release(tx, importId, touched);
    await setState(tx, importId, blockers.length > 0 ? 'applied' : 'undo-held');
    return blockers;
  });

const blockersOf = async (tx: Tx, importId: string, touched: readonly Touched[]): Promise<UndoHeld['blockers']> => {
  const rows = await tx.rows<{ book: string; position: string; type: string }>(
    `select e.book, e.position, e.type
       from unnest($1::text[], $2::bigint[]) as own(book, first)
       join event e on e.book = own.book and e.position > own.first
      where e.source <> $3
        and not exists (select 1 from import_stage s
                         where s.state = 'undone' and e.source in ('import:' || s.import, 'undo:' || s.import))
      order by e.book, e.position limit ${BLOCKERS_AT_MOST}`,
    [touched.map(({ book }) => book), touched.map(({ first }) => first), holderOf(importId)],
  );
  return rows.map(({ book, position, type }) => ({ book, position: Number(position), type }));
};

const release = async (tx: Tx, importId: string, touched: readonly Touched[]): Promise<void> => {
  for (const { book } of touched) await releaseBook(tx, book, undoHolderOf(importId));
};

/** Before the decision: lets the books go. */
export const releaseUndo = (transact: Transact, importId: string): Promise<void> =>
  transact(async (tx) => {
    if ((await lockedState(tx, importId)) !== 'undo-held') return;
    await release(tx, importId, touchedOf(await booksOf(tx, importId)));
    await setState(tx, importId, 'applied');
  });

/**
 * After the decision: reverses everything that the import brought, latest first: receipts, prepayments, deposits and
 * arrears by entries of their own dates, then bindings and standards. Repeated until it answers.
 *
 * @throws ImportRefused `import-over` unless its books are held for it.
 */
export const undoImport = async (
  transact: Transact,
  reader: Reader,
  ledger: Ledger,
  importId: string,
  by: ApplyStage,
): Promise<Positions> => {
  const touched = await transact(async (tx) => {
    const state = await lockedState(tx, importId);
    if (state === null || state === 'undone' || state === 'dropped') return null;
    if (state !== 'undo-held') throw new ImportRefused('import-over', state);
    return touchedOf(await booksOf(tx, importId));
  });
  if (touched !== null) {
    for (const book of touched) await new Reversal(reader, ledger, importId, by, book).all();
    await transact(async (tx) => {
      if ((await lockedState(tx, importId)) !== 'undo-held') return;
      await forgetOpenings(tx, importId, touched);
      await release(tx, importId, touched);
      await setState(tx, importId, 'undone');
    });
  }
  return positionsOf(reader, importId);
};

/** A book that the import opened is not open any more: the project may come again, with another first period. */
const forgetOpenings = (tx: Tx, importId: string, touched: readonly Touched[]): Promise<unknown> =>
  tx.rows(
    `delete from calendar c using event e
      where c.book = any ($1) and e.book = c.book and e.type = 'book.opened' and e.source = $2 and e.position = any ($3)`,
    [touched.map(({ book }) => book), holderOf(importId), touched.map(({ first }) => first)],
  );

type Own = Pick<LedgerEvent, 'type'> & { readonly position: number; readonly body: unknown };

const NOTHING_OPTIONAL = { cycle: undefined, meterKind: undefined, tiers: undefined, lateFee: undefined };

/** The undoing of one import in one book. */
class Reversal {
  constructor(
    private readonly reader: Reader,
    private readonly ledger: Ledger,
    private readonly importId: string,
    private readonly by: ApplyStage,
    private readonly touched: Touched,
  ) {}

  async all(): Promise<void> {
    const { book, first, last } = this.touched;
    for (let to = last; to >= first; to -= POSITIONS_AT_ONCE) {
      const submissions: Submission<LedgerTask>[] = [];
      for (const event of await this.ownBetween(Math.max(first, to - POSITIONS_AT_ONCE + 1), to)) {
        const command = await this.reverse(event);
        if (command !== null)
          submissions.push(decided(undoHolderOf(this.importId), event.position, book, this.by, { command }));
      }
      await submitDecided(this.ledger, submissions);
    }
  }

  /** The import's events between two positions, latest first. */
  private async ownBetween(from: number, to: number): Promise<Own[]> {
    const rows = await this.reader.rows<{ position: string; type: LedgerEvent['type']; body: unknown; source: string }>(
      `select position, type, source, body::jsonb as body from event
        where book = $1 and position between $2 and $3 order by position desc`,
      [this.touched.book, from, to],
    );
    return rows
      .filter(({ source }) => source === holderOf(this.importId))
      .map(({ position, type, body }) => ({ position: Number(position), type, body }));
  }

  /** What undoes the event; null for one that needs no undoing. */
  private async reverse({ position, type, body }: Own): Promise<LedgerTask['command'] | null> {
    switch (type) {
      case 'receipt.taken':
        return {
          type: 'ReverseReceipt',
          receiptNo: (body as { receiptNo: string }).receiptNo,
          date: null,
          posting: 'own',
        };
      case 'prepayment.brought-in':
      case 'deposit.received':
      case 'charge.raised':
        return { type: 'ReverseEntry', position, date: null, posting: 'own' };
      case 'binding.made':
        return { type: 'WithdrawBinding', binding: (body as { binding: string }).binding };
      case 'vacancy.declared':
        return { type: 'WithdrawVacancy', vacancy: (body as Vacancy).vacancy };
      case 'item.terms-set': {
        const { item, from } = body as ItemTerms;
        return { type: 'WithdrawItemTerms', item, from };
      }
      case 'developer.named':
        return { type: 'WithdrawDeveloper', from: (body as Developer).from };
      case 'meter.installed':
        return { type: 'WithdrawMeter', meter: (body as Meter).meter };
      case 'meter.read':
      case 'meter.replaced':
        return { type: 'WithdrawMeterRecord', meter: (body as MeterRead | MeterReplaced).meter, record: position };
      case 'pool.defined':
        return { type: 'WithdrawPool', pool: (body as Pool).pool };
      case 'pool.amount-set': {
        const { pool, period } = body as PoolAmount;
        return { type: 'WithdrawPoolAmount', pool, period };
      }
      case 'standard.defined':
        return { type: 'WithdrawStandard', standard: (body as Standard).standard };
      case 'standard.changed':
        return this.standardAsBefore(position, (body as Standard).standard);
      case 'book.opened':
        return null; // See forgetOpenings.
      default:
        throw new Error(`an import does not bring ${type}`);
    }
  }

  private async standardAsBefore(position: number, standard: string): Promise<LedgerTask['command']> {
    const before = await this.reader.first<{ body: Standard }>(
      `select body::jsonb as body from event
        where book = $1 and position < $2 and type in ('standard.defined', 'standard.changed')
          and body::jsonb->>'standard' = $3
        order by position desc limit 1`,
      [this.touched.book, position, standard],
    );
    if (before === undefined) throw new Error(`standard ${standard} was changed before it was defined`);
    const { standard: _code, ...changes } = before.body;
    // What there was not before is named, too, so that it goes.
    return { type: 'EditStandard', standard, changes: { ...NOTHING_OPTIONAL, ...changes } };
  }
}
