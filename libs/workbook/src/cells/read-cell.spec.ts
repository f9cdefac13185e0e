import type { CellError, ColumnKind } from '@propledger/contracts';
import fc from 'fast-check';
import type { Cell } from '../read/cell';
import { dayFromText, periodFromText } from './day-text';
import { decimalText, exactFromNumber, exactFromText } from './decimal-text';
import { readCell } from './read-cell';

const text = (value: string): Cell => ({ is: 'text', text: value });
const number = (value: number): Cell => ({ is: 'number', number: value });
const date = (day: string | null): Cell => ({ is: 'date', day });
const other = (value: string): Cell => ({ is: 'other', text: value });
const good = (value: string) => ({ is: 'value', value });
const bad = (code: CellError) => ({ is: 'fault', code });

const AMOUNT: ColumnKind = { is: 'amount' };
const AREA: ColumnKind = { is: 'area' };
const PRICE: ColumnKind = { is: 'price' };
const DUE_DAY: ColumnKind = { is: 'integer', min: 1, max: 28 };
const DAY: ColumnKind = { is: 'day' };
const PERIOD: ColumnKind = { is: 'period' };
const CODE: ColumnKind = { is: 'code' };
const TEXT: ColumnKind = { is: 'text' };
const NATURE: ColumnKind = { is: 'choice', of: ['多层', '商铺'] };
const YES_NO: ColumnKind = { is: 'yes-no' };

describe('a blank cell', () => {
  it.each([undefined, text(''), text('  '), text('\u3000\u00a0\t\n'), text('\u200b\ufeff')])('is blank: %j', (cell) => {
    for (const kind of [AMOUNT, DAY, PERIOD, CODE, TEXT, NATURE, YES_NO, DUE_DAY])
      expect(readCell(cell, kind)).toEqual({ is: 'blank' });
  });
});

