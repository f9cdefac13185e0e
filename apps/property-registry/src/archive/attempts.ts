/** A store of attempts that fills up again with time. */
interface Bucket {
  left: number;
  atMs: number;
}

interface Rate {
  readonly most: number;
  readonly perSecond: number;
}

const REMEMBERED = 10_000;

/**
 * Slows down the guessing of passwords: for each operator, and over all. An attempt is paid for before the password is
 * checked, and given back when it was right, so that those who know their password never notice.
 */
export class Attempts {
  private readonly all: Bucket;
  private readonly byOperator = new Map<string, Bucket>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly operatorRate: Rate = { most: 10, perSecond: 1 / 6 },
    private readonly totalRate: Rate = { most: 200, perSecond: 10 },
  ) {
    this.all = { left: totalRate.most, atMs: now() };
  }

  /** Pays for one attempt. Answers 0, or the seconds to wait when there is none left; then nothing is paid. */
  take(operator: string): number {
    const own = this.bucketOf(operator);
    this.refill(own, this.operatorRate);
    this.refill(this.all, this.totalRate);
    const wait = Math.max(secondsUntilOne(own, this.operatorRate), secondsUntilOne(this.all, this.totalRate));
    if (wait > 0) return wait;
    own.left -= 1;
    this.all.left -= 1;
    return 0;
  }

  /** The password was right: the attempt does not count. */
  giveBack(operator: string): void {
    const own = this.byOperator.get(operator);
    if (own) own.left = Math.min(this.operatorRate.most, own.left + 1);
    this.all.left = Math.min(this.totalRate.most, this.all.left + 1);
  }

  private bucketOf(operator: string): Bucket {
    const known = this.byOperator.get(operator);
    if (known) return known;
    if (this.byOperator.size >= REMEMBERED) this.forgetSome();
    const bucket = { left: this.operatorRate.most, atMs: this.now() };
    this.byOperator.set(operator, bucket);
    return bucket;
  }

  /** Those who would be full again by now, and else the oldest. */
  private forgetSome(): void {
    for (const [operator, bucket] of this.byOperator) {
      this.refill(bucket, this.operatorRate);
      if (bucket.left >= this.operatorRate.most) this.byOperator.delete(operator);
    }
    for (const operator of this.byOperator.keys()) {
      if (this.byOperator.size < REMEMBERED) return;
      this.byOperator.delete(operator);
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
