/** Too many answers are being made at once. */
export class NoTurn extends Error {}

/** Lets a number of answers be made at a time, so that they leave connections to whoever keeps the projections up to date. */
export class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(
    private free: number,
    private readonly patienceMs: number,
  ) {}

  /**
   * Waits for a turn; the answer gives it back, once.
   *
   * @throws NoTurn when none comes in time.
   */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await this.wait();
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    };
  }

  private wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(turn), 1);
        reject(new NoTurn());
      }, this.patienceMs);
      this.waiting.push(turn);
    });
  }
}
