import { Parser } from '@asyncapi/parser';
import { envelopeOf, headsTopicName, TOPICS, type RecordedEvent } from '@propledger/contracts';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEADERS } from './asyncapi';
import { incompatibilities } from './compatible';
import { CONTRACTS_FOLDER, documents, ENVELOPE, jsonFilesIn, releasedSchemas, schemaSet } from './documents';
import { eventSchemas } from './event-schemas';
import { strict } from './schema';

const schemas = eventSchemas();
const inContracts = (path: string): string => readFileSync(join(CONTRACTS_FOLDER, path), 'utf8');

it('keeps the schemas and the AsyncAPI document as the types say (npm run contracts)', () => {
  const expected = documents(schemas);
  const kept = ['asyncapi.yaml', ...jsonFilesIn(join(CONTRACTS_FOLDER, 'schemas')).map((file) => `schemas/${file}`)];
  expect(kept.sort()).toEqual([...expected.keys()].sort());
  for (const [path, text] of expected) expect(inContracts(path)).toBe(text);
});

it('changes nothing that an old reader could not read', () => {
  expect(incompatibilities(releasedSchemas(), schemaSet(schemas))).toEqual([]);
});

it('has a release to compare with, of every topic and the envelope', () => {
  const released = [...releasedSchemas().keys()];
  expect(released).toContain(ENVELOPE);
  for (const topic of TOPICS) expect(released.filter((path) => path.startsWith(`${topic}/`)).length).toBeGreaterThan(3);
});

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3 with nothing to complain about, and has every topic and type of event', async () => {
    const { document, diagnostics } = await new Parser().parse(inContracts('asyncapi.yaml'));
    expect(
      diagnostics
        .filter(({ severity }) => Number(severity) <= 1)
        .map(({ message, path }) => `${path.join('.')}: ${message}`),
    ).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    for (const topic of TOPICS) {
      expect(document?.channels().get(`${topic}Heads`)?.address()).toBe(headsTopicName('{region}', topic));
      const channel = document?.channels().get(topic);
      expect(channel?.address()).toBe(`{region}.${topic}.v1`);
      expect(
        channel
          ?.messages()
          .all()
          .map((message) => message.name()),
      ).toEqual(Object.keys(schemas.bodies[topic]));
    }
  });

  it('describes every header that a message has', () => {
    const ajv = addFormats(new Ajv({ strict: true }));
    const check = ajv.compile(strict(HEADERS));
    const event: Omit<RecordedEvent, 'body'> = {
      ...{
        book: 'YT01',
        position: 7,
        eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
        commandId: 'key:li:1',
        type: 'receipt.taken',
      },
      ...{
        schemaVersion: 1,
        effectiveDate: '2026-03-01',
        accountingPeriod: '2026-03',
        recordedAt: '2026-03-01T01:02:03.123456Z',
      },
      ...{ actor: 'li', source: 'api', reversesPosition: 3, correlationId: 'request-17', causationId: 'event-3' },
      ...{ contentHash: 'a'.repeat(64), hash: 'b'.repeat(64) },
    };
    const plain = { ...event, accountingPeriod: null, reversesPosition: null, causationId: null };
    for (const one of [event, plain]) {
      check(envelopeOf('north', 'ledger', one));
      expect(check.errors).toBeNull();
    }
    expect(Object.keys(envelopeOf('north', 'ledger', event)).sort()).toEqual(
      Object.keys(HEADERS.properties ?? {}).sort(),
    );
    expect(Object.keys(envelopeOf('north', 'ledger', plain)).sort()).toEqual([...(HEADERS.required ?? [])].sort());
  });

  it.each([
    ['a reference that leads nowhere', /#\/components\/schemas\/ChargeRaised$/m, '#/components/schemas/Nothing'],
    ['an operation that is none', /action: send/, 'action: shout'],
  ])('would be refused with %s', async (_, good, bad) => {
    const text = inContracts('asyncapi.yaml');
    const spoilt = text.replace(/"(#\/components\/schemas\/ChargeRaised)"/, '$1').replace(good, bad);
    expect(spoilt).not.toBe(text);
    const { diagnostics } = await new Parser().parse(spoilt);
    expect(diagnostics.filter(({ severity }) => Number(severity) === 0).length).toBeGreaterThan(0);
  });
});
