import type { Tx } from '@propledger/event-log';
import type { KnownBook } from '../report';
import type { Cut } from './cut';

/** How far the projections have come in these books. A book of which nothing was applied is at 0. */
export const positionsNow = async (tx: Tx, books: readonly string[]): Promise<KnownBook[]> => {
  const rows = await tx.rows<{ topic: string; book: string; position: string }>(
    `select topic, book, position from cursor where topic in ('ledger', 'registry') and book = any($1)`,
    [books],
  );
  const at = new Map(rows.map(({ topic, book, position }) => [`${topic} ${book}`, Number(position)]));
  return books.map((book) => ({
    book,
    ledger: at.get(`ledger ${book}`) ?? 0,
    registry: at.get(`registry ${book}`) ?? 0,
  }));
};

/** Keeps a cut for ever. The same content is kept once. */
export const keepCut = async (tx: Tx, { id, takenOn, books }: Cut): Promise<void> => {
  await tx.rows('insert into cut (cut, taken_on, positions) values ($1, $2, $3) on conflict do nothing', [
    id,
    takenOn,
    JSON.stringify(books),
  ]);
};

/** Null: there is no such cut. */
export const findCut = async (tx: Tx, id: string): Promise<Cut | null> => {
  const [row] = await tx.rows<{ taken_on: string; positions: string }>(
    `select to_char(taken_on, 'YYYY-MM-DD') as taken_on, positions from cut where cut = $1`,
    [id],
  );
  return row === undefined ? null : { id, takenOn: row.taken_on, books: JSON.parse(row.positions) as KnownBook[] };
};

/** Every project that the registry has, or those of them that are asked for; by code point. */
export const findProjects = async (tx: Tx, codes: readonly string[] | null): Promise<string[]> => {
  const rows = await tx.rows<{ project: string }>(
    `select project from access_project where $1::text[] is null or project = any($1) order by project collate "C"`,
    [codes],
  );
  return rows.map(({ project }) => project);
};
