/*
 * SQL of where a book has what is posted in some periods. A book is written nearly in the order of its periods: what is looked for in a
 * month is found without reading the years before. `book` and `periods`, an array, are SQL that names no row.
 */

export const firstPositionOf = (book: string, periods: string): string => outermost('min', book, periods);

/** A charge that came over from another customer keeps its period, and stands behind this. */
export const lastPositionOf = (book: string, periods: string): string => outermost('max', book, periods);

const outermost = (end: 'min' | 'max', book: string, periods: string): string =>
  `(select ${end}(of_period.at) from unnest(${periods}) as asked(period) cross join lateral (
      select ${end}(p.position) as at from event p where p.book = ${book} and p.accounting_period = asked.period) of_period)`;
