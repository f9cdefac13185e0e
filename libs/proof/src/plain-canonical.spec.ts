import fc from 'fast-check';
import { canonicalJson, readCanonical } from './canonical-json';
import { isPlainCanonical } from './plain-canonical';

const isPlain = (text: string): boolean => isPlainCanonical(Buffer.from(text));

it('takes bodies of events', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abzZ09 !~é物业费\u007f') });
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      text,
      fc.array(tie('body')),
      fc.dictionary(text, tie('body')),
    ),
  }));
  fc.assert(fc.property(body, (value) => expect(isPlain(canonicalJson(value))).toBe(true)));
});

it('takes nothing but canonical JSON, however it is changed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom(...'{}[]",:-0123456789.eE tfn\\aﬀ😀'), (value, at, put) => {
      const text = canonicalJson(value);
      const place = at % (text.length + 1);
      for (const changed of [
        text,
        text.slice(0, place) + put + text.slice(place),
        text.slice(0, place) + text.slice(place + 1),
      ])
        if (isPlain(changed)) expect(readCanonical(changed)).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});

it.each([
  '{"a":1,"a":1}',
  '{"b":1,"a":1}',
  '{"a!":1,"a":1}',
  '{"a":1,}',
  '[1,]',
  '-0',
  '00',
  '01',
  '1.5',
  '1e3',
  '-',
  '',
  ' 1',
  '1 ',
  'nul',
  '"',
  '"\u0001"',
  '{"\u{1f600}":0,"\ufb33":0}',
])('leaves %s to others', (text) => {
  expect(isPlain(text)).toBe(false);
});

it('orders names as their ends come first', () => {
  expect(isPlain('{"":0,"a":1,"a ":2,"a!":3,"ab":4,"é":5}')).toBe(true);
});
