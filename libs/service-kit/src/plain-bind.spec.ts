import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { bindPlainly } from './plain-bind';

describe('a bound function', () => {
  it('runs where it was bound, with what it is called with, and carries nothing else', () => {
    bindPlainly();
    const asked = new AsyncLocalStorage<string>();
    const bound = asked.run('here', () =>
      new AsyncResource('bound').bind(function (this: unknown, ...args: unknown[]) {
        return [this, args, asked.getStore()];
      }),
    );
    expect(asked.run('elsewhere', () => bound.call({ caller: 1 }, 'a', 'b'))).toEqual([
      { caller: 1 },
      ['a', 'b'],
      'here',
    ]);
    expect(Object.keys(bound)).toEqual([]);
  });
});
