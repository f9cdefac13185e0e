import fc from 'fast-check';
import { formatFraction, type Fraction } from '../decimal';
import { evaluate } from './evaluate';
import { readFormula } from './read-formula';
import { floorNumber, FORMULA_VARIABLES, type FormulaValues } from './variables';

const faultOf = (text: string): unknown[] | null => {
  const read = readFormula(text);
  return 'fault' in read ? [read.fault.code, read.fault.at, read.fault.found] : null;
};
const valueOf = (text: string, values: FormulaValues = {}): string => {
  const read = readFormula(text);
  if ('fault' in read) throw new Error(`${text}: ${read.fault.code} at ${read.fault.at.toString()}`);
  const value = evaluate(read.formula, values);
  return 'code' in value ? `${value.code} ${value.at.toString()} ${value.name ?? ''}`.trim() : formatFraction(value);
};

describe('a formula', () => {
  it.each([
    ['2+3*4', '14/1'],
    ['(2+3)*4', '20/1'],
    ['10-4-3', '3/1'],
    ['12/3/2', '2/1'],
    ['1/3', '1/3'],
    ['--2', '2/1'],
    ['+2 - -1', '3/1'],
    ['0.1+0.2', '3/10'],
    ['0.15*130.70', '3921/200'],
    ['min(3, 1, 2)', '1/1'],
    ['最大(1，2)', '2/1'],
    ['round(2.5)', '3/1'],
    ['round(2.449, 0.1)', '12/5'],
    ['ceil(2.01)', '3/1'],
    ['floor(2.99)', '2/1'],
    ['舍去(-0.5)+1', '0/1'],
    ['round(17, 5)', '15/1'],
    ['if(1<2, 10, 20)', '10/1'],
    ['如果(且(1<=1, 非(2>3)), 1, 0)', '1/1'],
    ['if(or(1=2, 1<>1, 3>=3), 1, 0)', '1/1'],
    ['if((1<2), 1, 0)', '1/1'],
    ['（１＋２）×３÷２', '9/2'],
    ['if(1≤1, if(2≥3, 1, if(1≠2, 7, 8)), 9)', '7/1'],
    ['if(1==1, 1, 1/(1-1+0*2+1))', '1/1'],
  ])('%s is %s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it('knows its variables by either name, and names those that it uses', () => {
    const values: FormulaValues = { 单价: '2.5', 计费面积: '100', 楼层: '12', 户数: '1', 当月天数: '31', 月份: '2' };
    expect(valueOf('单价*计费面积 + if(楼层>7, (楼层-7)*2, 0)', values)).toBe('260/1');
    expect(valueOf('price*area + if(floor>7, floor(floor/5)*2, 0) + households*0', values)).toBe('254/1');
    const read = readFormula('area*price+计费面积');
    expect('formula' in read && read.formula.variables).toEqual(['计费面积', '单价']);
    for (const { zh, en } of FORMULA_VARIABLES) expect([faultOf(zh), faultOf(en)]).toEqual([null, null]);
  });

  it('says which variable has no value, divides by zero, or comes to too much or to less than nothing', () => {
    expect(valueOf('1 + 楼层')).toBe('no-value 5 楼层');
    expect(valueOf('if(1=2, 楼层, 5)')).toBe('5/1');
    expect(valueOf('100/(楼层-1)', { 楼层: '1' })).toBe('division-by-zero 4');
    expect(valueOf('if(楼层=1, 0, 100/(楼层-1))', { 楼层: '1' })).toBe('0/1');
    expect(valueOf('单价*10', { 单价: '999999999.9999' })).toBe('9999999999999/1000');
    expect(valueOf('单价*11', { 单价: '999999999.9999' })).toBe('overflow 1');
    expect(valueOf('单价-10', { 单价: '1' })).toBe('negative 1');
    const long = Array.from({ length: 30 }, () => '单价').join('*');
    expect(valueOf(long, { 单价: '123456.789' })).toMatch(/^overflow \d+$/);
  });

  it.each([
    ['', 'formula-missing', 1, ''],
    [' 　', 'formula-missing', 1, ''],
    ['1+', 'formula-unexpected', 3, ''],
    ['1 2', 'formula-unexpected', 3, '2'],
    ['(1', 'formula-unexpected', 3, ''],
    ['1)', 'formula-unexpected', 2, ')'],
    ['1.', 'formula-unexpected', 2, '.'],
    ['单价*面积', 'formula-unknown-name', 4, '面积'],
    ['😀+1', 'formula-unexpected', 1, '😀'],
    ['1+😀', 'formula-unexpected', 3, '😀'],
    ['sin(1)', 'formula-unknown-name', 1, 'sin'],
    ['constructor', 'formula-unknown-name', 1, 'constructor'],
    ['__proto__(1)', 'formula-unknown-name', 1, '__proto__'],
    ['toString(1)', 'formula-unknown-name', 1, 'toString'],
    ['this.x', 'formula-unexpected', 5, '.'],
    ['`${1}`', 'formula-unexpected', 1, '`'],
    ['1;2', 'formula-unexpected', 2, ';'],
    ['a=>a', 'formula-unknown-name', 1, 'a'],
    ['单价[0]', 'formula-unexpected', 3, '['],
    ['2**9', 'formula-unexpected', 3, '*'],
    ['2^9', 'formula-unexpected', 2, '^'],
    ['1e9', 'formula-unexpected', 2, 'e9'],
    ['min(1)', 'formula-wrong-arity', 1, 'min'],
    ['1+if(1<2, 3)', 'formula-wrong-arity', 3, 'if'],
    ['max()', 'formula-wrong-arity', 1, 'max'],
    ['min(1,)', 'formula-unexpected', 7, ')'],
    ['1234567890123', 'formula-number-too-long', 1, '1234567890123'],
    ['1<2', 'formula-wrong-kind', 2, ''],
    ['if(1, 2, 3)', 'formula-wrong-kind', 4, ''],
    ['1+(1<2)', 'formula-wrong-kind', 5, ''],
    ['if(1<2<3, 1, 2)', 'formula-unexpected', 7, '<'],
    ['round(1, 0)', 'formula-unit', 10, ''],
    ['round(1, 单价)', 'formula-unit', 10, ''],
    ['单价/0', 'formula-division-by-zero', 3, '/'],
    ['单价/(2-1*2)', 'formula-division-by-zero', 3, '/'],
    ['if(单价>1, 1/0.0, 2)', 'formula-division-by-zero', 11, '/'],
    [Array.from({ length: 6 }, () => '999999999999').join('*'), 'formula-overflow', 65, ''],
    [`${'('.repeat(33)}1${')'.repeat(33)}`, 'formula-too-deep', 33, '('],
    ['-'.repeat(400), 'formula-too-deep', 33, '-'],
    [Array.from({ length: 101 }, () => '1').join('+'), 'formula-too-many-parts', 200, ''],
    ['1'.padEnd(501, ' '), 'formula-too-long', 501, ''],
    ['('.repeat(1_000_000), 'formula-too-long', 1, ''],
  ])('%p is refused: %s at %s', (text, ...fault) => {
    expect(faultOf(text)).toEqual(fault);
  });

  it('reads a floor as it is written', () => {
    const floors = ['12', '12层', '3F', '-1', 'B1', '负2层', '地下1层', '', '夹层', '1-2'];
    expect(floors.map(floorNumber)).toEqual(['12', '12', '3', '-1', '-1', '-2', '-1', null, null, null]);
  });
});

