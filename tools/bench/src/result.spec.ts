import { median, resultOf } from './result';

describe('the result of a figure', () => {
  const rounds = [
    { value: 30, limit: 100 },
    { value: 50, limit: 100 },
    { value: 10, limit: 20 },
  ];

  it('has the median of the ratios, each of one round', () => {
    expect(resultOf({ work: 'w', unit: 'op/s', target: { ratioAtLeast: 0.5 } }, rounds)).toEqual({
      ...{ work: 'w', unit: 'op/s', min: 10, median: 30, max: 50, limit: 100, ratio: 0.5, ok: true },
      target: '≥ 0.5 × limit',
    });
  });

  it.each([
    [{ ratioAtLeast: 0.51 }, false],
    [{ ratioAtMost: 0.5 }, true],
    [{ ratioAtMost: 0.49 }, false],
    [{ valueBelow: 30 }, false],
    [{ valueBelow: 31 }, true],
    [{ valueAtLeast: 30 }, true],
    [{ valueAtLeast: 31 }, false],
  ] as const)('says whether it reaches %j', (target, ok) => {
    expect(resultOf({ work: 'w', unit: 's', target }, rounds).ok).toBe(ok);
  });

  it('cannot reach a ratio without a limit', () => {
    expect(resultOf({ work: 'w', unit: 's', target: { ratioAtMost: 9 } }, [{ value: 1, limit: null }]).ok).toBe(false);
  });

  it('takes the middle of two', () => {
    expect(median([4, 1])).toBe(2.5);
  });
});
