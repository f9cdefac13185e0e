import type { Day, JournalLine, LedgerEvent, Period } from '@propledger/contracts';
import { fenOf, type Fen } from '../money';

/** What a movement of a charge is, by the fact that made it; the fact's reversal moves the same column back. */
export type ReceivableKind = 'charge' | 'cash' | 'prepayment' | 'write-off' | 'transfer' | 'correction';

/** A charge as raised. Its amount at any moment is the sum of its movements. */
export interface ChargeRow {
  readonly into: 'charge';
  readonly position: number;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly priority: number;
  readonly amount: Fen;
  readonly effectiveOn: Day;
  readonly period: Period;
}

/** What an event does to what is open on a charge; positive: more is owed. One row an event and charge. */
export interface ReceivableRow {
  readonly into: 'receivable_movement';
  readonly position: number;
  readonly charge: number;
  readonly kind: ReceivableKind;
  readonly amount: Fen;
  readonly effectiveOn: Day;
  readonly period: Period;
}

/** What an event does to a prepayment balance; positive: more is held. `tie` is empty for money usable anywhere. */
export interface PrepaymentRow {
  readonly into: 'prepayment_movement';
  readonly position: number;
  readonly customer: string;
  readonly tie: string;
  readonly amount: Fen;
  readonly effectiveOn: Day;
}

export interface DepositRow {
  readonly into: 'deposit';
  readonly position: number;
  readonly receiptNo: string;
  readonly resource: string;
  readonly customer: string;
  readonly kind: string;
  readonly receivedOn: Day;
}

/** Money received for a deposit, or refunded, both positive; a reversal is negative. */
export interface DepositMovementRow {
  readonly into: 'deposit_movement';
  readonly position: number;
  /** The position of the deposit; null: the latest of this number before this position. */
  readonly deposit: number | null;
  readonly receiptNo: string;
  readonly kind: 'received' | 'refunded';
  readonly amount: Fen;
  readonly effectiveOn: Day;
}

/**
 * A tender of a receipt, or money for what was written off. Money out by a channel, because one of these is reversed, or a
 * receipt or prepayment refunded: then both `receipts` and `amount` are negative; the reversal of a refund is positive again.
 */
export interface TenderRow {
  readonly into: 'receipt_movement';
  readonly position: number;
  readonly line: number;
  readonly method: string;
  readonly receipts: 1 | -1;
  readonly amount: Fen;
  readonly effectiveOn: Day;
  readonly period: Period;
}

export type Movement = ChargeRow | ReceivableRow | PrepaymentRow | DepositRow | DepositMovementRow | TenderRow;

/**
 * What an event adds to the reports: rows, never changes. What was booked is read from the event's journal lines; the
 * event's type says what it was.
 *
 * @throws UnreadableEvent when the event books something that these tables have no place for.
 */
export const movementsOf = (event: LedgerEvent): Movement[] => {
  switch (event.type) {
    case 'book.opened':
    case 'standard.defined':
    case 'standard.changed':
    case 'standard.withdrawn':
    case 'item.terms-set':
    case 'item.terms-withdrawn':
    case 'developer.named':
    case 'developer.withdrawn':
    case 'vacancy.declared':
    case 'vacancy.changed':
    case 'vacancy.ended':
    case 'vacancy.withdrawn':
    case 'binding.made':
    case 'binding.changed':
    case 'binding.withdrawn':
    case 'meter.installed':
    case 'meter.changed':
    case 'meter.withdrawn':
    case 'meter.read':
    case 'meter.reading-confirmed':
    case 'meter.replaced':
    case 'meter.record-withdrawn':
    case 'pool.changed':
    case 'pool.defined':
    case 'pool.withdrawn':
    case 'pool.amount-set':
    case 'pool.amount-withdrawn':
    case 'pool.shared':
    case 'discount-rule.defined':
    case 'discount-rule.changed':
    case 'discount-rule.withdrawn':
    case 'discount.granted':
    case 'discount.grant-withdrawn':
    case 'late-fees.frozen':
    case 'late-fees.resumed':
    case 'late-fees.record-withdrawn':
    case 'period.closed':
    case 'period.reopened':
    case 'limits.set':
      return [];
    case 'charge.raised':
      return [chargeOf(event), ...booked(event, 'charge.raised')];
    case 'charge.transferred':
      return [transferredOf(event), ...booked(event, event.type)];
    case 'deposit.received':
      return [depositOf(event), ...booked(event, 'deposit.received')];
    case 'receipt.taken':
    case 'receipt.refunded':
    case 'receipt.moved':
    case 'allocation.released':
    case 'prepayment.refunded':
    case 'prepayment.brought-in':
    case 'prepayment.applied':
    case 'prepayment.released':
    case 'deposit.refunded':
    case 'deposit.applied':
    case 'deposit.forfeited':
    case 'charge.written-off':
    case 'charge.reduced':
    case 'charge.corrected':
    case 'write-off.recovered':
      return booked(event, event.type);
    case 'receipt.reversed':
      return booked(event, 'receipt.taken');
    case 'entry.reversed':
      return booked(event, event.body.of);
    default:
      return unknownEvent(event);
  }
};

/** An event that cannot be projected. Its book is parked: a report without it would be wrong. */
export class UnreadableEvent extends Error {}

type Posting = Extract<LedgerEvent, { readonly body: { readonly lines: readonly JournalLine[] } }>;
type EventOf<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { readonly type: Type }>;
type Fact = Exclude<Posting['type'], 'receipt.reversed' | 'entry.reversed'>;

