import { cutOf, CUT_ID_PATTERN } from './cut';

describe('a cut', () => {
  const books = [
    { book: 'b', ledger: 3, registry: 1 },
    { book: 'Z', ledger: 7, registry: 2 },
    { book: '项目', ledger: 0, registry: 0 },
  ];

  it('holds its books by code point, in whatever order they come', () => {
    const cut = cutOf('2026-03-31', books);
    expect(cut.books.map(({ book }) => book)).toEqual(['Z', 'b', '项目']);
    expect(cutOf('2026-03-31', [...books].reverse())).toEqual(cut);
    expect(cut.id).toMatch(new RegExp(CUT_ID_PATTERN));
  });

  it('is named by its content: each position, each book, and the day', () => {
    const others = [
      cutOf('2026-04-01', books),
      cutOf('2026-03-31', books.slice(1)),
      cutOf('2026-03-31', [{ book: 'b', ledger: 4, registry: 1 }, ...books.slice(1)]),
      cutOf('2026-03-31', [{ book: 'b', ledger: 3, registry: 2 }, ...books.slice(1)]),
      cutOf('2026-03-31', [{ book: 'B', ledger: 3, registry: 1 }, ...books.slice(1)]),
    ];
    expect(new Set([cutOf('2026-03-31', books), ...others].map(({ id }) => id)).size).toBe(6);
  });
});
