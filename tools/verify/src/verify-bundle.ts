import type { PieceReport, Setting } from './check-piece';
import { Calendar } from './calendar';
import type { Fault } from './faults';
import { openHeader, type Evidence, type Opened } from './header';
import { BundleFile, type BundlePiece } from './pieces';
import { Reversals } from './reversals';

/** What an intact bundle proves. */
export interface Proven {
  readonly intact: true;
  readonly topic: string;
  readonly book: string;
  /** Where the book ends, and the chain's hash there. */
  readonly position: number;
  readonly hash: string;
  /** Leaves of the log that cover the book, and closings recomputed. */
  readonly seals: number;
  readonly closings: number;
  readonly key: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Sizes of the older checkpoints whose tree this one's begins with. */
  readonly consistentWith: readonly number[];
}

export type Verdict = Proven | ({ readonly intact: false } & Fault);

/** Checks pieces, several at a time. */
export interface Checker {
  /** How many pieces may be under way at once. */
  readonly width: number;
  check(piece: BundlePiece): Promise<PieceReport>;
  close(): Promise<void>;
}

export interface VerifyBundleOptions extends Evidence {
  readonly checker: (setting: Setting, bytes: number) => Checker;
  readonly progress?: (done: number, all: number) => void;
}

/**
 * Recomputes everything in a bundle, from its bytes alone. Memory does not grow with the file.
 *
 * @throws Error when the file can't be read.
 */
export const verifyBundle = async (path: string, options: VerifyBundleOptions): Promise<Verdict> => {
  const file = await BundleFile.open(path);
  try {
    const opened = openHeader(await file.firstLine(), options);
    if ('fault' in opened) return { intact: false, ...opened };
    return await checkPieces(file, opened, options);
  } finally {
    await file.close();
  }
};

const checkPieces = async (file: BundleFile, opened: Opened, options: VerifyBundleOptions): Promise<Verdict> => {
  const { head, checkpoint, header, consistentWith } = opened;
  const checker = options.checker({ head, root: checkpoint.root, points: options.points }, file.bytes);
  const whole = new Whole();
  const underWay: Promise<PieceReport>[] = [];
  const takeOne = async (): Promise<Fault | null> => {
    const report = await underWay.shift();
    return report === undefined ? null : whole.take(report);
  };
  try {
    for await (const piece of file.pieces()) {
      // Not to be read: the fault is in a piece before.
      if (piece.before === null) break;
      underWay.push(checker.check(piece));
      options.progress?.(file.done, file.bytes);
      const fault = underWay.length < checker.width ? null : await takeOne();
      if (fault) return { intact: false, ...fault };
    }
    while (underWay.length > 0) {
      const fault = await takeOne();
      if (fault) return { intact: false, ...fault };
    }
    const missing = whole.end(head.position, options);
    if (missing) return { intact: false, ...missing };
  } finally {
    await checker.close();
    await Promise.allSettled(underWay);
  }
  const { seals, calendar } = whole;
  const { topic, book, position, hash } = head;
  const { origin, size, root } = checkpoint;
  const ofBook = { topic, book, position, hash, seals, closings: calendar.closings };
  return { intact: true, ...ofBook, key: header.key, origin, size, root, consistentWith };
};

/** What only shows once pieces are put together, in order. */
class Whole {
  readonly calendar = new Calendar();
  seals = 0;
  private readonly reversals = new Reversals();
  private position = 0;
  private sealedTo = 0;

  take(report: PieceReport): Fault | null {
    const { firstSeal, fault } = report;
    const ofEvents = earlier(this.reversals.take(report.reversals), this.firstOfSpans(report));
    const gap = firstSeal !== null && firstSeal.first !== this.sealedTo + 1;
    const ofSeals: Fault | null = gap ? { position: firstSeal.position, fault: 'seal-broken' } : null;
    this.position = report.position;
    this.sealedTo = report.sealedTo ?? this.sealedTo;
    this.seals += report.seals;
    const local = fault && { position: fault.position, fault: fault.fault };
    // At one position: what the event shows by itself, what it shows among others, its seal.
    return fault?.ofSeal ? earlier(ofEvents, earlier(ofSeals, local)) : earlier(earlier(local, ofEvents), ofSeals);
  }

  private firstOfSpans({ spans }: PieceReport): Fault | null {
    for (const span of spans) {
      const fault = this.calendar.take(span);
      if (fault) return fault;
    }
    return null;
  }

  end(last: number, { points }: Evidence): Fault | null {
    if (this.position < last) return { position: this.position + 1, fault: 'end-missing' };
    if (this.sealedTo < this.position) return { position: this.sealedTo + 1, fault: 'not-sealed' };
    return points.some(({ position }) => position > last) ? { position: last + 1, fault: 'end-missing' } : null;
  }
}

/** The one that comes first; at the same position, `one`. */
const earlier = (one: Fault | null, other: Fault | null): Fault | null => {
  if (one === null || other === null) return one ?? other;
  return other.position < one.position ? other : one;
};
