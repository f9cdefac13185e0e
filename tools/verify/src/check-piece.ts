import { isUtf8 } from 'node:buffer';
import { chainHash, contentHash, isIncluded, sealLeafHash, type BookHead } from '@propledger/proof';
import { isSeal, LONGEST_LINE, readEvent, readSeal, type BundleEvent } from './bundle-event';
import type { Fault, FaultName } from './faults';
import type { Evidence } from './header';
import { Postings, type Span } from './postings';

/** What every piece of a bundle is checked against. */
export interface Setting {
  readonly head: BookHead;
  /** The tree's root. */
  readonly root: string;
  readonly points: Evidence['points'];
}

/** The event in front of a piece. */
export interface Before {
  readonly position: number;
  readonly hash: string;
  readonly recordedAt: string;
}

/** What came of one piece. */
export interface PieceReport {
  /** The first fault that the piece shows by itself. A seal's comes after everything that concerns the event before it. */
  readonly fault: (Fault & { readonly ofSeal: boolean }) | null;
  /** Of the last event that is in order. */
  readonly position: number;
  readonly seals: number;
  /** The first seal's range begins here, and stands behind this position. */
  readonly firstSeal: { readonly first: number; readonly position: number } | null;
  /** Where the last seal ends. */
  readonly sealedTo: number | null;
  readonly spans: readonly Span[];
  readonly reversals: readonly number[];
}

/** Checks whole lines of a bundle, given the event in front of them. */
export const checkPiece = (bytes: Uint8Array, before: Before, setting: Setting): PieceReport => {
  const piece = new Piece(before, setting);
  const fault = piece.read(bytes);
  return { ...piece.report(), fault };
};

class Piece {
  private seals = 0;
  private firstSeal: PieceReport['firstSeal'] = null;
  private sealedTo: number | null = null;
  private readonly postings = new Postings();

  constructor(
    private last: Before,
    private readonly setting: Setting,
  ) {}

  /** @returns the first fault. */
  read(bytes: Uint8Array): PieceReport['fault'] {
    // Bytes that are no UTF-8 would be read as U+FFFD, and could pass for it.
    const whole = isUtf8(bytes);
    for (let at = 0; at < bytes.length;) {
      const feed = bytes.indexOf(LINE_FEED, at);
      const line = bytes.subarray(at, feed < 0 ? bytes.length : feed);
      const readable = feed >= 0 && line.length < LONGEST_LINE && (whole || isUtf8(line));
      const text = decoder.decode(line);
      const ofSeal = isSeal(text);
      const fault = readable ? (ofSeal ? this.seal(text) : this.event(line, text)) : 'not-canonical';
      // An event that a seal knows and that does not stand in front of it is missing where it should be.
      const ofEvent = !ofSeal || fault === 'not-dense';
      if (fault) return { position: this.last.position + (ofEvent ? 1 : 0), fault, ofSeal };
      at = feed + 1;
    }
    return null;
  }

  report(): Omit<PieceReport, 'fault'> {
    const { seals, firstSeal, sealedTo } = this;
    return { position: this.last.position, seals, firstSeal, sealedTo, ...this.postings.end() };
  }

  private event(bytes: Uint8Array, line: string): FaultName | null {
    const event = readEvent(bytes, line);
    if (event === null) return 'not-canonical';
    const isLedger = this.setting.head.topic === 'ledger';
    const fault = this.faultOf(event) ?? (isLedger ? this.postings.take(event) : null);
    if (fault === null) this.last = event;
    return fault;
  }

  private faultOf(event: BundleEvent): FaultName | null {
    const { head, points } = this.setting;
    const { position, hash } = event;
    if (event.book !== head.book) return 'other-book';
    if (position !== this.last.position + 1) return 'not-dense';
    if (position > head.position) return 'after-end';
    const content = contentHash(event, event.bodyText);
    if (content !== event.contentHash) return 'content-changed';
    if (chainHash(this.last.hash, event.book, position, content) !== hash) return 'chain-broken';
    if (position === head.position && hash !== head.hash) return 'chain-broken';
    if (points.some((known) => known.position === position && known.hash !== hash)) return 'chain-broken';
    return event.recordedAt < this.last.recordedAt ? 'time-reversed' : null;
  }

  private seal(line: string): FaultName | null {
    const seal = readSeal(line);
    if (seal === null) return 'not-canonical';
    const { head, root } = this.setting;
    const { first, last, hash, index, proof } = seal;
    if (last > this.last.position) return 'not-dense';
    const follows = this.sealedTo === null ? first <= last : first === this.sealedTo + 1;
    if (!follows || last < this.last.position || hash !== this.last.hash || last < first) return 'seal-broken';
    this.firstSeal ??= { first, position: last };
    const { topic, book, size } = head;
    const leaf = sealLeafHash({ topic, book, firstPosition: first, lastPosition: last, hash });
    if (!isIncluded(leaf, index, size, root, proof)) return 'not-included';
    this.sealedTo = last;
    this.seals += 1;
    return null;
  }
}

const LINE_FEED = 10;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
