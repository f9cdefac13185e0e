import type { Positions } from '@propledger/contracts';

interface Waiter {
  readonly positions: Positions;
  readonly answer: (reached: boolean) => void;
}

/** Those who wait until positions are reached. They are looked at whenever something may have changed, never by time. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  /** @param reached true: they are; false: they will not be; null: not yet. */
  constructor(private readonly reached: (positions: Positions) => boolean | null) {}

  /** Resolves when it is known whether the positions are reached, with false when the time is over. */
  wait(positions: Positions, timeoutMs: number): Promise<boolean> {
    const now = this.reached(positions);
    if (now !== null) return Promise.resolve(now);
    return new Promise((resolve) => {
      const answer = (reached: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(waiter);
        resolve(reached);
      };
      const waiter = { positions, answer };
      const timer = setTimeout(() => answer(false), timeoutMs);
      this.waiting.add(waiter);
    });
  }

  /** Something changed. */
  check(): void {
    for (const { positions, answer } of this.waiting) {
      const reached = this.reached(positions);
      if (reached !== null) answer(reached);
    }
  }

  /** Nothing will change any more. */
  dismiss(): void {
    for (const { answer } of this.waiting) answer(false);
  }
}
