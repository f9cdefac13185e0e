import type { Json } from '@propledger/contracts';
import type { LedgerFactWithHeader } from '@propledger/ledger-core';

/**
 * What a command answers, kept with it for ever: codes, positions and amounts, nothing personal. `position` is its first
 * event's; null when no event was needed.
 */
export type LedgerAnswer = {
  readonly position: number | null;
  readonly entries: readonly EntryAnswer[];
  /** Of a receipt that was taken. */
  readonly receiptCode?: string;
};

/** One event as an answer shows it. */
export type EntryAnswer = { readonly position: number; readonly type: string; readonly [member: string]: Json };

/** Bodies whose facts a caller wants at once; of all others the position is enough. */
const SHOWN: ReadonlySet<string> = new Set([
  'receipt.taken',
  'prepayment.released',
  'binding.made',
  'vacancy.declared',
]);

export const answerOf = (
  events: readonly LedgerFactWithHeader[],
  nextPosition: number,
  receiptCode: string | null = null,
): LedgerAnswer => ({
  ...(receiptCode === null ? {} : { receiptCode }),
  position: events.length === 0 ? null : nextPosition,
  // A run's chunk raises hundreds of charges: where they stand is in the books.
  entries: (events.length > 10 ? [] : events).map(({ type, body, accountingPeriod }, i) => ({
    position: nextPosition + i,
    type,
    period: accountingPeriod,
    ...(SHOWN.has(type) ? shown(body as unknown as Record<string, Json>) : {}),
  })),
});

const shown = ({ lines: _lines, ...body }: Record<string, Json>): Record<string, Json> => body;
