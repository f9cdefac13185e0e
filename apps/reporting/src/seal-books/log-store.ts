import type { Topic } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { NodeId, ReadNode, SealedRange, SignedCheckpoint, TreeNode } from '@propledger/proof';
import type { BookPoint } from './plan-round';

// The log's tables. The service's role may insert into them and read them; nothing in them ever changes.

/** A leaf with its place in the log. */
export interface Leaf extends SealedRange {
  readonly index: number;
}

/** A checkpoint as it is kept. `sealedAt`: RFC 3339. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly root: string;
  readonly sealedAt: string;
  readonly checkpoint: string;
}

/** Holds off every other replica until the transaction ends; false: another one seals now. */
export const takeTurn = async (tx: Tx): Promise<boolean> => {
  const [row] = await tx.rows<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock(hashtext('propledger/seal')) as taken`,
  );
  return row?.taken === true;
};

/** How many leaves the log has. */
export const logSize = async (tx: Tx): Promise<number> => {
  const [row] = await tx.rows<{ size: string | null }>('select max(size) as size from seal_checkpoint');
  return Number(row?.size ?? 0);
};

/** Where each book is sealed to. Goes from book to book in the index, however many leaves there are. */
export const sealedEnds = async (tx: Tx): Promise<BookPoint[]> => {
  const rows = await tx.rows<{ topic: Topic; book: string; position: string; hash: string }>(
    `with recursive last as (
       (select topic, book, last_position, hash from seal_leaf order by topic desc, book desc, last_position desc limit 1)
       union all
       select next.* from last cross join lateral (
         select topic, book, last_position, hash from seal_leaf where (topic, book) < (last.topic, last.book)
          order by topic desc, book desc, last_position desc limit 1) next)
     select topic, book, last_position as position, encode(hash, 'hex') as hash from last`,
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
};

/** These perfect subtrees, in one query. */
export const nodesFor = async (tx: Tx, wanted: readonly NodeId[]): Promise<ReadNode> => {
  const key = ({ level, index }: { level: number; index: number | string }): string => `${level}/${index}`;
  const rows = await tx.rows<{ level: number; index: string; hash: string }>(
    `select level, index, encode(hash, 'hex') as hash
       from unnest($1::smallint[], $2::bigint[]) as wanted(level, index) join seal_node using (level, index)`,
    [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
  );
  const hashes = new Map(rows.map((row) => [key(row), row.hash]));
  return (node) => {
    const hash = hashes.get(key(node));
    if (hash === undefined) throw new Error(`the log has lost its node ${key(node)}`);
    return hash;
  };
};

/** Adds what a round sealed, a statement a table. */
export const addRound = async (
  tx: Tx,
  size: number,
  leaves: readonly SealedRange[],
  nodes: readonly TreeNode[],
  checkpoint: SignedCheckpoint,
): Promise<void> => {
  await tx.rows(
    `insert into seal_leaf (index, topic, book, first_position, last_position, hash)
     select index, topic, book, first_position, last_position, decode(hash, 'hex')
       from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
         as leaf(index, topic, book, first_position, last_position, hash)`,
    [
      leaves.map((_, offset) => size + offset),
      leaves.map(({ topic }) => topic),
      leaves.map(({ book }) => book),
      leaves.map(({ firstPosition }) => firstPosition),
      leaves.map(({ lastPosition }) => lastPosition),
      leaves.map(({ hash }) => hash),
    ],
  );
  await tx.rows(
    `insert into seal_node (level, index, hash)
     select level, index, decode(hash, 'hex') from unnest($1::smallint[], $2::bigint[], $3::text[]) as node(level, index, hash)`,
    [nodes.map(({ level }) => level), nodes.map(({ index }) => index), nodes.map(({ hash }) => hash)],
  );
  await tx.rows(`insert into seal_checkpoint (size, root, note) values ($1, decode($2, 'hex'), $3)`, [
    checkpoint.size,
    checkpoint.root,
    checkpoint.text,
  ]);
};

interface CheckpointRow extends Omit<KeptCheckpoint, 'size'> {
  readonly size: string;
}

/** Checkpoints below a size, largest first. */
export const checkpointsBelow = async (tx: Tx, below: number | null, limit: number): Promise<KeptCheckpoint[]> => {
  const rows = await tx.rows<CheckpointRow>(
    `select size, encode(root, 'hex') as root, note as checkpoint,
            to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "sealedAt"
       from seal_checkpoint where $1::bigint is null or size < $1 order by size desc limit $2`,
    [below, limit],
  );
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
};

/** The checkpoint of this size, or the latest; null: there is none. */
export const checkpointOf = async (tx: Tx, size: number | null): Promise<KeptCheckpoint | null> => {
  const [found] = await checkpointsBelow(tx, size === null ? null : size + 1, 1);
  return found === undefined || (size !== null && found.size !== size) ? null : found;
};

/** The last leaf of a book in the tree of this size; null: none of it is sealed there. */
export const lastLeaf = async (
  tx: Tx,
  { topic, book }: Pick<BookPoint, 'topic' | 'book'>,
  size: number,
): Promise<Pick<BookPoint, 'position' | 'hash'> | null> => {
  const [row] = await tx.rows<{ position: string; hash: string }>(
    `select last_position as position, encode(hash, 'hex') as hash
       from seal_leaf where topic = $1 and book = $2 and index < $3 order by last_position desc limit 1`,
    [topic, book, size],
  );
  return row === undefined ? null : { position: Number(row.position), hash: row.hash };
};

/** Leaves of a book that end at or behind a position and stand in the tree of this size, in order. */
export const leavesFrom = async (
  tx: Tx,
  { topic, book, position }: Omit<BookPoint, 'hash'>,
  size: number,
  limit: number,
): Promise<Leaf[]> => {
  const rows = await tx.rows<
    Omit<Leaf, 'index' | 'firstPosition' | 'lastPosition'> & Record<'index' | 'firstPosition' | 'lastPosition', string>
  >(
    `select index, topic, book, first_position as "firstPosition", last_position as "lastPosition", encode(hash, 'hex') as hash
       from seal_leaf where topic = $1 and book = $2 and last_position >= $3 and index < $4
      order by last_position limit $5`,
    [topic, book, position, size, limit],
  );
  return rows.map((row) => ({
    ...row,
    index: Number(row.index),
    firstPosition: Number(row.firstPosition),
    lastPosition: Number(row.lastPosition),
  }));
};
