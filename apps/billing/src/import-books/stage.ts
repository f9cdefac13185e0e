import type { SheetCount, SheetRow } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { type Chunk, ImportRefused, type ImportState } from '@propledger/service-kit';
import { OWN_SHEETS, unusableColumns, type OwnSheet, type StagedRow } from './staged-row';

/** The state, locked until the transaction ends, so that calls for one import take turns; null: not known here. */
export const lockedState = async (tx: Tx, importId: string): Promise<ImportState | null> => {
  const [stage] = await tx.rows<{ state: ImportState }>('select state from import_stage where import = $1 for update', [
    importId,
  ]);
  return stage?.state ?? null;
};

export const setState = async (tx: Tx, importId: string, state: ImportState): Promise<void> => {
  await tx.rows(
    `insert into import_stage (import, state) values ($1, $2)
     on conflict (import) do update set state = excluded.state`,
    [importId, state],
  );
};

/** Stages a chunk; one that is staged already changes nothing. @throws ImportRefused once the import was checked. */
export const stageChunk = async (tx: Tx, importId: string, { sheet, chunk, rows }: Chunk<OwnSheet>): Promise<void> => {
  await tx.rows(`insert into import_stage (import, state) values ($1, 'staging') on conflict do nothing`, [importId]);
  const state = await lockedState(tx, importId);
  const added = await tx.rows(
    'insert into import_chunk (import, sheet, chunk) values ($1, $2, $3) on conflict do nothing returning chunk',
    [importId, sheet, chunk],
  );
  if (added.length === 0) return;
  if (state !== 'staging') throw new ImportRefused('import-over', String(state));
  const staged = rows.map((row) => {
    const unusable = unusableColumns(row);
    const project = unusable.includes('项目编码') ? null : (row.values['项目编码'] ?? null);
    return { row: row.row, project, cells: row.values, faulty: row.faulty, unusable };
  });
  await tx.rows(
    `insert into import_row (import, sheet, row, project, cells, faulty, unusable)
     select $1, $2, x.row, x.project, x.cells, x.faulty, x.unusable
       from jsonb_to_recordset($3::jsonb) as x(row int, project text, cells jsonb, faulty jsonb, unusable jsonb)
     on conflict do nothing`,
    [importId, sheet, JSON.stringify(staged)],
  );
};

type Row = Pick<SheetRow, 'row' | 'faulty'> & {
  readonly cells: SheetRow['values'];
  readonly unusable: readonly string[];
};

const stagedRow = ({ row, cells, faulty, unusable }: Row): StagedRow => ({
  row,
  values: cells,
  faulty: [...faulty, ...unusable],
  unusable,
});

const PAGE = 5_000;

/** The staged rows of a sheet, a page at a time, by row number. */
export async function* pagesOf(tx: Tx, importId: string, sheet: OwnSheet): AsyncGenerator<StagedRow[]> {
  for (let last = 0; ;) {
    const rows = await tx.rows<Row>(
      `select row, cells, faulty, unusable from import_row
        where import = $1 and sheet = $2 and row > $3 order by row limit ${PAGE}`,
      [importId, sheet, last],
    );
    if (rows.length > 0) yield rows.map(stagedRow);
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE) return;
    last = end.row;
  }
}

/** The rows of a sheet that a project's book is given, a page at a time, by row number. */
export async function* rowsToApply(
  tx: Tx,
  importId: string,
  sheet: OwnSheet,
  book: string,
  page: number,
): AsyncGenerator<SheetRow[]> {
  for (let last = 0; ;) {
    const rows = await tx.rows<Row>(
      `select row, cells, faulty, unusable from import_row
        where import = $1 and sheet = $2 and project = $3 and not skipped and row > $4 order by row limit ${page}`,
      [importId, sheet, book, last],
    );
    if (rows.length > 0) yield rows.map(stagedRow);
    const end = rows.at(-1);
    if (end === undefined || rows.length < page) return;
    last = end.row;
  }
}

/** A project's receipts in the order in which they are taken: 收款日期, then 收据号 by code point. */
export async function* receiptsToApply(
  tx: Tx,
  importId: string,
  book: string,
  page: number,
): AsyncGenerator<SheetRow[]> {
  let last = ['', '', '0'];
  for (;;) {
    const rows = await tx.rows<Row>(
      `select row, cells, faulty, unusable from import_row
        where import = $1 and sheet = '实收补录' and project = $2 and not skipped
          and (cells->>'收款日期' collate "C", cells->>'收据号' collate "C", row) > ($3, $4, $5::int)
        order by cells->>'收款日期' collate "C", cells->>'收据号' collate "C", row limit ${page}`,
      [importId, book, ...last],
    );
    if (rows.length > 0) yield rows.map(stagedRow);
    const end = rows.at(-1);
    if (end === undefined || rows.length < page) return;
    last = [end.cells['收款日期'] ?? '', end.cells['收据号'] ?? '', String(end.row)];
  }
}

/** Rows to be left out by the application: they stand already. */
export const markSkipped = async (
  tx: Tx,
  importId: string,
  sheet: OwnSheet,
  rows: ReadonlySet<number>,
): Promise<void> => {
  if (rows.size === 0) return;
  await tx.rows('update import_row set skipped = true where import = $1 and sheet = $2 and row = any ($3::int[])', [
    importId,
    sheet,
    [...rows],
  ]);
};

/** Rows by sheet that would be added and that are left out. */
export const countRows = async (tx: Tx, importId: string): Promise<SheetCount[]> => {
  const rows = await tx.rows<{ sheet: OwnSheet; added: number; skipped: number }>(
    `select sheet, count(*) filter (where not skipped)::int as added, count(*) filter (where skipped)::int as skipped
       from import_row where import = $1 group by sheet`,
    [importId],
  );
  return OWN_SHEETS.flatMap((sheet) => rows.filter((row) => row.sheet === sheet));
};

/** Lets books and numbers go; the rows stay. */
export const releaseStage = async (tx: Tx, importId: string): Promise<void> => {
  await tx.rows('delete from reservation where import = $1', [importId]);
  await tx.rows('update import_book set held = false where import = $1 and held', [importId]);
};

export const forgetRows = async (tx: Tx, importId: string): Promise<void> => {
  await tx.rows('delete from import_row where import = $1', [importId]);
  await tx.rows('delete from import_chunk where import = $1', [importId]);
};

/** Before the decision: forgets the rows and lets everything go. Rows that come later are refused. */
export const dropStage = async (tx: Tx, importId: string): Promise<void> => {
  const state = await lockedState(tx, importId);
  if (state !== null && state !== 'staging' && state !== 'checked' && state !== 'dropped')
    throw new ImportRefused('import-over', state);
  await releaseStage(tx, importId);
  await forgetRows(tx, importId);
  await setState(tx, importId, 'dropped');
};

/** A book that an import writes to, and the positions between which its events stand once it is applied. */
export interface ImportBook {
  readonly book: string;
  readonly firstPeriod: string | null;
  readonly firstPosition: number | null;
  readonly lastPosition: number | null;
}

export const booksOf = async (tx: Tx, importId: string): Promise<ImportBook[]> => {
  const rows = await tx.rows<{ book: string; first_period: string | null; first: string | null; last: string | null }>(
    `select book, first_period, first_position as first, last_position as last from import_book
      where import = $1 order by book`,
    [importId],
  );
  return rows.map(({ book, first_period, first, last }) => ({
    book,
    firstPeriod: first_period,
    firstPosition: first === null ? null : Number(first),
    lastPosition: last === null ? null : Number(last),
  }));
};
