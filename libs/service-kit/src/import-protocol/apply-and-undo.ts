import type { ApplyStage, Day, Positions, UndoHeld } from '@propledger/contracts';
import {
  heads,
  holdBook,
  releaseBook,
  type Outcome,
  type Submission,
  type Transact,
  type Tx,
} from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import { today } from '../clock';
import {
  booksOf,
  forgetRows,
  lockedState,
  releaseBooks,
  setState,
  type ImportBook,
  type SheetRowKey,
} from './archive-stage';
import { holderOf, ImportRefused, undoHolderOf } from './import-owner';

/** What an import has an archive's book do. */
export type ImportCommand =
  /** The next `most` rows that an import adds to the book, from this row of this sheet on. */
  | { readonly type: 'TakeStaged'; readonly import: string; readonly from: SheetRowKey; readonly most: number }
  /** Withdraws what the events `from` to `to` (positions, both included) of the book registered. */
  | { readonly type: 'WithdrawImported'; readonly from: number; readonly to: number; readonly today: Day };

/** An archive's books, as far as imports are concerned. */
export interface ImportedBooks {
  submitAs(submission: Submission<ImportCommand>): Promise<Outcome<unknown>>;
}

/** What an import added to a book. */
export interface TouchedBook {
  readonly book: string;
  /** Positions of its first and last event there. */
  readonly first: number;
  readonly last: number;
}

/** Something that was built on an import without an event of its own. */
export interface OtherBlocker {
  readonly book: string;
  readonly position: string;
  readonly type: string;
}
export type OtherBlockers = (tx: Tx, touched: readonly TouchedBook[], most: number) => Promise<OtherBlocker[]>;

/** Events a command: a few hundred milliseconds of work under the book's head. */
const AT_ONCE = 1_000;
const MOST_BLOCKERS = 100;

/** The part of the protocol that comes after a decision: idempotent, and repeated by onboarding until it answers. */
export class ApplyAndUndo {
  /**
   * @param taken numbers of the sheets whose rows are facts of their own.
   * @param otherBlockers what else stands in the way of undoing.
   */
  constructor(
    private readonly transact: Transact,
    private readonly books: ImportedBooks,
    private readonly taken: readonly number[],
    private readonly otherBlockers: OtherBlockers = () => Promise.resolve([]),
  ) {}

  /** @throws ImportRefused `import-over` when it was dropped or never checked. */
  async apply(id: string, by: ApplyStage): Promise<Positions> {
    const books = await this.transact(async (tx) => {
      const state = await lockedState(tx, id);
      if (state === 'staging' || state === 'dropped') throw new ImportRefused('import-over', state);
      return state === 'checked' ? booksOf(tx, id) : null;
    });
    if (books !== null) {
      for (const { book } of books) await this.take(id, book, by);
      await this.transact(async (tx) => {
        if ((await lockedState(tx, id)) !== 'checked') return; // The same call, sent again, was faster.
        await releaseBooks(tx, id, holderOf(id));
        await forgetRows(tx, id);
        await setState(tx, id, 'applied');
      });
    }
    return this.positionsOf(id);
  }

  private async take(id: string, book: string, by: ApplyStage): Promise<void> {
    const starts = await this.transact((tx) => startsOf(tx, id, book, this.taken));
    let first = 0;
    let last = 0;
    for (const [index, from] of starts.entries()) {
      const command: ImportCommand = { type: 'TakeStaged', import: id, from, most: AT_ONCE };
      const recorded = await this.submit(book, `${holderOf(id)}:${book}:${index + 1}`, holderOf(id), by, command);
      first = index === 0 ? recorded.firstPosition : first;
      last = recorded.lastPosition;
    }
    if (last === 0) return;
    await this.transact((tx) =>
      tx.rows('update import_book set first_position = $3, last_position = $4 where import = $1 and book = $2', [
        id,
        book,
        first,
        last,
      ]),
    );
  }

  /**
   * Holds the books that the import added to, when nothing was built on it: after its events there are none in them but
   * those of imports that are undone, and of their undoing.
   */
  holdUndo(id: string): Promise<UndoHeld['blockers']> {
    return this.transact(async (tx) => {
      const state = await lockedState(tx, id);
      if (state === 'staging' || state === 'checked') throw new ImportRefused('import-over', state);
      if (state !== 'applied' && state !== 'undo-held') return [];
      const touched = touchedOf(await booksOf(tx, id));
      for (const { book } of touched)
        if (!(await holdBook(tx, book, undoHolderOf(id)))) throw new ImportRefused('import-held', book);
      const blockers = await this.blockersOf(tx, touched);
      if (blockers.length > 0) for (const { book } of touched) await releaseBook(tx, book, undoHolderOf(id));
      await setState(tx, id, blockers.length > 0 ? 'applied' : 'undo-held');
      return blockers;
    });
  }

