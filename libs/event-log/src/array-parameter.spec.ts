import fc from 'fast-check';
import { createRequire } from 'node:module';
import { parameterOf } from './array-parameter';

/** What pg makes of a parameter by itself. */
const { prepareValue } = createRequire(__filename)('pg/lib/utils') as { prepareValue: (value: unknown) => unknown };

describe('an array as a parameter', () => {
  it('is what pg makes of it, whatever is in it', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^["\\,{}a]*$/));
    const element = fc.oneof(
      text,
      fc.integer(),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined),
    );
    fc.assert(
      fc.property(fc.array(element), (values) => {
        expect(parameterOf(values)).toBe(prepareValue(values));
      }),
    );
  });

  it('is left to pg where it is more than texts and numbers, as every other value is', () => {
    for (const value of [['a', Buffer.from('b')], [['a'], ['b']], [{ a: 1 }], [new Date(0)], 'a', 1, null, { a: 1 }])
      expect(parameterOf(value)).toBe(value);
  });
});
