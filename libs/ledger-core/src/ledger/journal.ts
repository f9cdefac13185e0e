import type { Account, JournalLine } from '@propledger/contracts';
import { formatMoney, parseMoney, sum, type Fen } from '../money';
import type { ChargeState, DepositState, ReceiptState, RecoveryState, RefundState, Reading } from './state';

/*
 * What each fact books. Amounts are signed, debit positive; the lines of one fact add up to zero. What settles a charge
 * goes through `unapplied`, so that money received and money applied are told apart.
 */

type Charged = Pick<ChargeState, 'position' | 'origin' | 'item' | 'resource' | 'customer'>;
type Raised = Charged & Pick<ChargeState, 'tax' | 'forOthers'>;
type Find = (charge: number) => Reading<Charged>;
type Dimensions = Omit<JournalLine, 'account' | 'amount'>;

const line = (account: Account, amount: Fen, dimensions: Dimensions): JournalLine => ({
  account,
  amount: formatMoney(amount),
  ...dimensions,
});

const unapplied = (amount: Fen, customer: string, tie: string | null): JournalLine =>
  line('unapplied', amount, { customer, tie });

const receivable = (amount: Fen, { position, item, resource, customer }: Reading<Charged>): JournalLine =>
  line('receivable', amount, { item, resource, customer, charge: position });

/**
 * Debit receivable, credit income and output tax; or agency payable for what is collected for others, opening for what an
 * older system raised, late fee income.
 */
export const chargeRaised = (charge: Reading<Raised>, amount: Fen): JournalLine[] => {
  const { item, resource, customer, tax } = charge;
  const lines = [receivable(amount, charge), line(otherSideOf(charge), tax - amount, { item, resource, customer })];
  if (tax !== 0n) lines.push(line('output-tax', -tax, { item, resource, customer }));
  return lines;
};

const otherSideOf = ({ origin, forOthers }: Reading<Raised>): Account =>
  origin === 'opening'
    ? 'opening'
    : origin === 'late-fee'
      ? 'late-fee-income'
      : forOthers
        ? 'agency-payable'
        : 'income';

/** Debit the channels, credit unapplied; then debit unapplied, credit receivable for each settlement. */
export const receiptTaken = (
  receipt: Reading<Pick<ReceiptState, 'customer' | 'resource' | 'tenders' | 'settlements'>>,
  find: Find,
): JournalLine[] => {
  const { customer, resource, tenders, settlements } = receipt;
  return [
    ...tenders.map(({ method, amount }) => line('channel-clearing', amount, { channel: method })),
    unapplied(-sum(tenders.map(({ amount }) => amount)), customer, resource),
    ...settledBy(
      customer,
      settlements.map((settlement) => ({ ...settlement, tie: resource })),
      find,
    ),
  ];
};

/** Debit unapplied, credit receivable for each part; what is zero books nothing. */
const settledBy = (
  customer: string,
  parts: readonly { readonly charge: number; readonly amount: Fen; readonly tie: string | null }[],
  find: Find,
): JournalLine[] =>
  parts
    .filter(({ amount }) => amount !== 0n)
    .flatMap(({ charge, amount, tie }) => [unapplied(amount, customer, tie), receivable(-amount, find(charge))]);

/** Debit unapplied, credit receivable. */
export const prepaymentApplied = (
  customer: string,
  applications: readonly { readonly charge: number; readonly amount: Fen; readonly tie: string | null }[],
  find: Find,
): JournalLine[] => settledBy(customer, applications, find);

/** Debit receivable, credit unapplied: what a receipt settled is given back. */
export const allocationReleased = (
  { customer, resource }: Pick<ReceiptState, 'customer' | 'resource'>,
  releases: readonly { readonly charge: number; readonly amount: Fen }[],
  find: Find,
): JournalLine[] =>
  mirrorOf(
    settledBy(
      customer,
      releases.map((part) => ({ ...part, tie: resource })),
      find,
    ),
  );

