import { getEventListeners } from 'node:events';
import { abortedWith } from './aborted-with';

it('is aborted with its signal and for the same reason, also when that is aborted already', () => {
  const whole = new AbortController();
  const before = abortedWith(whole.signal).controller;
  expect(before.signal.aborted).toBe(false);
  whole.abort('the service stops');
  expect(before.signal.reason).toBe('the service stops');
  expect(abortedWith(whole.signal).controller.signal.reason).toBe('the service stops');
});

it('leaves nothing behind on the signal when it is let go, and goes its own way then', () => {
  const whole = new AbortController();
  const { controller, letGo } = abortedWith(whole.signal);
  letGo();
  expect(getEventListeners(whole.signal, 'abort')).toEqual([]);
  whole.abort();
  expect(controller.signal.aborted).toBe(false);
});
