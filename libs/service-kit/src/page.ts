import { IntField, TextField } from './fields';
import { Problem } from './problem';

/** Query of a list: how many, and from where. Extend it with the list's own filters. */
export class PageQuery {
  @IntField({ min: 1, max: 500, optional: true, description: '每页行数, 默认 100 rows a page' })
  limit?: number;

  @TextField({ max: 1024, optional: true, description: '上一页的 nextCursor the last page’s nextCursor' })
  cursor?: string;
}

export const pageLimit = (query: PageQuery): number => query.limit ?? 100;

/** The opaque form of the sort key of a page's last row. */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Reads a cursor whose key must have the types of `shape`; null without a cursor.
 *
 * @throws Problem `invalid-input` when it is not one of ours.
 */
export const decodeCursor = <Shape extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  ...shape: Shape
): { [I in keyof Shape]: Shape[I] extends 'string' ? string : number } | null => {
  if (cursor === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits =
      Array.isArray(key) &&
      key.length === shape.length &&
      key.every((part, i) =>
        shape[i] === 'number' ? Number.isSafeInteger(part) : typeof part === 'string' && !part.includes('\u0000'),
      );
    if (fits) return key as { [I in keyof Shape]: Shape[I] extends 'string' ? string : number };
  } catch {
    // Not base64url, not JSON: the same answer as any other wrong cursor.
  }
  throw new Problem('invalid-input', {
    errors: [{ pointer: '/query/cursor', code: 'cursor', message: '翻页标记有误 not a cursor of this list' }],
  });
};

/** A page made of `limit + 1` rows that were asked for: the extra one only says that there is a next page. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  key: (row: Row) => readonly (string | number)[],
): { items: Item[]; nextCursor: string | null } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  };
};
