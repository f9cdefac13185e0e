import type { KnownBook, Moment, Report } from '../report';

/** Two states of the same books, for the same report at the same moment. */
export interface Compared {
  readonly report: Report;
  readonly moment: Moment;
  readonly known: readonly KnownBook[];
  readonly against: readonly KnownBook[];
}

/** A book, and the positions that one side knows and the other does not: those after `low`, up to `high`. */
export interface Span {
  readonly book: string;
  readonly low: number;
  readonly high: number;
  /** Who knows them. */
  readonly knownTo: 'known' | 'against';
}

/** The books whose ledgers are known to different positions. A book that one side does not hold is known to 0 there. */
export const spansOf = ({ known, against }: Compared): Span[] => {
  const at = (books: readonly KnownBook[]): Map<string, number> =>
    new Map(books.map(({ book, ledger }) => [book, ledger]));
  const [one, other] = [at(known), at(against)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((book): Span[] => {
    const [mine, theirs] = [one.get(book) ?? 0, other.get(book) ?? 0];
    if (mine === theirs) return [];
    return [
      { book, low: Math.min(mine, theirs), high: Math.max(mine, theirs), knownTo: mine > theirs ? 'known' : 'against' },
    ];
  });
};

/** Only books that differ can have rows that differ. */
export const differingBooks = ({ known, against }: Compared): Pick<Compared, 'known' | 'against'> => {
  const texts = (books: readonly KnownBook[]): Set<string> => new Set(books.map((book) => JSON.stringify(book)));
  const [mine, theirs] = [texts(known), texts(against)];
  return {
    known: known.filter((book) => !theirs.has(JSON.stringify(book))),
    against: against.filter((book) => !mine.has(JSON.stringify(book))),
  };
};