  private async blockersOf(tx: Tx, touched: readonly TouchedBook[]): Promise<UndoHeld['blockers']> {
    const rows = await tx.rows<{ book: string; position: string; type: string }>(
      `select e.book, e.position, e.type
         from unnest($1::text[], $2::bigint[]) as own (book, last) join event e on e.book = own.book and e.position > own.last
        where not exists (select 1 from import i
                           where i.state = 'undone' and e.source in ('import:' || i.import, 'undo:' || i.import))
        order by e.book, e.position limit $3`,
      [touched.map(({ book }) => book), touched.map(({ last }) => last), MOST_BLOCKERS],
    );
    rows.push(...(await this.otherBlockers(tx, touched, MOST_BLOCKERS)));
    return rows.map(({ book, position, type }) => ({ book, position: Number(position), type }));
  }

  /** @throws ImportRefused `import-over` unless its books are held for it. */
  async undo(id: string, by: ApplyStage): Promise<Positions> {
    const touched = await this.transact(async (tx) => {
      const state = await lockedState(tx, id);
      if (state === null || state === 'undone' || state === 'dropped') return null;
      if (state !== 'undo-held') throw new ImportRefused('import-over', state);
      return touchedOf(await booksOf(tx, id));
    });
    if (touched !== null) {
      for (const book of touched) await this.withdraw(id, book, by);
      await this.transact(async (tx) => {
        if ((await lockedState(tx, id)) !== 'undo-held') return;
        await releaseBooks(tx, id, undoHolderOf(id));
        await setState(tx, id, 'undone');
      });
    }
    return this.positionsOf(id);
  }

  /** From the last to the first, so that a customer goes after his occupancies, a project after its resources. */
  private async withdraw(id: string, { book, first, last }: TouchedBook, by: ApplyStage): Promise<void> {
    for (let to = last, nth = 1; to >= first; to -= AT_ONCE, nth += 1) {
      const from = Math.max(first, to - AT_ONCE + 1);
      const command: ImportCommand = { type: 'WithdrawImported', from, to, today: today() };
      await this.submit(book, `${undoHolderOf(id)}:${book}:${nth}`, undoHolderOf(id), by, command);
    }
  }

  async releaseUndo(id: string): Promise<void> {
    await this.transact(async (tx) => {
      if ((await lockedState(tx, id)) !== 'undo-held') return;
      await releaseBooks(tx, id, undoHolderOf(id));
      await setState(tx, id, 'applied');
    });
  }

  private async submit(
    book: string,
    commandId: string,
    source: string,
    { actor, correlationId }: ApplyStage,
    command: ImportCommand,
  ): Promise<{ firstPosition: number; lastPosition: number }> {
    const outcome = await this.books.submitAs({
      book,
      commandId,
      requestHash: requestHash({ commandId }),
      actor,
      source,
      correlationId,
      command,
    });
    if (outcome.kind !== 'accepted')
      throw new Error(`after the decision nothing may refuse: ${commandId} ${outcome.kind}`);
    return outcome;
  }

  private positionsOf(id: string): Promise<Positions> {
    return this.transact(async (tx) => {
      const reached = await heads(
        tx,
        (await booksOf(tx, id)).map(({ book }) => book),
      );
      return Object.fromEntries(reached.map(({ book, position }) => [book, position]));
    });
  }
}

/** Where each command's rows begin: the same every time, since rows stay as they are from check to apply. */
const startsOf = (tx: Tx, id: string, book: string, taken: readonly number[]): Promise<SheetRowKey[]> =>
  tx.rows<SheetRowKey>(
    `select sheet, row from (
       select sheet, row, row_number() over (order by sheet, row) - 1 as before from import_stage
        where import = $1 and project = $2 and outcome = 'add' and sheet = any ($4)) numbered
      where before % $3 = 0 order by before`,
    [id, book, AT_ONCE, taken],
  );

const touchedOf = (books: readonly ImportBook[]): TouchedBook[] =>
  books.flatMap(({ book, first_position: first, last_position: last }) =>
    first === null || last === null ? [] : [{ book, first, last }],
  );
