import type { SheetRow } from '@propledger/contracts';
import { releaseBook, type Transact, type Tx } from '@propledger/event-log';
import { SHEET_NO, type CustomersSheet } from '../archive/sheet-rows';

export type ImportState = 'staging' | 'checked' | 'applied' | 'dropped' | 'undo-held' | 'undone';

/** Why the protocol cannot go on: another import holds a book, or this one is past that step. */
export class ImportRefused extends Error {
  constructor(
    readonly code: 'import-held' | 'import-over',
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

export const holderOf = (id: string): string => `import:${id}`;
export const undoHolderOf = (id: string): string => `undo:${id}`;

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

/** Lets go of every book that the import's holder holds. */
export const releaseBooks = async (tx: Tx, id: string, holder: string): Promise<void> => {
  for (const { book } of await booksOf(tx, id)) await releaseBook(tx, book, holder);
};

export const forgetRows = async (tx: Tx, id: string): Promise<void> => {
  await tx.rows('delete from import_stage where import = $1', [id]);
  await tx.rows('delete from import_chunk where import = $1', [id]);
};

/** Where an import's rows stand from their upload until they are applied or dropped. */
export class ImportStage {
  constructor(private readonly transact: Transact) {}

  /** A chunk that is staged already is passed over. */
  async addRows(id: string, sheet: CustomersSheet, chunk: number, rows: readonly SheetRow[]): Promise<void> {
    await this.transact(async (tx) => {
      await tx.rows(`insert into import (import, state) values ($1, 'staging') on conflict do nothing`, [id]);
      const state = await lockedState(tx, id);
      const isNew = await tx.rows(
        'insert into import_chunk (import, sheet, chunk) values ($1, $2, $3) on conflict do nothing returning 1 as added',
        [id, SHEET_NO[sheet], chunk],
      );
      if (isNew.length === 0) return;
      if (state !== 'staging') throw new ImportRefused('import-over', String(state));
      await tx.rows(
        `insert into import_stage (import, sheet, row, project, resource, lease, defines, cells, faulty, outcome)
         select $1, $2, row, project, resource, lease, defines, cells, faulty, case when faulty = '{}' then 'add' else 'fault' end
           from jsonb_to_recordset($3::jsonb)
             as staged (row integer, project text, resource text, lease text, defines text, cells jsonb, faulty text[])`,
        [id, SHEET_NO[sheet], JSON.stringify(rows.map((row) => stagedRow(sheet, row)))],
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

const stagedRow = (sheet: CustomersSheet, { row, values, faulty }: SheetRow): object => {
  const { 项目编码: project, 客户编码: customer, 资源编码: resource, 合同编号: lease } = values;
  const key =
    sheet === '客户档案' && project && customer
      ? customerKey(project, customer)
      : sheet === '租赁合同' && project && lease
        ? `lease ${project}\n${lease}`
        : null;
  const named = { project: project ?? null, resource: resource ?? null, lease: lease ?? null };
  return { row, ...named, defines: key, cells: values, faulty };
};

/** What a row defines, as import_stage has it. Codes hold no line breaks. */
const customerKey = (project: string, customer: string): string => `customer ${project}\n${customer}`;
/** The same of columns, in SQL. */
export const CUSTOMER_KEY = (project: string, customer: string): string =>
  `('customer ' || ${project} || E'\\n' || ${customer})`;
