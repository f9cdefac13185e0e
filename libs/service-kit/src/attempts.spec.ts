import { Attempts } from './attempts';

describe('attempts at what is public', () => {
  const rates = [
    { most: 3, perSecond: 0.1 },
    { most: 5, perSecond: 1 },
  ] as const;

  it('run out for one caller, and come back with time', () => {
    let now = 0;
    const attempts = new Attempts(...rates, () => now);
    expect([1, 2, 3].map(() => attempts.take('li'))).toEqual([0, 0, 0]);
    expect(attempts.take('li')).toBe(10);
    now += 4_000;
    expect(attempts.take('li')).toBe(6);
    now += 6_000;
    expect(attempts.take('li')).toBe(0);
  });

  it('run out over all callers, too', () => {
    const attempts = new Attempts(...rates, () => 0);
    expect(['a', 'b', 'c', 'd', 'e'].map((caller) => attempts.take(caller))).toEqual([0, 0, 0, 0, 0]);
    expect(attempts.take('f')).toBe(1);
  });

  it('are given back to who was right', () => {
    const attempts = new Attempts(...rates, () => 0);
    for (let i = 0; i < 20; i += 1) {
      expect(attempts.take('li')).toBe(0);
      attempts.giveBack('li');
    }
  });

  it('remember no more than so many callers, and forget the idle first', () => {
    let now = 0;
    const attempts = new Attempts({ most: 1, perSecond: 0.001 }, { most: 1e9, perSecond: 1 }, () => now);
    attempts.take('first');
    for (let i = 0; i < 9_999; i += 1) attempts.take(`other ${i}`);
    expect(attempts.take('first')).toBeGreaterThan(0);
    now += 2_000_000;
    attempts.take('one more');
    expect(attempts.take('first')).toBe(0);
  });
});
