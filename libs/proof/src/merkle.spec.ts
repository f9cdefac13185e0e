import fc from 'fast-check';
import {
  consistencyNodes,
  consistencyProof,
  EMPTY_ROOT,
  inclusionNodes,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  type NodeId,
  nodeHash,
  nodesAdded,
  type ReadNode,
  rootOf,
} from './merkle';

/** A tree that keeps its nodes as the log does. */
const treeOf = (leaves: readonly string[], perRound = 3): { read: ReadNode; asked: NodeId[] } => {
  const nodes = new Map<string, string>();
  const asked: NodeId[] = [];
  const read: ReadNode = (node) => {
    asked.push({ level: node.level, index: node.index });
    const found = nodes.get(`${node.level}/${node.index}`);
    if (found === undefined) throw new Error(`${node.level}/${node.index} was not kept`);
    return found;
  };
  for (let size = 0; size < leaves.length; size += perRound)
    for (const { level, index, hash } of nodesAdded(size, leaves.slice(size, size + perRound), read)) {
      if (nodes.has(`${level}/${index}`)) throw new Error(`${level}/${index} was kept before`);
      nodes.set(`${level}/${index}`, hash);
    }
  asked.length = 0;
  return { read, asked };
};

// The tests that come with the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test).
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => leafHash(Buffer.from(hex, 'hex')),
);
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the published vectors of RFC 6962', () => {
  const { read } = treeOf(INPUTS);

  it('has the roots', () => {
    expect(EMPTY_ROOT).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(rootOf(0, read)).toBe(EMPTY_ROOT);
    expect(ROOTS.map((_, index) => rootOf(index + 1, read))).toEqual(ROOTS);
  });

  it.each<[number, number, string[]]>([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('proves leaf %i in a tree of %i', (index, size, proof) => {
    expect(inclusionProof(index, size, read)).toEqual(proof);
    expect(isIncluded(INPUTS[index] ?? '', index, size, ROOTS[size - 1] ?? '', proof)).toBe(true);
  });

  it.each<[number, number, string[]]>([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('proves that the tree of %i begins that of %i', (from, to, proof) => {
    expect(consistencyProof(from, to, read)).toEqual(proof);
    expect(isConsistent(from, ROOTS[from - 1] ?? '', to, ROOTS[to - 1] ?? '', proof)).toBe(true);
  });
});

/** The root as RFC 9162 defines it, from the leaves alone. */
const definedRoot = (leaves: readonly string[]): string => {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0] ?? '';
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)));
};

const leavesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => leafHash(Buffer.from([i])));
const flipped = (hash: string): string => (hash.startsWith('0') ? '1' : '0') + hash.slice(1);

it('has the defined root at every size, however many leaves come at a time', () => {
  const leaves = leavesOf(70);
  for (const perRound of [1, 2, 7, 70]) {
    const { read } = treeOf(leaves, perRound);
    for (let size = 0; size <= leaves.length; size++)
      expect(rootOf(size, read)).toBe(definedRoot(leaves.slice(0, size)));
  }
});

const size = fc.integer({ min: 1, max: 130 });

it('proves every leaf in every tree from the nodes it names, and nothing else', () => {
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), fc.nat(), (count, at, other, hit) => {
      const leaves = leavesOf(count);
      const { read, asked } = treeOf(leaves);
      const [index, elsewhere] = [at % count, other % (count + 3)];
      const proof = inclusionProof(index, count, read);
      expect(asked).toEqual(inclusionNodes(index, count));
      const root = rootOf(count, read);
      const leaf = leaves[index] ?? '';
      expect(isIncluded(leaf, index, count, root, proof)).toBe(true);
      expect(isIncluded(leaf, elsewhere, count, root, proof)).toBe(elsewhere === index);
      expect(isIncluded(flipped(leaf), index, count, root, proof)).toBe(false);
      expect(isIncluded(leaf, index, count, flipped(root), proof)).toBe(false);
      expect(isIncluded(leaf, index, count, root, [...proof, leaf])).toBe(false);
      if (proof.length === 0) return;
      const bad = hit % proof.length;
      expect(isIncluded(leaf, index, count, root, proof.slice(1))).toBe(false);
      expect(
        isIncluded(
          leaf,
          index,
          count,
          root,
          proof.map((hash, i) => (i === bad ? flipped(hash) : hash)),
        ),
      ).toBe(false);
    }),
  );
});

it('proves every tree to begin every later one, and nothing else', () => {
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), (to, less, hit) => {
      const from = less % (to + 1);
      const { read, asked } = treeOf(leavesOf(to));
      const proof = consistencyProof(from, to, read);
      expect(asked).toEqual(consistencyNodes(from, to));
      const [older, newer] = [rootOf(from, read), rootOf(to, read)];
      expect(isConsistent(from, older, to, newer, proof)).toBe(true);
      expect(isConsistent(from, flipped(older), to, newer, proof)).toBe(false);
      expect(isConsistent(from, older, to, newer, [...proof, older])).toBe(false);
      if (from > 0) expect(isConsistent(from, older, to, flipped(newer), proof)).toBe(false);
      if (proof.length === 0) return;
      const bad = hit % proof.length;
      expect(isConsistent(from, older, to, newer, proof.slice(1))).toBe(false);
      expect(
        isConsistent(
          from,
          older,
          to,
          newer,
          proof.map((hash, i) => (i === bad ? flipped(hash) : hash)),
        ),
      ).toBe(false);
    }),
  );
});

it('notices a past that was rewritten', () => {
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), (to, less, at) => {
      const from = 1 + (less % to);
      const leaves = leavesOf(to);
      const rewritten = leaves.map((leaf, i) => (i === at % from ? flipped(leaf) : leaf));
      const [before, after] = [treeOf(leaves), treeOf(rewritten)];
      const proof = consistencyProof(from, to, after.read);
      expect(isConsistent(from, rootOf(from, before.read), to, rootOf(to, after.read), proof)).toBe(false);
    }),
  );
});

it('counts beyond 32 bits', () => {
  // All leaves are alike, so a perfect subtree is known by its level.
  const perfect = [leafHash(Buffer.of(7))];
  for (let level = 0; level < 53; level++) perfect.push(nodeHash(perfect[level] ?? '', perfect[level] ?? ''));
  const read: ReadNode = ({ level }) => perfect[level] ?? '';
  const [index, from, to] = [2 ** 40 + 5, 2 ** 41 + 3, 2 ** 45 + 2 ** 33 + 9];
  const [older, newer] = [rootOf(from, read), rootOf(to, read)];
  const proof = inclusionProof(index, to, read);
  expect(proof).toHaveLength(46);
  expect(isIncluded(perfect[0] ?? '', index, to, newer, proof)).toBe(true);
  expect(isIncluded(perfect[0] ?? '', index, to, older, proof)).toBe(false);
  expect(isConsistent(from, older, to, newer, consistencyProof(from, to, read))).toBe(true);
});

it('refuses a leaf that the tree does not have, and a tree that is not smaller', () => {
  const { read } = treeOf(leavesOf(3));
  for (const index of [3, -1, 0.5]) expect(() => inclusionProof(index, 3, read)).toThrow(RangeError);
  expect(() => consistencyProof(4, 3, read)).toThrow(RangeError);
  expect(isIncluded(leafHash(Buffer.of(1)), 0, 2, EMPTY_ROOT, ['no hash'])).toBe(false);
  expect(isConsistent(3, EMPTY_ROOT, 2, EMPTY_ROOT, [])).toBe(false);
});
