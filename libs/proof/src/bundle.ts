import type { RecordedEvent, Topic } from '@propledger/contracts';
import { canonicalJson } from './canonical-json';

// The lines of an audit bundle, docs/decisions/0011-audit-bundle.md. A change here is a new format.
export const BUNDLE_FORMAT = 'propledger-bundle/1';

/** That the tree of `size` leaves is the beginning of the bundle's. */
export interface Consistency {
  readonly size: number;
  readonly proof: readonly string[];
}

/** The first line. */
export interface BundleHeader {
  readonly format: typeof BUNDLE_FORMAT;
  readonly topic: Topic;
  readonly book: string;
  /** The log's verifier key. */
  readonly key: string;
  /** Signed notes. */
  readonly checkpoint: string;
  readonly head: string;
  readonly consistency: readonly Consistency[];
}

/** A range of events under one leaf of the log, and the leaf's inclusion in the bundle's tree. */
export interface BundleSeal {
  readonly first: number;
  readonly last: number;
  /** The chain's hash at `last`. */
  readonly hash: string;
  readonly index: number;
  readonly proof: readonly string[];
}

export const headerLine = (header: BundleHeader): string => `${canonicalJson(header)}\n`;

export const sealLine = (seal: BundleSeal): string => `${canonicalJson({ seal })}\n`;

/** What every line of a seal begins with, and no other. */
export const SEAL_PREFIX = '{"seal":';

/** An event as one line: members in order, and the body's text just as it is stored. */
export const eventLine = (event: Omit<RecordedEvent, 'body'> & { readonly bodyText: string }): string => {
  const text = JSON.stringify;
  return (
    `{"accountingPeriod":${text(event.accountingPeriod)},"actor":${text(event.actor)},"body":${event.bodyText}` +
    `,"book":${text(event.book)},"causationId":${text(event.causationId)},"commandId":${text(event.commandId)}` +
    `,"contentHash":"${event.contentHash}","correlationId":${text(event.correlationId)}` +
    `,"effectiveDate":"${event.effectiveDate}","eventId":"${event.eventId}","hash":"${event.hash}"` +
    `,"position":${event.position},"recordedAt":"${event.recordedAt}","reversesPosition":${event.reversesPosition}` +
    `,"schemaVersion":${event.schemaVersion},"source":${text(event.source)},"type":${text(event.type)}}\n`
  );
};
