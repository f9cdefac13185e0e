import type { SheetRow } from '@propledger/contracts';
import { holdBook, releaseBook, type Transact, type Tx } from '@propledger/event-log';
import { holderOf, ImportRefused, type Chunk, type ImportState } from './import-owner';

/** A row of a workbook by its sheet's number and its own. */
export interface SheetRowKey {
  readonly sheet: number;
  readonly row: number;
}

/** How an archive keeps staged rows: the tables `import`, `import_book`, `import_chunk` and `import_stage` of its database. */
export interface StagedSheets<Sheet extends string> {
  /** In the order in which their rows are taken; a sheet's number is its place here. */
  readonly sheets: readonly Sheet[];
  /** Numbers of the sheets whose rows are facts of their own. */
  readonly taken: readonly number[];
  /** Text columns of `import_stage` that are made of a row's cells. */
  readonly columns: readonly string[];
  /** What of a row goes into these columns. */
  readonly columnsOf: (sheet: Sheet, values: SheetRow['values']) => Readonly<Record<string, string | null>>;
}

/** The import's state, locked until the transaction ends; null: not known here. */
export const lockedState = async (tx: Tx, id: string): Promise<ImportState | null> => {
  const [row] = await tx.rows<{ state: ImportState }>('select state from import where import = $1 for update', [id]);
  return row?.state ?? null;
};

export const setState = async (tx: Tx, id: string, state: ImportState): Promise<void> => {
  await tx.rows(
    'insert into import (import, state) values ($1, $2) on conflict (import) do update set state = excluded.state',
    [id, state],
  );
};

/** A book of an import, and the events that it brought there once it is applied. */
export interface ImportBook {
  readonly book: string;
  readonly first_position: number | null;
  readonly last_position: number | null;
}

export const booksOf = (tx: Tx, id: string): Promise<ImportBook[]> =>
  tx.rows<ImportBook>('select book, first_position, last_position from import_book where import = $1 order by book', [
    id,
  ]);

/** Holds the books of these projects for the import. @throws ImportRefused `import-held`. */
export const holdBooks = async (tx: Tx, id: string, projects: readonly string[]): Promise<void> => {
  for (const project of projects)
    if (!(await holdBook(tx, project, holderOf(id)))) throw new ImportRefused('import-held', project);
  await tx.rows('insert into import_book (import, book) select $1, unnest($2::text[]) on conflict do nothing', [
    id,
    projects,
  ]);
};

/** Lets go of every book that the import's holder holds. */
export const releaseBooks = async (tx: Tx, id: string, holder: string): Promise<void> => {
  for (const { book } of await booksOf(tx, id)) await releaseBook(tx, book, holder);
};

export const forgetRows = async (tx: Tx, id: string): Promise<void> => {
  await tx.rows('delete from import_stage where import = $1', [id]);
  await tx.rows('delete from import_chunk where import = $1', [id]);
};

/** Where an import's rows stand from their upload until they are applied or dropped. */
export class ArchiveStage<Sheet extends string> {
  constructor(
    private readonly transact: Transact,
    private readonly staged: StagedSheets<Sheet>,
  ) {}

  /** A chunk that is staged already is passed over. */
  async addRows(id: string, { sheet, chunk, rows }: Chunk<Sheet>): Promise<void> {
    const { sheets, columns, columnsOf } = this.staged;
    const number = sheets.indexOf(sheet);
    const own = columns.join(', ');
    await this.transact(async (tx) => {
      await tx.rows(`insert into import (import, state) values ($1, 'staging') on conflict do nothing`, [id]);
      const state = await lockedState(tx, id);
      const isNew = await tx.rows(
        'insert into import_chunk (import, sheet, chunk) values ($1, $2, $3) on conflict do nothing returning 1 as added',
        [id, number, chunk],
      );
      if (isNew.length === 0) return;
      if (state !== 'staging') throw new ImportRefused('import-over', String(state));
      const lines = rows.map(({ row, values, faulty }) => ({
        ...columnsOf(sheet, values),
        row,
        cells: values,
        faulty,
      }));
      await tx.rows(
        `insert into import_stage (import, sheet, row, ${own}, cells, faulty, outcome)
         select $1, $2, row, ${own}, cells, faulty, case when faulty = '{}' then 'add' else 'fault' end
           from jsonb_to_recordset($3::jsonb)
             as staged (row integer, ${columns.map((column) => `${column} text`).join(', ')}, cells jsonb, faulty text[])`,
        [id, number, JSON.stringify(lines)],
      );
    });
  }

  /** Before the decision: forgets the rows and lets the books go. Rows that come later are refused. */
  async drop(id: string): Promise<void> {
    await this.transact(async (tx) => {
      const state = await lockedState(tx, id);
      if (state !== null && state !== 'staging' && state !== 'checked' && state !== 'dropped')
        throw new ImportRefused('import-over', state);
      await releaseBooks(tx, id, holderOf(id));
      await forgetRows(tx, id);
      await setState(tx, id, 'dropped');
    });
  }
}
