import type { Day } from '@propledger/contracts';

/**
 * What stands in a cell. A number in a date format is a date (`day` is null when there is no such day); an error value, a
 * truth value and a number that is none keep their text.
 */
export type Cell =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'date'; readonly day: Day | null }
  | { readonly is: 'other'; readonly text: string };

/** A row with something in it: `row` as a spreadsheet shows it, cells by column from 0, without blank ones. */
export interface CellRow {
  readonly row: number;
  readonly cells: ReadonlyMap<number, Cell>;
}
