import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { chainHash, contentHash, ContentHasher, GENESIS_HASH, type HashedHeader } from './hash-chain';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const position = fc.integer({ min: 1, max: 1_000_000 });
const header: fc.Arbitrary<HashedHeader> = fc.record({
  eventId: fc.uuid(),
  commandId: text,
  type: text,
  schemaVersion: fc.integer({ min: 1, max: 9 }),
  effectiveDate: text,
  accountingPeriod: fc.option(text),
  recordedAt: text,
  actor: text,
  source: text,
  reversesPosition: fc.option(position),
  correlationId: text,
  causationId: fc.option(text),
});
type Field = keyof HashedHeader;
const FIELDS: readonly Field[] = [
  'eventId',
  'commandId',
  'type',
  'schemaVersion',
  'effectiveDate',
  'accountingPeriod',
  'recordedAt',
  'actor',
  'source',
  'reversesPosition',
  'correlationId',
  'causationId',
];

it('is the same when what many events have in common is written down once', () => {
  const bodies = fc.array(fc.tuple(fc.uuid(), fc.string({ unit: 'grapheme', maxLength: 3_000 })), { maxLength: 4 });
  fc.assert(
    fc.property(header, bodies, (common, events) => {
      const hasher = new ContentHasher(common);
      for (const [eventId, body] of events)
        expect(hasher.hash(eventId, Buffer.from(body))).toBe(contentHash({ ...common, eventId }, body));
    }),
  );
});

it.each(FIELDS)('changes when %s does', (field) => {
  fc.assert(
    fc.property(header, header, text, (one, other, body) => {
      fc.pre(one[field] !== other[field]);
      expect(contentHash({ ...one, [field]: other[field] }, body)).not.toBe(contentHash(one, body));
    }),
  );
});

it('changes when the body, the book, the position or the hash before does', () => {
  fc.assert(
    fc.property(header, text, text, position, (head, one, other, at) => {
      fc.pre(one !== other);
      const content = contentHash(head, one);
      expect(contentHash(head, other)).not.toBe(content);
      expect(chainHash(GENESIS_HASH, other, at, content)).not.toBe(chainHash(GENESIS_HASH, one, at, content));
      expect(chainHash(GENESIS_HASH, one, at + 1, content)).not.toBe(chainHash(GENESIS_HASH, one, at, content));
      expect(chainHash(content, one, at, content)).not.toBe(chainHash(GENESIS_HASH, one, at, content));
    }),
  );
});

it('does not let one field run into the next', () => {
  fc.assert(
    fc.property(header, text, fc.string({ minLength: 1, maxLength: 5 }), (head, body, moved) => {
      const left = { ...head, actor: head.actor + moved };
      const right = { ...head, source: moved + head.source };
      expect(contentHash(left, body)).not.toBe(contentHash(right, body));
    }),
  );
});

it('tells nothing from an empty text', () => {
  fc.assert(
    fc.property(header, (head) => {
      expect(contentHash({ ...head, causationId: null }, '')).not.toBe(contentHash({ ...head, causationId: '' }, ''));
    }),
  );
});

// Written down independently of the code, as docs/decisions/0002-hash-chain.md says.
it('is what the decision record describes', () => {
  const field = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'utf8');
    return Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  };
  const nothing = Buffer.from([255, 255, 255, 255]);
  const sha256 = (...parts: Buffer[]): string => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
  const head: HashedHeader = {
    eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
    commandId: 'key:zhang:1',
    type: 'receipt.taken',
    schemaVersion: 2,
    effectiveDate: '2026-03-31',
    accountingPeriod: null,
    recordedAt: '2026-03-31T08:00:00.000001Z',
    actor: 'zhang',
    source: 'api',
    reversesPosition: 7,
    correlationId: 'c',
    causationId: null,
  };
  const body = '{"项目":"YT01"}';
  const content = sha256(
    field('propledger/content/1'),
    field(head.eventId),
    field('key:zhang:1'),
    field('receipt.taken'),
    field('2'),
    field('2026-03-31'),
    nothing,
    field('2026-03-31T08:00:00.000001Z'),
    field('zhang'),
    field('api'),
    field('7'),
    field('c'),
    nothing,
    field(body),
  );
  expect(contentHash(head, body)).toBe(content);
  expect(chainHash(GENESIS_HASH, 'YT01', 8, content)).toBe(
    sha256(field('propledger/chain/1'), field('0'.repeat(64)), field('YT01'), field('8'), field(content)),
  );
});
