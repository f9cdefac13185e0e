import { plainToInstance } from 'class-transformer';
import { Allow, validateSync } from 'class-validator';
import fc from 'fast-check';
import { acceptedInput } from './accepted-input';
import {
  ChoiceField,
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  MoneyField,
  TextField,
  TextsField,
} from './fields';
import { ListField, PartField } from './part-fields';

class Part {
  @CodeField()
  code!: string;
  @MoneyField({ positive: true, optional: true, nullable: true })
  amount?: string | null;
}
class Base {
  @DayField({ optional: true })
  day?: string;
}
class Body extends Base {
  @TextField({ max: 3, min: 2 })
  text!: string;
  @ChoiceField(['甲', '乙'])
  choice!: string;
  @IntField({ min: 1, max: 12, optional: true })
  count?: number;
  @FlagField({ optional: true })
  flag?: boolean;
  @DecimalField({ decimals: 2, nullable: true })
  area!: string | null;
  @TextsField({ most: 2, pattern: '^[a-z]+$', optional: true })
  texts?: string[];
  @ListField(() => Part, { min: 1, max: 2 })
  list!: Part[];
  @PartField(() => Part, { optional: true, nullable: true })
  part?: Part | null;
  @Allow()
  kept?: unknown;
}

/** What class-transformer and class-validator make of it; null: faults. */
const checked = (input: unknown): object | null => {
  const made = plainToInstance(Body, input);
  const faults = validateSync(made, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
  return faults.length === 0 ? made : null;
};

const right = fc.record(
  {
    text: fc.constantFrom('ab', 'abc', '中文', '𠮷𠮷𠮷'),
    choice: fc.constantFrom('甲', '乙'),
    area: fc.constantFrom('12.34', '0', null),
    list: fc.array(
      fc.record(
        { code: fc.constantFrom('A-1', '一'), amount: fc.constantFrom('1.00', null) },
        { requiredKeys: ['code'] },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    day: fc.constant('2026-02-28'),
    count: fc.integer({ min: 1, max: 12 }),
    flag: fc.boolean(),
    part: fc.constantFrom(null, { code: 'P' }),
    kept: fc.constantFrom('x', 1),
  },
  { requiredKeys: ['text', 'choice', 'area', 'list'] },
);

const odd = fc.constantFrom<unknown>(
  ...['', ' ', 'a', 'abcd', '𠮷𠮷𠮷𠮷', '\u0000', '丙', '1', '13', 'true', '2026-02-30', '-1.00', '0.00', 'A '],
  ...[0, 1.5, 13, NaN, true, null, undefined, [], {}, [null], ['a'], [{}], [[{ code: 'A' }]], { code: 1 }, new Date(0)],
  ...[
    [{ code: 'A' }, { code: 'B' }, { code: 'C' }],
    [{ code: 'A', more: 1 }],
    { code: 'A', amount: '0.00' },
    { length: 1 },
  ],
);

const MEMBERS = [
  'text',
  'choice',
  'area',
  'list',
  'day',
  'count',
  'flag',
  'texts',
  'part',
  'kept',
  'unknown',
  'constructor',
];

describe('input that is plainly right', () => {
  it('is taken as class-transformer and class-validator take it', () => {
    fc.assert(
      fc.property(right, (input) => {
        const accepted = acceptedInput(Body, input);
        expect(accepted).toBeInstanceOf(Body);
        expect(accepted).toStrictEqual(checked(input));
      }),
    );
  });

  it('is not taken where one of its members is out of order', () => {
    const broken = fc.tuple(right, fc.dictionary(fc.constantFrom(...MEMBERS), odd, { minKeys: 1, maxKeys: 3 }));
    let refused = 0;
    let taken = 0;
    fc.assert(
      fc.property(broken, ([input, members]) => {
        const accepted = acceptedInput(Body, { ...input, ...members });
        if (accepted === null) refused += 1;
        else {
          taken += 1;
          expect(accepted).toStrictEqual(checked({ ...input, ...members }));
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(refused, taken)).toBeGreaterThan(50);
  });

  it.each([[null], [undefined], ['text'], [[]], [new Date(0)], [Object.create({ text: 'ab' })]])(
    'is an object of its own members, which %p is not',
    (input: unknown) => expect(acceptedInput(Body, input)).toBeNull(),
  );
});