const RECEIVABLE_KIND: Readonly<Partial<Record<Fact, ReceivableKind>>> = {
  'charge.raised': 'charge',
  'receipt.taken': 'cash',
  'allocation.released': 'cash',
  'receipt.moved': 'cash',
  'deposit.applied': 'prepayment',
  'charge.transferred': 'transfer',
  'prepayment.applied': 'prepayment',
  'prepayment.released': 'prepayment',
  'charge.written-off': 'write-off',
  'charge.reduced': 'write-off',
  'charge.corrected': 'correction',
};

/** Facts whose money the cashbook shows; deposits have a report of their own. */
const MOVES_MONEY: ReadonlySet<Fact> = new Set([
  'receipt.taken',
  'receipt.refunded',
  'prepayment.refunded',
  'write-off.recovered',
]);

/** The lines of a fact, or of its mirror, as rows. */
const booked = (event: Posting, fact: Fact): Movement[] => [
  ...receivableRows(event, fact),
  ...prepaymentRows(event),
  ...depositRows(event, fact),
  ...(MOVES_MONEY.has(fact) ? tenderRows(event) : []),
];

const receivableRows = (event: Posting, fact: Fact): ReceivableRow[] => {
  const own = fact === 'charge.raised' ? (event.reversesPosition ?? event.position) : undefined;
  const kind = RECEIVABLE_KIND[fact];
  return sums(event, 'receivable', (line) => line.charge ?? own ?? lacks(event, 'charge')).map(([charge, amount]) => ({
    into: 'receivable_movement',
    position: event.position,
    charge,
    kind: kind ?? lacks(event, 'a kind of receivable movement'),
    amount,
    effectiveOn: event.effectiveDate,
    period: periodOf(event),
  }));
};

const prepaymentRows = (event: Posting): PrepaymentRow[] =>
  sums(event, 'unapplied', ({ customer, tie }) =>
    JSON.stringify([customer ?? lacks(event, 'customer'), tie ?? '']),
  ).map(([key, amount]) => {
    const [customer, tie] = JSON.parse(key) as [string, string];
    const { position, effectiveDate } = event;
    return { into: 'prepayment_movement', position, customer, tie, amount: -amount, effectiveOn: effectiveDate };
  });

/** What takes from a deposit, whatever for, counts as refunded. */
const GIVES_UP_DEPOSIT: ReadonlySet<Fact> = new Set(['deposit.refunded', 'deposit.applied', 'deposit.forfeited']);

const depositRows = (event: Posting, fact: Fact): DepositMovementRow[] => {
  const refund = GIVES_UP_DEPOSIT.has(fact);
  const own = fact === 'deposit.received' ? (event.reversesPosition ?? event.position) : null;
  return sums(event, 'deposit-held', (line) => line.deposit ?? lacks(event, 'deposit')).map(([receiptNo, amount]) => ({
    into: 'deposit_movement',
    position: event.position,
    deposit: own,
    receiptNo,
    kind: refund ? 'refunded' : 'received',
    amount: refund ? amount : -amount,
    effectiveOn: event.effectiveDate,
  }));
};

const tenderRows = (event: Posting): TenderRow[] =>
  event.body.lines
    .filter(({ account }) => account === 'channel-clearing')
    .map(({ channel, amount }, i) => ({
      into: 'receipt_movement',
      position: event.position,
      line: i + 1,
      method: channel ?? lacks(event, 'channel'),
      receipts: fenOf(amount) < 0n ? -1 : 1,
      amount: fenOf(amount),
      effectiveOn: event.effectiveDate,
      period: periodOf(event),
    }));

const chargeOf = (event: EventOf<'charge.raised'>): ChargeRow => {
  const { position, effectiveDate, body } = event;
  const { resource, customer, item, from, to, dueOn, priority, amount } = body;
  const period = periodOf(event);
  return {
    into: 'charge',
    position,
    ...{ resource, customer, item, from, to, dueOn, priority },
    amount: fenOf(amount),
    effectiveOn: effectiveDate,
    period,
  };
};

/** The charge under its new customer, in the 账期 of the charge that it was. */
const transferredOf = ({ position, effectiveDate, body }: EventOf<'charge.transferred'>): ChargeRow => {
  const { resource, customer, item, from, to, dueOn, priority, amount, period } = body;
  return {
    into: 'charge',
    position,
    ...{ resource, customer, item, from, to, dueOn, priority },
    amount: fenOf(amount),
    effectiveOn: effectiveDate,
    period,
  };
};

const depositOf = ({ position, effectiveDate, body }: EventOf<'deposit.received'>): DepositRow => {
  const { receiptNo, resource, customer, kind } = body;
  return { into: 'deposit', position, receiptNo, resource, customer, kind, receivedOn: effectiveDate };
};

/** Sums of an account's lines by a key of the line, in the order in which the keys first appear, without zeros. */
const sums = <Key extends string | number>(
  { body }: Posting,
  account: JournalLine['account'],
  keyOf: (line: JournalLine) => Key,
): [Key, Fen][] => {
  const found = new Map<Key, Fen>();
  for (const line of body.lines) {
    if (line.account !== account) continue;
    const key = keyOf(line);
    found.set(key, (found.get(key) ?? 0n) + fenOf(line.amount));
  }
  return [...found].filter(([, amount]) => amount !== 0n);
};

const periodOf = (event: Posting): Period => event.accountingPeriod ?? lacks(event, 'accountingPeriod');

const lacks = ({ book, position, type }: Posting, what: string): never => {
  throw new UnreadableEvent(`${book} ${position}: ${type} without ${what}`);
};

/** A type that a newer ledger sends. Without lines it books nothing and may pass; with lines it must not be left out. */
const unknownEvent = (event: never): Movement[] => {
  const { book, position, type, body } = event as { book: string; position: number; type: string; body: object };
  if (!('lines' in body)) return [];
  throw new UnreadableEvent(`${book} ${position}: ${type} is not known here, and it books something`);
};
