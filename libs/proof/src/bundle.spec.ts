import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';
import { openBookHead, signBookHead, type BookHead } from './book-head';
import { eventLine } from './bundle';
import { canonicalJson } from './canonical-json';
import { openCheckpoint } from './checkpoint';
import { noteSigner } from './signed-note';

const pem = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

it('writes an event as its canonical JSON, with the body as it is stored', () => {
  const text = fc.string({ unit: 'grapheme' });
  const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
  const event = fc.record({
    book: text,
    position: fc.nat(),
    eventId: fc.uuid(),
    commandId: text,
    type: text,
    schemaVersion: fc.nat(),
    effectiveDate: fc.constant('2026-01-31'),
    accountingPeriod: fc.option(fc.constant('2026-01')),
    recordedAt: fc.constant('2026-01-31T08:00:00.000001Z'),
    actor: text,
    source: text,
    reversesPosition: fc.option(fc.nat()),
    correlationId: text,
    causationId: fc.option(text),
    contentHash: hash,
    hash,
  });
  fc.assert(
    fc.property(event, fc.jsonValue(), (header, body) => {
      const line = eventLine({ ...header, bodyText: canonicalJson(body) });
      expect(line).toBe(`${canonicalJson({ ...header, body })}\n`);
    }),
  );
});

describe('the signed head of a book', () => {
  const head: BookHead = { size: 7, topic: 'ledger', book: '一号 楼', position: 12, hash: 'ab'.repeat(32) };
  const signer = noteSigner('propledger/east', pem());
  const text = signBookHead(signer, head);

  it('is read back', () => {
    expect(openBookHead(text, signer.vkey)).toEqual(head);
    expect(text).toMatch(
      /^propledger\/book-head\/1\npropledger\/east\n7\nledger\n一号 楼\n12\n(ab){32}\n\n— propledger\/east /,
    );
  });

  it.each([
    ['changed', text.replace('\n12\n', '\n11\n'), signer.vkey],
    ['of another key', text, noteSigner('propledger/east', pem()).vkey],
    ['of another log', signBookHead({ ...signer, name: 'propledger/west' }, head), signer.vkey],
    ['cut off', text.slice(0, -1), signer.vkey],
    ['a checkpoint', signer.sign(`propledger/east\n7\n${Buffer.alloc(32).toString('base64')}\n`), signer.vkey],
  ])('is refused when it is %s', (_, note, key) => {
    expect(openBookHead(note, key)).toBeNull();
  });

  it('does not pass for a checkpoint', () => {
    expect(openCheckpoint(text, signer.vkey)).toBeNull();
  });
});
