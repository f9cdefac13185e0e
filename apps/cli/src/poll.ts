import { setTimeout as pause } from 'node:timers/promises';

/** Asked with this, an answer waits for the end itself; who shows progress asks now and then instead. */
export const WAITING = { query: { wait: '20000' } } as const;

/**
 * Asks until what is asked for has ended: often at first, then ever more seldom, so that the waiting adds little to
 * what it waits for.
 */
export const untilEnded = async <State>(
  ask: () => Promise<State>,
  hasEnded: (state: State) => boolean,
): Promise<State> => {
  const begunAt = performance.now();
  for (;;) {
    const state = await ask();
    if (hasEnded(state)) return state;
    await pause(Math.min(500, Math.max(40, (performance.now() - begunAt) / 8)));
  }
};
