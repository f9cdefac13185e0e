/** A store of attempts that fills up again with time. */
interface Bucket {
  left: number;
  atMs: number;
}

/** How many attempts there are at most, and how fast they come back. */
export interface Rate {
  readonly most: number;
  readonly perSecond: number;
}

const REMEMBERED = 10_000;

/**
 * Slows down guessing on public routes: for each caller (an operator, an address), and over all. An attempt is paid for before
 * anything is looked up. It may be given back when it was right, so that those who know their password never notice.
 */
export class Attempts {
  private readonly all: Bucket;
  private readonly byCaller = new Map<string, Bucket>();

  constructor(
    private readonly callerRate: Rate,
    private readonly totalRate: Rate,
    private readonly now: () => number = Date.now,
  ) {
    this.all = { left: totalRate.most, atMs: now() };
  }

  /** Pays for one attempt. Answers 0, or the seconds to wait when there is none left; then nothing is paid. */
  take(caller: string): number {
    const own = this.bucketOf(caller);
    this.refill(own, this.callerRate);
    this.refill(this.all, this.totalRate);
    const wait = Math.max(secondsUntilOne(own, this.callerRate), secondsUntilOne(this.all, this.totalRate));
    if (wait > 0) return wait;
    own.left -= 1;
    this.all.left -= 1;
    return 0;
  }

  /** It was right: the attempt does not count. */
  giveBack(caller: string): void {
    const own = this.byCaller.get(caller);
    if (own) own.left = Math.min(this.callerRate.most, own.left + 1);
    this.all.left = Math.min(this.totalRate.most, this.all.left + 1);
  }

  private bucketOf(caller: string): Bucket {
    const known = this.byCaller.get(caller);
    if (known) return known;
    if (this.byCaller.size >= REMEMBERED) this.forgetSome();
    const bucket = { left: this.callerRate.most, atMs: this.now() };
    this.byCaller.set(caller, bucket);
    return bucket;
  }

  /** Those who would be full again by now, and else the oldest. */
  private forgetSome(): void {
    for (const [caller, bucket] of this.byCaller) {
      this.refill(bucket, this.callerRate);
      if (bucket.left >= this.callerRate.most) this.byCaller.delete(caller);
    }
    for (const caller of this.byCaller.keys()) {
      if (this.byCaller.size < REMEMBERED) return;
      this.byCaller.delete(caller);
    }
  }

  private refill(bucket: Bucket, rate: Rate): void {
    const now = this.now();
    bucket.left = Math.min(rate.most, bucket.left + (Math.max(0, now - bucket.atMs) / 1000) * rate.perSecond);
    bucket.atMs = now;
  }
}

const secondsUntilOne = ({ left }: Bucket, { perSecond }: Rate): number =>
  left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond));
