import type { Statement } from '../answer/read-rows';
import { type Column, parametersOf, type Report } from '../report';
import { type Compared, differingBooks } from './span';

/** The report's own columns, and before them whose row it is. */
export const rowsColumns = (report: Report): readonly Column[] => [
  {
    key: 'knownTo',
    header: '切片',
    kind: 'text',
    description: 'known: as `known` has it; against: as `against` has it. The same in both: not listed',
  },
  ...report.columns,
];

/**
 * The rows of a report that are not the same in both: first as `known` has them, then as `against` has them, one after the other
 * where the report's key is the same.
 */
export const rowsStatement = (compared: Compared): Statement => {
  const { report, moment } = compared;
  const { known, against } = differingBooks(compared);
  const sql = report.sql(moment);
  const parameters = parametersOf({ books: known, moment });
  // The other side reads the same moment, of its own books and positions.
  const otherSql = sql.replace(/\$([123])(?!\d)/g, (_, number: string) => `$${parameters.length + Number(number)}`);
  return {
    sql: `with before as (${sql}), after as (${otherSql}), differing as (
      select 'known' as known_to, d.* from (select * from before except all select * from after) d
      union all
      select 'against', d.* from (select * from after except all select * from before) d
    )
    select * from differing order by ${report.key}, known_to desc, differing::text collate "C"`,
    parameters: [...parameters, ...parametersOf({ books: against, moment }).slice(0, 3)],
    cells: (row) => [(row as { readonly known_to: string }).known_to, ...report.cells(row)],
  };
};
