/** What a figure must reach: of its limit (`ratio`), or by itself (`value`). */
export type Target =
  | { readonly ratioAtLeast: number }
  | { readonly ratioAtMost: number }
  | { readonly valueBelow: number }
  | { readonly valueAtLeast: number };

/** What one round measured of one figure, and the limit measured beside it in the same round. */
export interface Measured {
  readonly value: number;
  /** In the same unit; null where the target is a value by itself. */
  readonly limit: number | null;
}

/** One line of the table. */
export interface Figure {
  readonly work: string;
  /** Of `value` and `limit`: `s`, `ms`, `receipts/s`, `MB` … */
  readonly unit: string;
  readonly target: Target;
}

/** Data and servers made ready, untimed. */
export interface Prepared<Key extends string> {
  /** Called `rounds` times, one after another; the limit and the work are measured in turn. */
  round(nth: number): Promise<Record<Key, Measured>>;
  close(): Promise<void>;
}

/** Data and servers that several rows use: made for the first of them, closed when none is left that uses them. */
export class Shared<Made extends { close(): Promise<void> }> {
  private made: Promise<Made> | null = null;

  constructor(private readonly make: (say: (line: string) => void) => Promise<Made>) {}

  get(say: (line: string) => void): Promise<Made> {
    return (this.made ??= this.make(say));
  }

  async close(): Promise<void> {
    const { made } = this;
    this.made = null;
    await (await made)?.close();
  }
}

/** A piece of work that `npm run bench -- NAME` measures by itself. */
export interface Row<Key extends string = string> {
  readonly name: string;
  /** 3; 1 where the data take minutes to make. */
  readonly rounds: number;
  readonly figures: Readonly<Record<Key, Figure>>;
  /** What it uses together with other rows; they come one after the other. */
  readonly shares?: Pick<Shared<{ close(): Promise<void> }>, 'close'>;
  /** @param say prints a line of progress on standard error. */
  prepare(say: (line: string) => void): Promise<Prepared<Key>>;
}
