import { Attempts } from './attempts';

describe('attempts at a password', () => {
  const rates = [
    { most: 3, perSecond: 0.1 },
    { most: 5, perSecond: 1 },
  ] as const;

  it('run out for one operator, and come back with time', () => {
    let now = 0;
    const attempts = new Attempts(() => now, ...rates);
    expect([1, 2, 3].map(() => attempts.take('li'))).toEqual([0, 0, 0]);
    expect(attempts.take('li')).toBe(10);
    now += 4_000;
    expect(attempts.take('li')).toBe(6);
    now += 6_000;
    expect(attempts.take('li')).toBe(0);
  });

  it('run out over all operators, too', () => {
    const attempts = new Attempts(() => 0, ...rates);
    expect(['a', 'b', 'c', 'd', 'e'].map((operator) => attempts.take(operator))).toEqual([0, 0, 0, 0, 0]);
    expect(attempts.take('f')).toBe(1);
  });

  it('are given back to who was right', () => {
    const attempts = new Attempts(() => 0, ...rates);
    for (let i = 0; i < 20; i += 1) {
      expect(attempts.take('li')).toBe(0);
      attempts.giveBack('li');
    }
  });

  it('remember no more than so many operators, and forget the idle first', () => {
    let now = 0;
    const attempts = new Attempts(() => now, { most: 1, perSecond: 0.001 }, { most: 1e9, perSecond: 1 });
    attempts.take('first');
    for (let i = 0; i < 9_999; i += 1) attempts.take(`other ${i}`);
    expect(attempts.take('first')).toBeGreaterThan(0);
    now += 2_000_000;
    attempts.take('one more');
    expect(attempts.take('first')).toBe(0);
  });
});
