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

  it('has the `this` that it was bound with, where there is one', () => {
    bindPlainly();
    const own = { bound: 1 };
    const thisOf = function (this: unknown, ...args: unknown[]): unknown[] {
      return [this, ...args];
    };
    expect(AsyncResource.bind(thisOf, 'bound', own).call({ caller: 1 }, 'a')).toEqual([own, 'a']);
  });
});