/** Debit unapplied, credit the channel. */
export const unappliedPaidBack = (customer: string, tie: string | null, amount: Fen, method: string): JournalLine[] => [
  unapplied(amount, customer, tie),
  line('channel-clearing', -amount, { channel: method }),
];

/** Debit opening, credit unapplied. */
export const prepaymentBroughtIn = (customer: string, tie: string | null, amount: Fen): JournalLine[] => [
  line('opening', amount, { customer }),
  unapplied(-amount, customer, tie),
];

type Held = Pick<DepositState, 'receiptNo' | 'customer' | 'resource'>;

/** Debit the channel, or opening for what was brought in; credit deposit held. */
export const depositReceived = (deposit: Held & Pick<DepositState, 'amount' | 'method'>): JournalLine[] => {
  const { customer, resource, method, amount } = deposit;
  return [
    method === null
      ? line('opening', amount, { customer, resource })
      : line('channel-clearing', amount, { channel: method }),
    held(-amount, deposit),
  ];
};

/** Debit deposit held, credit the channel. */
export const depositRefunded = (refund: Pick<RefundState, 'method' | 'amount'>, deposit: Held): JournalLine[] => [
  held(refund.amount, deposit),
  line('channel-clearing', -refund.amount, { channel: refund.method }),
];

const held = (amount: Fen, { receiptNo, customer, resource }: Held): JournalLine =>
  line('deposit-held', amount, { customer, resource, deposit: receiptNo });

/** Debit deposit held, credit receivable for each charge. */
export const depositApplied = (
  deposit: Held,
  applications: readonly { readonly charge: number; readonly amount: Fen }[],
  find: Find,
): JournalLine[] =>
  applications.flatMap(({ charge, amount }) => [held(amount, deposit), receivable(-amount, find(charge))]);

/** Debit deposit held, credit forfeited deposits. */
export const depositForfeited = (deposit: Held, amount: Fen): JournalLine[] => [
  held(amount, deposit),
  line('forfeited-deposits', -amount, { resource: deposit.resource, customer: deposit.customer }),
];

/** Debit what the one who takes the charge over owes, credit what the former customer owed. */
export const chargeTransferred = (charge: Reading<Charged>, former: Reading<Charged>, amount: Fen): JournalLine[] => [
  receivable(amount, charge),
  receivable(-amount, former),
];

/** Debit one customer's unapplied, credit another's; then debit that, credit receivable for each settlement. */
export const receiptMoved = (
  former: { readonly customer: string; readonly tie: string | null },
  { customer, resource: tie, settlements }: Pick<ReceiptState, 'customer' | 'resource' | 'settlements'>,
  amount: Fen,
  find: Find,
): JournalLine[] => [
  unapplied(amount, former.customer, former.tie),
  unapplied(-amount, customer, tie),
  ...settledBy(
    customer,
    settlements.map((settlement) => ({ ...settlement, tie })),
    find,
  ),
];

/** Debit bad debt, credit receivable. */
export const chargeWrittenOff = (charge: Reading<Charged>, amount: Fen): JournalLine[] => {
  const { item, resource, customer } = charge;
  return [line('bad-debt', amount, { item, resource, customer }), receivable(-amount, charge)];
};

/** Debit the channel, credit recoveries. */
export const writeOffRecovered = (
  { method, amount }: Reading<Pick<RecoveryState, 'method' | 'amount'>>,
  { item, resource, customer }: Reading<Charged>,
): JournalLine[] => [
  line('channel-clearing', amount, { channel: method }),
  line('recoveries', -amount, { item, resource, customer }),
];

/** Debit discount, credit receivable. */
export const chargeReduced = (charge: Reading<Charged>, amount: Fen): JournalLine[] => {
  const { item, resource, customer } = charge;
  return [line('discount', amount, { item, resource, customer }), receivable(-amount, charge)];
};

/** What a reversal books: every line with the other sign. */
export const mirrorOf = (lines: readonly JournalLine[]): JournalLine[] =>
  lines.map((booked) => ({ ...booked, amount: formatMoney(-parseMoney(booked.amount)) }));
