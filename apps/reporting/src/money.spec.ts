import { fenOf, percent, yuan } from './money';

describe('money', () => {
  it.each([
    ['0.00', 0n],
    ['1234.50', 123450n],
    ['-0.05', -5n],
    ['99999999999.99', 9999999999999n],
  ])('reads %s and writes it again', (text, fen) => {
    expect(fenOf(text)).toBe(fen);
    expect(yuan(fen.toString())).toBe(text);
  });

  it.each(['1', '1.5', '1.234', '', '1,000.00', '٣.٠٠', '1.00\n'])('refuses %j', (text) => {
    expect(() => fenOf(text)).toThrow(RangeError);
  });
});

describe('percent', () => {
  it.each([
    [1n, 3n, '33.33'],
    [2n, 3n, '66.67'],
    [1n, 1n, '100.00'],
    [5n, 2n, '250.00'],
    [0n, 7n, '0.00'],
    // 0.005 % is half a hundredth: up. A hair less: down.
    [1n, 20_000n, '0.01'],
    [49_999_999_999n, 1_000_000_000_000_000n, '0.00'],
    [50_000_000_000n, 1_000_000_000_000_000n, '0.01'],
    // Half up is towards the greater number, below zero too.
    [-1n, 20_000n, '0.00'],
    [-3n, 20_000n, '-0.01'],
    [-1n, 3n, '-33.33'],
    [1n, -3n, '-33.33'],
    [-1n, -20_000n, '0.01'],
  ])('of %d in %d is %s', (part, whole, expected) => {
    expect(percent(part, whole)).toBe(expected);
  });

  it('is blank where there is nothing to compare with', () => {
    expect(percent(5n, 0n)).toBeNull();
  });
});
