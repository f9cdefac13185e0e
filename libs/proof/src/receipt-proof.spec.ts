import { createHash, generateKeyPairSync } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import { checkpointSigner } from './checkpoint';
import { chainHash, contentHash, GENESIS_HASH } from './hash-chain';
import { inclusionProof, leafHash, nodesAdded, rootOf } from './merkle';
import { type ProvenEvent, receiptProofText, type ReceiptProof, verifyReceiptProof } from './receipt-proof';
import { sealLeaf, sealLeafHash } from './seal-leaf';

const { privateKey } = generateKeyPairSync('ed25519');
const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const signer = checkpointSigner('propledger/local', key);

const eventAt = (position: number): ProvenEvent => ({
  book: 'YT01',
  position,
  eventId: `01890a5d-ac96-774b-bcce-00000000000${position}`,
  commandId: `key:zhang:${position}`,
  type: 'receipt.taken',
  schemaVersion: 1,
  effectiveDate: '2026-03-31',
  accountingPeriod: '2026-03',
  recordedAt: `2026-03-31T08:00:00.00000${position}Z`,
  actor: 'zhang',
  source: 'api',
  reversesPosition: null,
  correlationId: 'c',
  causationId: null,
  bodyText: canonicalJson({ receiptNo: `S${position}`, amount: '12.30', tenders: [{ method: '微信' }] }),
});
const events = [1, 2, 3, 4, 5, 6].map(eventAt);
const contents = events.map((event) => contentHash(event, event.bodyText));
const chain = contents.reduce<string[]>(
  (hashes, content, index) => [...hashes, chainHash(hashes.at(-1) ?? '', 'YT01', index + 1, content)],
  [GENESIS_HASH],
);

// Sealed: positions 3 to 6 as the second of five leaves.
const leaf = { topic: 'ledger', book: 'YT01', firstPosition: 3, lastPosition: 6, hash: chain[6] ?? '' } as const;
const leaves = [0, 1, 2, 3, 4].map((index) => (index === 1 ? sealLeafHash(leaf) : leafHash(Buffer.of(index))));
const nodes = new Map(
  nodesAdded(0, leaves, () => '').map(({ level, index, hash }) => [`${level}/${index}`, hash] as const),
);
const read = ({ level, index }: { level: number; index: number }): string => nodes.get(`${level}/${index}`) ?? '';
const checkpoint = signer.sign(5, rootOf(5, read)).text;

const proofOf = (position: number): ReceiptProof => ({
  format: 'propledger-receipt-proof/1',
  event: eventAt(position),
  previousHash: chain[position - 1] ?? '',
  followingContentHashes: contents.slice(position),
  leaf: { topic: 'ledger', firstPosition: 3, lastPosition: 6, index: 1 },
  inclusion: inclusionProof(1, 5, read),
  checkpoint,
});
const text = receiptProofText(proofOf(4));

it('seals what the decision record describes', () => {
  const field = (value: string): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, Buffer.byteLength(value)]), Buffer.from(value)]);
  const bytes = Buffer.concat(['propledger/seal/1', 'ledger', 'YT01', '3', '6', leaf.hash].map(field));
  expect(sealLeaf(leaf)).toEqual(bytes);
  expect(sealLeafHash(leaf)).toBe(createHash('sha256').update(Buffer.of(0)).update(bytes).digest('hex'));
});

it.each([3, 4, 6])('holds for an event at %i, at the ends of its leaf and inside', (position) => {
  expect(verifyReceiptProof(receiptProofText(proofOf(position)), signer.vkey)).toEqual({
    valid: true,
    event: eventAt(position),
    checkpoint: { origin: 'propledger/local', size: 5, root: rootOf(5, read) },
  });
});

it('fails with any one byte of it changed', () => {
  const bytes = Buffer.from(text);
  const standing = [...bytes.keys()].flatMap((at) =>
    [0x01, 0x20].filter((flip) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
      return verifyReceiptProof(changed.toString(), signer.vkey).valid;
    }),
  );
  expect(standing).toEqual([]);
});

const proof = proofOf(4);
const event = proof.event;
it.each<[string, object, string]>([
  ['a member too many', { ...proof, note: '' }, 'not-a-proof'],
  ['a member too few', { ...proof, inclusion: undefined }, 'not-a-proof'],
  ['another format', { ...proof, format: 'propledger-receipt-proof/2' }, 'not-a-proof'],
  ['a topic that is none', { ...proof, leaf: { ...proof.leaf, topic: 'other' } }, 'not-a-proof'],
  ['a body that is not canonical', { ...proof, event: { ...event, bodyText: '{ }' } }, 'not-a-proof'],
  ['no object', [], 'not-a-proof'],
  ['another size', { ...proof, checkpoint: checkpoint.replace('\n5\n', '\n6\n') }, 'checkpoint-not-signed'],
  ['a leaf before it', { ...proof, leaf: { ...proof.leaf, lastPosition: 3 } }, 'not-in-leaf'],
  ['a hash behind it missing', { ...proof, followingContentHashes: contents.slice(5) }, 'not-in-leaf'],
  ['another amount', { ...proof, event: { ...event, bodyText: event.bodyText.replace('12', '99') } }, 'not-in-log'],
  ['another day', { ...proof, event: { ...event, effectiveDate: '2026-03-30' } }, 'not-in-log'],
  ['another topic', { ...proof, leaf: { ...proof.leaf, topic: 'registry' } }, 'not-in-log'],
  ['another place in the log', { ...proof, leaf: { ...proof.leaf, index: 2 } }, 'not-in-log'],
])('names the fault of %s', (_, changed, fault) => {
  expect(verifyReceiptProof(canonicalJson(changed), signer.vkey)).toEqual({ valid: false, fault });
});

it('fails when it is no JSON, or written in another way', () => {
  for (const other of ['', '{', `${text}\n`, JSON.stringify(JSON.parse(text), null, 1)])
    expect(verifyReceiptProof(other, signer.vkey)).toEqual({ valid: false, fault: 'not-a-proof' });
});
