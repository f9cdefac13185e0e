import type { RecordedEvent } from '@propledger/contracts';
import { beancount } from './beancount';
import { transactionOf, type JournalFormat } from './entries';
import { hledger } from './hledger';

export const JOURNAL_FORMATS = ['hledger', 'beancount'] as const;
const FORMATS: Readonly<Record<(typeof JOURNAL_FORMATS)[number], JournalFormat>> = { hledger, beancount };

export interface JournalAsked {
  readonly format: (typeof JOURNAL_FORMATS)[number];
  /** Days, both inclusive. */
  readonly from?: string;
  readonly to?: string;
}

/** The journal of a book, piece by piece. Accounts are opened as they come up. */
export async function* journalOf(
  book: string,
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
  { format, from, to }: JournalAsked,
): AsyncGenerator<string> {
  const { begin, open, transaction } = FORMATS[format];
  const opened = new Set<string>();
  yield begin(book);
  for await (const event of events) {
    if ((from !== undefined && event.effectiveDate < from) || (to !== undefined && event.effectiveDate > to)) continue;
    const booked = transactionOf(event);
    if (booked === null) continue;
    const accounts = new Set(booked.postings.map(({ account }) => account));
    const fresh = [...accounts].filter((account) => !opened.has(account));
    for (const account of fresh) opened.add(account);
    yield fresh.map(open).join('') + transaction(booked);
  }
}
