import { EventStreams } from './event-stream';

// A clock that stands still: nobody looks again unless something wakes him.
jest.mock('node:timers/promises', () => ({
  setTimeout: (_ms: number, _value: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise((_resolve, reject) => {
      const wake = (): void => reject(new Error('woken'));
      if (signal.aborted) wake();
      signal.addEventListener('abort', wake);
    }),
}));

describe('waiting for the end', () => {
  const waitingFor = (streams: EventStreams, what: string, look: () => string): Promise<string> =>
    streams.whenEnded(
      { first: 'running', look: () => Promise.resolve(look()), hasEnded: (state) => state === 'done', what },
      { wait: 20_000 },
    );

  it('looks when it is told, as often as it is told, and not for others', async () => {
    const streams = new EventStreams();
    const states = ['running', 'done'];
    let others = 0;
    const answer = waitingFor(streams, 'run-1', () => states.shift() ?? 'done');
    void waitingFor(streams, 'run-2', () => `looked ${++others}`);
    streams.tell('run-1');
    await new Promise(setImmediate);
    expect(states).toEqual(['done']);
    streams.tell('run-1');
    expect(await answer).toBe('done');
    expect(others).toBe(0);
    streams.onModuleDestroy();
  });

  it('answers with what it is when the service stops', async () => {
    const streams = new EventStreams();
    const answer = waitingFor(streams, 'run', () => 'running');
    streams.onModuleDestroy();
    expect(await answer).toBe('running');
  });
});
