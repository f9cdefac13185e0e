import type { Account, JournalLine, RecordedEvent } from '@propledger/contracts';

/*
 * A journal as plain-text accounting has it: one transaction for every event that books something. Both formats name accounts
 * alike:
 *
 *   ROLE[:Iitem][:Cchannel]
 *
 * ROLE is fixed for each account role of the ledger (below), `I` and `C` stand before the item and the channel, and of
 * these everything but letters, digits and what is written `-XX` (the bytes of its UTF-8 in hex, also for the hyphen) stands as it
 * is. So two accounts of the ledger never share a name, and `decoded` gives the text back. Everything else of a line
 * (resource, customer …) goes with the posting as metadata.
 */

const ROLES: Readonly<Record<Account, string>> = {
  receivable: 'Assets:Receivable',
  income: 'Income:Charges',
  unapplied: 'Liabilities:Unapplied',
  'channel-clearing': 'Assets:ChannelClearing',
  'deposit-held': 'Liabilities:DepositHeld',
  'bad-debt': 'Expenses:BadDebt',
  opening: 'Equity:Opening',
  discount: 'Expenses:Discount',
  recoveries: 'Income:Recoveries',
  'agency-payable': 'Liabilities:AgencyPayable',
  'output-tax': 'Liabilities:OutputTax',
  'forfeited-deposits': 'Income:ForfeitedDeposits',
  'late-fee-income': 'Income:LateFees',
};

export interface Posting {
  readonly account: string;
  /** CNY with two decimals, debit positive. */
  readonly amount: string;
  readonly details: readonly (readonly [name: string, value: string])[];
}

export interface Transaction {
  readonly book: string;
  readonly position: number;
  readonly type: string;
  readonly date: string;
  readonly period: string | null;
  readonly postings: readonly Posting[];
}

/** A format of journals. Texts end with line feeds. */
export interface JournalFormat {
  readonly begin: (book: string) => string;
  /** Comes before the first transaction that uses the account. */
  readonly open: (account: string) => string;
  readonly transaction: (transaction: Transaction) => string;
}

const DETAILS = ['resource', 'customer', 'charge', 'tie', 'deposit'] as const;

/** What an event books; null when it books nothing. */
export const transactionOf = (event: RecordedEvent): Transaction | null => {
  const { lines = [] } = event.body as { readonly lines?: readonly JournalLine[] };
  if (lines.length === 0) return null;
  const { book, position, type, effectiveDate: date, accountingPeriod: period } = event;
  return { book, position, type, date, period, postings: lines.map(postingOf) };
};

const postingOf = (line: JournalLine): Posting => ({
  account: accountName(line),
  amount: line.amount,
  details: DETAILS.flatMap((name) => {
    const value = line[name];
    return value === undefined || value === null ? [] : [[name, String(value)] as const];
  }),
});

export const accountName = ({ account, item, channel }: Pick<JournalLine, 'account' | 'item' | 'channel'>): string =>
  [
    ROLES[account],
    ...(item === undefined || item === null ? [] : [`I${encoded(item)}`]),
    ...(channel === undefined ? [] : [`C${encoded(channel)}`]),
  ].join(':');

const PLAIN = /^[\p{L}\p{Nd}]$/u;

const encoded = (text: string): string =>
  [...text].map((character) => (PLAIN.test(character) ? character : hexOf(character))).join('');

const hexOf = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `-${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The text of an encoded item or channel, without its letter. */
export const decoded = (name: string): string =>
  name.replace(/(-[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('-', ''), 'hex').toString());
