import fc from 'fast-check';
import { compareText } from './text';

it('orders by code point, an emoji after a full-width letter', () => {
  expect(['｡', '😀', '', 'b', 'a', '物业费', 'B'].sort(compareText)).toEqual(['', 'B', 'a', 'b', '物业费', '｡', '😀']);
  expect('｡' < '😀').toBe(false);
});

it('agrees with the code points, whatever the texts', () => {
  const points = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) ?? 0);
  const text = fc.string({ unit: 'binary', maxLength: 6 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [a, b] = [points(one), points(other)];
      const at = a.findIndex((point, index) => point !== b[index]);
      const expected = at < 0 ? a.length - b.length : b.length <= at ? 1 : (a[at] ?? 0) - (b[at] ?? 0);
      expect(Math.sign(compareText(one, other))).toBe(Math.sign(expected));
    }),
  );
});