describe('amounts, areas and prices', () => {
  it.each<[Cell, ColumnKind, string]>([
    [number(3000), AMOUNT, '3000.00'],
    [number(133.17), AMOUNT, '133.17'],
    [text('3000'), AMOUNT, '3000.00'],
    [text('　3,904.56 '), AMOUNT, '3904.56'],
    [text('1,234,567.8'), AMOUNT, '1234567.80'],
    [text('１，２３４．５０'), AMOUNT, '1234.50'],
    [text('12.500'), AMOUNT, '12.50'],
    [text('+5'), AMOUNT, '5.00'],
    [text('.5'), AMOUNT, '0.50'],
    [text('5.'), AMOUNT, '5.00'],
    [text('007'), AMOUNT, '7.00'],
    [number(99_999_999_999.99), AMOUNT, '99999999999.99'],
    [number(106.4), AREA, '106.4'],
    [text('106.40'), AREA, '106.4'],
    [number(0), AREA, '0'],
    [text('-0.00'), AREA, '0'],
    [number(0.1525), PRICE, '0.1525'],
    [number(1e-4), PRICE, '0.0001'],
  ])('%j in a column of %j is %s', (cell, kind, value) => {
    expect(readCell(cell, kind)).toEqual(good(value));
  });

  it.each<[Cell, ColumnKind, CellError]>([
    [text('abc'), AMOUNT, 'invalid_number'],
    [text('12,34'), AMOUNT, 'invalid_number'],
    [text('1,2345'), AMOUNT, 'invalid_number'],
    [text('1 234'), AMOUNT, 'invalid_number'],
    [text('1.2.3'), AMOUNT, 'invalid_number'],
    [text('1e3'), AMOUNT, 'invalid_number'],
    [text('.'), AMOUNT, 'invalid_number'],
    [text('¥100'), AMOUNT, 'invalid_number'],
    [text('9'.repeat(60)), AMOUNT, 'invalid_number'],
    [date('2026-03-01'), AMOUNT, 'invalid_number'],
    [other('#REF!'), AMOUNT, 'invalid_number'],
    [other('TRUE'), AREA, 'invalid_number'],
    [number(0), AMOUNT, 'not_positive'],
    [text('-5'), AMOUNT, 'not_positive'],
    [text('－５'), AMOUNT, 'not_positive'],
    [text('−0.001'), AMOUNT, 'not_positive'],
    [number(100.123), AMOUNT, 'too_many_decimals'],
    [number(1e-7), AMOUNT, 'too_many_decimals'],
    [number(0.1 + 0.2), AMOUNT, 'too_many_decimals'],
    [number(1e11), AMOUNT, 'out_of_range'],
    [number(1e300), AMOUNT, 'out_of_range'],
    [number(-1), AREA, 'negative'],
    [number(-1.234), AREA, 'negative'],
    [text('1.234'), AREA, 'too_many_decimals'],
    [text('0.12345'), PRICE, 'too_many_decimals'],
    [text('-0.1'), PRICE, 'negative'],
  ])('%j in a column of %j is %s', (cell, kind, code) => {
    expect(readCell(cell, kind)).toEqual(bad(code));
  });

  it('read what they are written as, however it is typed', () => {
    const typed = fc.record({
      fen: fc.bigInt({ min: 1n, max: 9_999_999_999_999n }),
      commas: fc.boolean(),
      wide: fc.boolean(),
      blanks: fc.constantFrom('', ' ', '\u3000', '\u00a0'),
    });
    fc.assert(
      fc.property(typed, ({ fen, commas, wide, blanks }) => {
        const money = `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
        const grouped = commas ? money.replace(/\B(?=(\d{3})+(?=\.))/g, ',') : money;
        const widened = wide
          ? grouped.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
          : grouped;
        expect(readCell(text(blanks + widened + blanks), AMOUNT)).toEqual(good(money));
        expect(readCell(number(Number(money)), AMOUNT)).toEqual(good(money));
      }),
    );
  });

  it('are exact: what a number cell shows is what it was typed as', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const exact = exactFromNumber(value);
        expect(exact && Number(decimalText(exact))).toBe(Object.is(value, -0) ? 0 : value);
        expect(exact && exactFromText(decimalText(exact).slice(0, 40))).not.toBeNull();
      }),
    );
  });
});

describe('whole numbers', () => {
  it.each<[Cell, ReturnType<typeof good> | ReturnType<typeof bad>]>([
    [number(10), good('10')],
    [text('１０'), good('10')],
    [text('10.0'), good('10')],
    [number(0), bad('out_of_range')],
    [number(29), bad('out_of_range')],
    [number(-1), bad('out_of_range')],
    [number(1e20), bad('out_of_range')],
    [number(10.5), bad('invalid_number')],
    [text('十'), bad('invalid_number')],
  ])('%j is %j as a due day', (cell, expected) => {
    expect(readCell(cell, DUE_DAY)).toEqual(expected);
  });
});

describe('days', () => {
  it.each<[Cell, string]>([
    [date('2026-09-01'), '2026-09-01'],
    [text('2026-09-01'), '2026-09-01'],
    [text('2026-9-1'), '2026-09-01'],
    [text('2026/9/1'), '2026-09-01'],
    [text('2026.09.01'), '2026-09-01'],
    [text('20260901'), '2026-09-01'],
    [number(20260901), '2026-09-01'],
    [text('2026年9月1日'), '2026-09-01'],
    [text('　２０２６年０９月０１日 '), '2026-09-01'],
    [text('２０２６／９／１'), '2026-09-01'],
    [text('2028-02-29'), '2028-02-29'],
  ])('%j is %s', (cell, day) => {
    expect(readCell(cell, DAY)).toEqual(good(day));
  });

  it.each<Cell>([
    text('2026-02-29'),
    text('2026-13-01'),
    text('2026-00-10'),
    text('2026-9/1'),
    text('2026-9'),
    text('26-9-1'),
    text('202691'),
    text('2026 09 01'),
    text('2026年9月'),
    text('明天'),
    text('0026-09-01'),
    text('9999-12-31'),
    number(45310),
    number(20260230),
    number(20260901.5),
    number(-20260901),
    date(null),
    other('#VALUE!'),
  ])('%j is none', (cell) => {
    expect(readCell(cell, DAY)).toEqual(bad('invalid_date'));
  });

  it('are read in every form they are written in', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (when) => {
        const day = when.toISOString().slice(0, 10);
        const [year, month, dayOfMonth] = day.split('-').map(Number);
        const forms = [
          day,
          `${year}/${month}/${dayOfMonth}`,
          `${year}.${month}.${dayOfMonth}`,
          day.replaceAll('-', ''),
          `${year}年${month}月${dayOfMonth}日`,
        ];
        for (const form of forms) expect(dayFromText(form)).toBe(day);
        expect(readCell(number(Number(forms[3])), DAY)).toEqual(good(day));
      }),
    );
  });

  it('are never guessed: what is read is written in the text, digit by digit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9年月日/.-]{0,12}$/), (typed) => {
        const digits = (value: string) =>
          value
            .split(/\D+/)
            .map(Number)
            .filter((part) => part > 0)
            .join('');
        const day = dayFromText(typed);
        if (day !== null && /\D/.test(typed)) expect(digits(day)).toBe(digits(typed));
        if (day !== null && !/\D/.test(typed)) expect(day.replaceAll('-', '')).toBe(typed);
      }),
    );
  });
});

describe('periods', () => {
  it.each<[Cell, string]>([
    [text('2026-03'), '2026-03'],
    [text('2026/3'), '2026-03'],
    [text('2026.03'), '2026-03'],
    [text('202603'), '2026-03'],
    [number(202603), '2026-03'],
    [text('２０２６年３月'), '2026-03'],
    [date('2026-03-01'), '2026-03'],
  ])('%j is %s', (cell, period) => {
    expect(readCell(cell, PERIOD)).toEqual(good(period));
  });

  it.each<Cell>([
    text('2026'),
    text('2026-13'),
    text('2026-00'),
    text('2026-03-01'),
    number(2026.03),
    number(2026.1),
    number(46082),
    date(null),
  ])('%j is none', (cell) => {
    expect(readCell(cell, PERIOD)).toEqual(bad('invalid_date'));
  });

  it('are read in every form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2199 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const period = `${year}-${String(month).padStart(2, '0')}`;
        for (const form of [period, `${year}/${month}`, period.replace('-', ''), `${year}年${month}月`])
          expect(periodFromText(form)).toBe(period);
      }),
    );
  });
});

describe('codes, texts and choices', () => {
  it.each<[Cell, ColumnKind, object]>([
    [text(' YT01-0101　'), CODE, good('YT01-0101')],
    [text('0101'), CODE, good('0101')],
    [number(101), CODE, good('101')],
    [number(1.5), CODE, good('1.5')],
    [text('a b'), CODE, good('a b')],
    [text('x'.repeat(64)), CODE, good('x'.repeat(64))],
    [text('x'.repeat(65)), CODE, bad('out_of_range')],
    [text('~group'), CODE, bad('out_of_range')],
    [text('a\u0000b'), CODE, bad('out_of_range')],
    [text('a\nb'), CODE, bad('out_of_range')],
    [text('a\ud800'), CODE, bad('out_of_range')],
    [date('2026-01-02'), CODE, bad('out_of_range')],
    [other('#N/A'), CODE, bad('out_of_range')],
    [number(1), TEXT, good('1')],
    [text('01'), TEXT, good('01')],
    [text('东区\n3 号'), TEXT, good('东区 3 号')],
    [text('𠮷'.repeat(200)), TEXT, good('𠮷'.repeat(200))],
    [text('字'.repeat(201)), TEXT, bad('out_of_range')],
    [text('a\u0007b'), TEXT, bad('out_of_range')],
    [other('#REF!'), TEXT, bad('out_of_range')],
    [other('TRUE'), TEXT, good('TRUE')],
    [number(1e100), TEXT, bad('out_of_range')],
    [number(123456789012345), TEXT, good('123456789012345')],
    [number(320463454139007357), TEXT, { ...good('320463454139007360'), doubt: 'digits_lost' }],
    [date('2026-01-02'), TEXT, { ...good('2026-01-02'), doubt: 'date_in_text' }],
    [date(null), TEXT, bad('out_of_range')],
    [text(' 多层 '), NATURE, good('多层')],
    [text('多 层'), NATURE, bad('invalid_choice')],
    [number(1), NATURE, bad('invalid_choice')],
    [text('是　'), YES_NO, good('是')],
    [text('否'), YES_NO, good('否')],
    [text('Y'), YES_NO, bad('invalid_choice')],
    [other('TRUE'), YES_NO, bad('invalid_choice')],
  ])('%j in a column of %j is %j', (cell, kind, expected) => {
    expect(readCell(cell, kind)).toEqual(expected);
  });

  it('whatever is typed is a value, a blank or a fault, and no value has blanks around it', () => {
    const cells = fc.oneof(
      fc.string({ unit: 'binary' }).map(text),
      fc.double().filter(Number.isFinite).map(number),
      fc.string().map(other),
    );
    const kinds = fc.constantFrom<ColumnKind>(AMOUNT, AREA, PRICE, DUE_DAY, DAY, PERIOD, CODE, TEXT, NATURE, YES_NO);
    fc.assert(
      fc.property(cells, kinds, (cell, kind) => {
        const reading = readCell(cell, kind);
        if (reading.is !== 'value') return;
        expect(reading.value).toBe(reading.value.trim());
        expect(reading.value).not.toBe('');
        expect(reading.value.length).toBeLessThanOrEqual(400);
      }),
    );
  });
});
