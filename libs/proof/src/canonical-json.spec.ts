import fc from 'fast-check';
import { canonicalBytes, canonicalJson, readCanonical, requestHash } from './canonical-json';

it('writes what RFC 8785 shows', () => {
  const value = {
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

it('sorts members by UTF-16 code units, as RFC 8785 shows', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
  expect(Object.keys(JSON.parse(text) as object).filter((name) => name !== '1')).toEqual([
    '\r',
    '\u0080',
    '\u00f6',
    '\u20ac',
    '\ud83d\ude00',
    '\ufb33',
  ]);
});

/** The same by other means. */
const writtenSimply = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writtenSimply).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writtenSimply(member)}`).join(',')}}`;
};

it('writes every text as JSON.stringify does, and as UTF-8 the same', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((one) => !/\p{Surrogate}/u.test(one));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      tie('object'),
      tie('list'),
    ),
    list: fc.array(tie('any'), { maxLength: 4 }),
    object: fc.dictionary(text, tie('any'), { maxKeys: 5 }),
  })).any;
  fc.assert(
    fc.property(value, (any) => {
      expect(canonicalJson(any)).toBe(writtenSimply(any));
      expect(canonicalBytes(any)).toEqual(Buffer.from(canonicalJson(any)));
    }),
  );
});

it('goes on after something that it refuses', () => {
  expect(() => canonicalJson({ a: '物业费', b: 1n })).toThrow(TypeError);
  expect(canonicalJson({ b: 'x'.repeat(10_000), a: [] })).toBe(`{"a":[],"b":"${'x'.repeat(10_000)}"}`);
});

it('is read back as the same value, and written again as the same text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]): [string, unknown] => [name, shuffled(member)])
      .reverse(),
  );
};

it('does not depend on the order of members', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(requestHash(shuffled(value))).toBe(requestHash(value))));
});

it('keeps members apart whose names run into one another', () => {
  const one = { 'a\u0000b': 1, c: 2 };
  const other = { a: 1, 'b\u0000c': 2 };
  expect(canonicalJson(one)).toBe('{"a\\u0000b":1,"c":2}');
  expect(canonicalJson(other)).toBe('{"a":1,"b\\u0000c":2}');
  expect(canonicalJson({ c: 3, a: 1, b: 2 })).toBe('{"a":1,"b":2,"c":3}');
  expect(canonicalJson({ c: 3, a: 1 })).toBe('{"a":1,"c":3}');
});

it('leaves out what is undefined, the first member too', () => {
  expect(canonicalJson({ a: undefined, b: 1, c: undefined, d: 2 })).toBe('{"b":1,"d":2}');
});

it('asks nothing of data that only has the name of what JavaScript would ask', () => {
  const text = '{"10":0,"9":"\\n","toJSON":"x"}';
  expect(canonicalJson(JSON.parse(text))).toBe(text);
  expect(readCanonical(text)).toEqual({ '9': '\n', '10': 0, toJSON: 'x' });
});

it('differs for different values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      fc.pre(JSON.stringify(shuffled(shuffled(one))) !== JSON.stringify(shuffled(shuffled(other))));
      const same = canonicalJson(one) === canonicalJson(other);
      if (same) expect(JSON.parse(canonicalJson(one))).toEqual(JSON.parse(canonicalJson(other)));
    }),
  );
});

it.each([
  ['a bigint', 1n],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['undefined', undefined],
  ['a function', () => 1],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['a lone surrogate', 'a\ud800b'],
])('refuses %s', (_, value) => {
  expect(() => canonicalJson({ deep: [value] })).toThrow(TypeError);
});

describe('reading a text that must be canonical', () => {
  it('gives the value of one that is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readCanonical(canonicalJson(value))).toEqual(JSON.parse(canonicalJson(value)));
      }),
    );
  });

  it.each(['{"10":1,"9":2}', '{"€":0,"\u{1f600}":0,"\ufb33":0}', '"\\u000f"', '1e+30', '{"a\\u0001":[]}'])(
    'reads %s',
    (text) => {
      expect(readCanonical(text)).toEqual(JSON.parse(text));
    },
  );

  it.each([
    '{"a": 1}',
    '{"b":1,"a":2}',
    '[{"b":1,"a":2}]',
    '{"9":1,"10":2}',
    '{"a":1,"a":1}',
    '"\\u0041"',
    '"\\/"',
    '"\\ud800"',
    '1.0',
    '-0',
    '1e30',
    '{',
    '',
    ' 1',
    '1\n',
  ])('refuses %j', (text) => {
    expect(readCanonical(text)).toBeUndefined();
  });
});
