import { hash } from 'node:crypto';

// The Merkle tree of RFC 6962 and RFC 9162, section 2.1. Hashes are SHA-256 in lower-case hex; sizes and indexes are whole
// numbers up to 2^53, so they are halved by division: bitwise operators would cut them to 32 bits.

/** A perfect subtree: the 2^level leaves from index × 2^level on. Once it is full it never changes. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}
export interface TreeNode extends NodeId {
  readonly hash: string;
}
/** Gives the hash of a perfect subtree. */
export type ReadNode = (node: NodeId) => string;

/** Leaves `from` up to, without, `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The root of a tree without leaves. */
export const EMPTY_ROOT = hash('sha256', '', 'hex');

export const leafHash = (leaf: Uint8Array): string => hash('sha256', Buffer.concat([Buffer.of(0), leaf]), 'hex');

export const nodeHash = (left: string, right: string): string =>
  hash('sha256', Buffer.from(`01${left}${right}`, 'hex'), 'hex');

/** What must be read to append to a tree of this size: the perfect subtrees that it is made of, leftmost first. */
export const frontier = (size: number): NodeId[] => perfectSubtrees({ from: 0, to: size });

/** The nodes that leaves add to a tree: the leaves themselves, and each perfect subtree that one of them fills. */
export const nodesAdded = (size: number, leaves: readonly string[], read: ReadNode): TreeNode[] => {
  const added: TreeNode[] = [];
  const unpaired = new Map(frontier(size).map((node) => [node.level, read(node)]));
  leaves.forEach((leaf, offset) => {
    let node: TreeNode = { level: 0, index: size + offset, hash: leaf };
    added.push(node);
    while (isOdd(node.index)) {
      const left = unpaired.get(node.level) ?? '';
      node = { level: node.level + 1, index: half(node.index), hash: nodeHash(left, node.hash) };
      added.push(node);
    }
    unpaired.set(node.level, node.hash);
  });
  return added;
};

export const rootOf = (size: number, read: ReadNode): string =>
  size === 0 ? EMPTY_ROOT : rangeHash({ from: 0, to: size }, read);

/** What `inclusionProof` will read. */
export const inclusionNodes = (index: number, size: number): NodeId[] =>
  inclusionPath(index, size).flatMap(perfectSubtrees);

/** The audit path of a leaf in the tree of its first `size` leaves, lowest sibling first (RFC 9162, 2.1.3.1). */
export const inclusionProof = (index: number, size: number, read: ReadNode): string[] =>
  inclusionPath(index, size).map((range) => rangeHash(range, read));

/** What `consistencyProof` will read. */
export const consistencyNodes = (from: number, to: number): NodeId[] =>
  consistencyPath(from, to).flatMap(perfectSubtrees);

/** That the tree of `from` leaves is the beginning of the tree of `to` leaves (RFC 9162, 2.1.4.1). */
export const consistencyProof = (from: number, to: number, read: ReadNode): string[] =>
  consistencyPath(from, to).map((range) => rangeHash(range, read));

/** Whether the leaf stands at this index of the tree of this size and root (RFC 9162, 2.1.3.2). */
export const isIncluded = (
  leaf: string,
  index: number,
  size: number,
  root: string,
  proof: readonly string[],
): boolean => {
  if (!isIndex(index) || !isIndex(size) || index >= size || !proof.every(isHash)) return false;
  let [at, last, computed] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      computed = nodeHash(sibling, computed);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else computed = nodeHash(computed, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && computed === root;
};

/**
 * Whether the tree of `from` leaves is the beginning of the tree of `to` leaves (RFC 9162, 2.1.4.2). An empty tree is the
 * beginning of every tree.
 */
export const isConsistent = (
  from: number,
  fromRoot: string,
  to: number,
  toRoot: string,
  proof: readonly string[],
): boolean => {
  if (!isIndex(from) || !isIndex(to) || from > to || !proof.every(isHash)) return false;
  if (from === to) return proof.length === 0 && fromRoot === toRoot;
  if (from === 0) return proof.length === 0 && fromRoot === EMPTY_ROOT;

  let [at, last] = [from - 1, to - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  // A whole perfect subtree is its own beginning: its root is known and not sent.
  const [first, ...rest] = at === 0 ? [fromRoot, ...proof] : proof;
  if (first === undefined) return false;
  let [older, newer] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else newer = nodeHash(newer, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && older === fromRoot && newer === toRoot;
};

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);
const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The greatest power of two below a number above 1: where RFC 9162 splits a tree. */
const splitOf = (leaves: number): number => {
  let split = 1;
  while (split * 2 < leaves) split *= 2;
  return split;
};

/** @throws RangeError for a leaf that the tree does not have. */
const inclusionPath = (index: number, size: number): Range[] => {
  if (!isIndex(index) || index >= size) throw new RangeError('the tree has no such leaf');
  const path: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    path.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.reverse();
};

/** @throws RangeError when `from` is the greater. */
const consistencyPath = (from: number, to: number): Range[] => {
  if (!isIndex(from) || from > to) throw new RangeError('a tree does not begin with a larger one');
  if (from === 0) return [];
  const path: Range[] = [];
  let [left, right] = [0, to];
  let isWhole = true;
  while (from < right) {
    const middle = left + splitOf(right - left);
    path.push(from <= middle ? { from: middle, to: right } : { from: left, to: middle });
    if (from <= middle) right = middle;
    else {
      left = middle;
      isWhole = false;
    }
  }
  if (!isWhole) path.push({ from: left, to: right });
  return path.reverse();
};

/** The perfect subtrees that a range is made of, leftmost first. It begins where RFC 9162 splits, or at 0. */
const perfectSubtrees = ({ from, to }: Range): NodeId[] => {
  const nodes: NodeId[] = [];
  for (let at = from; at < to;) {
    let [level, leaves] = [0, 1];
    while (leaves * 2 <= to - at) [level, leaves] = [level + 1, leaves * 2];
    nodes.push({ level, index: at / leaves });
    at += leaves;
  }
  return nodes;
};

const rangeHash = (range: Range, read: ReadNode): string =>
  perfectSubtrees(range)
    .map(read)
    .reduceRight((right, left) => nodeHash(left, right));
