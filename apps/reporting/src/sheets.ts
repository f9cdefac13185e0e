import { type Sheet, statementSheet } from './answer/sheet';
import { entriesSheet } from './difference/entries';
import type { ReadHeaders } from './difference/headers';
import { rowsColumns, rowsStatement } from './difference/rows';
import type { Projections } from './projections';
import type { Question } from './question';
import { parametersOf } from './report';

/** Where the rows of a question come from. */
export class Sheets {
  constructor(
    private readonly projections: Projections,
    private readonly readHeaders: ReadHeaders,
  ) {}

  of(question: Question): Sheet {
    const { part, report, moment, known, against } = question;
    switch (part) {
      case 'report':
        return statementSheet(this.projections, report.columns, {
          sql: report.sql(moment),
          parameters: parametersOf({ books: known.books, moment }),
          cells: (row) => report.cells(row),
        });
      case 'difference':
        return entriesSheet(this.projections, this.readHeaders, {
          report,
          moment,
          known: known.books,
          against: against?.books ?? [],
        });
      case 'difference-rows':
        return statementSheet(
          this.projections,
          rowsColumns(report),
          rowsStatement({ report, moment, known: known.books, against: against?.books ?? [] }),
        );
    }
  }
}