/** A formula as the tests make it: its text, and what it comes to, worked out beside it; null where it divides by zero. */
interface Made {
  readonly text: string;
  readonly value: readonly [bigint, bigint] | null;
}
const VALUES = { 单价: '2.75', 计费面积: '106.4', 楼层: '-1', 月份: '12' } as const;

const number = fc
  .tuple(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 3 }))
  .map(([digits, places]): Made => {
    const text = digits.toString().padStart(places + 1, '0');
    const point = text.length - places;
    return {
      text: places === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`,
      value: [BigInt(digits), 10n ** BigInt(places)],
    };
  });
const variable = fc.constantFrom<Made>(
  { text: '单价', value: [275n, 100n] },
  { text: 'area', value: [1064n, 10n] },
  { text: 'floor', value: [-1n, 1n] },
  { text: '月份', value: [12n, 1n] },
);
const both = (
  one: Made,
  other: Made,
  text: string,
  of: (a: bigint, b: bigint, c: bigint, d: bigint) => readonly [bigint, bigint] | null,
): Made => ({ text, value: one.value && other.value && of(...one.value, ...other.value) });
const less = (a: bigint, b: bigint, c: bigint, d: bigint): boolean => (b * d > 0n ? a * d < c * b : a * d > c * b);

const { made } = fc.letrec<{ made: Made }>((tie) => {
  const pair = fc.tuple(tie('made'), tie('made'));
  return {
    made: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'formula' },
      number,
      variable,
      pair.map(([x, y]) => both(x, y, `(${x.text} + ${y.text})`, (a, b, c, d) => [a * d + c * b, b * d])),
      pair.map(([x, y]) => both(x, y, `(${x.text} - ${y.text})`, (a, b, c, d) => [a * d - c * b, b * d])),
      pair.map(([x, y]) => both(x, y, `(${x.text}×${y.text})`, (a, b, c, d) => [a * c, b * d])),
      pair.map(([x, y]) => both(x, y, `(${x.text}/${y.text})`, (a, b, c, d) => (c === 0n ? null : [a * d, b * c]))),
      pair.map(([x, y]) =>
        both(x, y, `min(${x.text}, ${y.text})`, (a, b, c, d) => (less(a, b, c, d) ? [a, b] : [c, d])),
      ),
      pair.map(([x, y]) =>
        both(x, y, `if(${x.text} >= ${y.text}, ${x.text}, -(${y.text}))`, (a, b, c, d) =>
          less(a, b, c, d) ? [-c, d] : [a, b],
        ),
      ),
    ),
  };
});

it('comes to what an evaluation beside it comes to, or is refused for a division by zero', () => {
  let computed = 0;
  fc.assert(
    fc.property(made, ({ text, value }) => {
      const read = readFormula(text);
      if ('fault' in read) {
        expect([
          'formula-division-by-zero',
          'formula-too-long',
          'formula-too-many-parts',
          'formula-overflow',
        ]).toContain(read.fault.code);
        if (read.fault.code === 'formula-division-by-zero') expect(value).toBeNull();
        return;
      }
      const result = evaluate(read.formula, VALUES);
      if (value === null) return expect(result).toMatchObject({ code: 'division-by-zero' });
      const [numerator, denominator] = value[1] < 0n ? [-value[0], -value[1]] : value;
      if ('code' in result) {
        if (result.code === 'negative') expect(numerator < 0n).toBe(true);
        else expect(result.code).toBe('overflow');
        return;
      }
      computed += 1;
      expect(same(result, { numerator, denominator })).toBe(true);
    }),
    { numRuns: 2_000, seed: 20_260_301 },
  );
  expect(computed).toBeGreaterThan(500);
});
const same = (one: Fraction, other: Fraction): boolean =>
  one.numerator * other.denominator === other.numerator * one.denominator;

it('never throws and never hangs, whatever it is given', () => {
  const words = [
    '(',
    ')',
    ',',
    '+',
    '-',
    '*',
    '/',
    '<',
    '>=',
    '=',
    '0',
    '1.5',
    '单价',
    'if',
    'min',
    'round',
    'not',
    ' ',
    '，',
  ];
  const hostile = fc.oneof(
    fc.string({ maxLength: 600, unit: 'binary' }),
    fc.array(fc.constantFrom(...words), { maxLength: 300 }).map((some) => some.join('')),
    fc
      .tuple(fc.constantFrom('(', '-', 'if(', 'min(', 'not(', '单价/'), fc.integer({ min: 1, max: 5_000 }))
      .map(([word, times]) => word.repeat(times)),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const read = readFormula(text);
      if ('formula' in read) evaluate(read.formula, {});
      else expect(read.fault.at).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 3_000 },
  );
});
