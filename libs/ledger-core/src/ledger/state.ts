import type {
  Binding,
  ChargeRaised,
  ChargeSubject,
  Day,
  DepositReceived,
  Developer,
  DiscountGranted,
  DiscountRule,
  ItemTerms,
  LedgerFact,
  Limited,
  Meter,
  Period,
  Pool,
  Reduction,
  Standard,
  Vacancy,
} from '@propledger/contracts';
import type { MeterRecord } from '../meter/usage';
import { roundHalfUp } from '../decimal';
import type { Fen } from '../money';

/*
 * The working set that commands are decided on. It may be PARTIAL: a store loads what `needs` names, and what is not in it
 * does not exist for the decision. Amounts are fen. Objects are mutated by `evolve` alone.
 */

export interface Calendar {
  readonly project: string;
  /** 启用账期. What is brought in belongs to the month before it. */
  readonly firstPeriod: Period;
  /** Every period up to this one is closed; null: none is. */
  closedThrough: Period | null;
}

/** Above a limit it takes two people; null: no limit. */
export type LimitsState = Readonly<Record<Limited, Fen | null>> & {
  /** Whether more vacant days take two people. */
  readonly vacancies: boolean;
};
export const NO_LIMITS: LimitsState = {
  'write-off': null,
  waiver: null,
  refund: null,
  correction: null,
  vacancies: false,
};

export interface StandardState {
  readonly code: string;
  /** As it is now. */
  standard: Standard;
  /** The position that defined or last changed it: what a bill run compares to know that its inputs still stand. */
  position: number;
  withdrawn: boolean;
}

export interface BindingState {
  readonly id: string;
  binding: Binding;
  /** The position that made or last changed it. */
  position: number;
  withdrawn: boolean;
}

export interface VacancyState {
  readonly id: string;
  vacancy: Vacancy;
  /** The position that declared or last changed it. */
  position: number;
  withdrawn: boolean;
}

/** Terms of a charge item from one day on. */
export interface ItemTermsState {
  terms: ItemTerms;
  /** The position that set or withdrew them. */
  position: number;
  withdrawn: boolean;
}

/** The developer who was named for one day on. */
export interface DeveloperState {
  developer: Developer;
  /** The position that named or withdrew it. */
  position: number;
  withdrawn: boolean;
}

export interface MeterState {
  readonly code: string;
  meter: Meter;
  /** The position that installed or withdrew it. */
  position: number;
  withdrawn: boolean;
  /** All that stand, in order of days: see compareRecords. */
  readonly records: MeterRecord[];
}

/** A reading or replacement as a store keeps it. */
export interface MeterRecordState {
  readonly position: number;
  readonly meter: string;
  readonly record: MeterRecord;
  /** The position that withdrew it. */
  withdrawnBy: number | null;
}

export interface PoolState {
  readonly code: string;
  pool: Pool;
  position: number;
  withdrawn: boolean;
}

/** 公摊金额 of a pool and 账期. */
export interface PoolAmountState {
  readonly pool: string;
  readonly period: Period;
  amount: Fen;
  /** The position that set or withdrew it. */
  position: number;
  withdrawn: boolean;
}

/** A charge 应收. What is open is `openOf`: amount − corrected − cash − applied − writtenOff − reduced − transferred, never below zero. */
export interface ChargeState {
  readonly position: number;
  readonly origin: ChargeRaised['origin'] | 'transfer';
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly priority: number;
  readonly standard: string | null;
  readonly binding: string | null;
  /** See subjectKey; null: none. */
  readonly subject: string | null;
  /** 账期; of a transferred charge, that of the charge it was. */
  readonly period: Period;
  readonly effectiveOn: Day;
  /** As raised, tax included. */
  readonly amount: Fen;
  readonly tax: Fen;
  /** 代收. */
  readonly forOthers: boolean;
  /** Taken back because it should not have been charged: `netOf` is what is left. */
  corrected: Fen;
  /** Settled by receipts. */
  cash: Fen;
  /** Settled from prepayments and deposits. */
  applied: Fen;
  writtenOff: Fen;
  /** Waived, or given as a discount. */
  reduced: Fen;
  /** Owed by another customer now. */
  transferred: Fen;
  /** The charge that it was under another customer; null: it was raised. */
  readonly transferredFrom: number | null;
  /** The position that reversed it. A reversed charge has nothing open and nothing settling it. */
  reversedBy: number | null;
}

/**
 * The latest receipt of its number. A reversal frees the number; the receipt that then takes it replaces the reversed one
 * in `receipts`. While it stands, what it settles, prepaid and refunded add up to its amount.
 */
export interface ReceiptState {
  readonly position: number;
  readonly receiptNo: string;
  /** Whose it is; it may be moved to another, with the next two. */
  customer: string;
  /** Also the tie of its prepayment. */
  resource: string | null;
  item: string | null;
  readonly amount: Fen;
  readonly tenders: readonly { readonly method: string; readonly amount: Fen; readonly reference: string | null }[];
  /** What it settles, in settlement order; zero once it is given back. */
  settlements: readonly { readonly charge: number; amount: Fen }[];
  /** What of it became a prepayment, by being left over or given back, and was not refunded. */
  prepaid: Fen;
  /** What of it was paid back. */
  refunded: Fen;
  readonly period: Period;
  readonly effectiveOn: Day;
  /** The latest date of what was done with it: nothing more is done with it before that. */
  handledOn: Day;
  reversedBy: number | null;
}

/** What a customer has prepaid: usable for the resource it is tied to, or for any when `tie` is null. Never negative. */
export interface BalanceState {
  readonly customer: string;
  readonly tie: string | null;
  balance: Fen;
}

/** One entry of a prepayment.applied event. `released` ≤ `amount` has gone back to the balance. */
export interface ApplicationState {
  readonly position: number;
  readonly index: number;
  readonly customer: string;
  readonly tie: string | null;
  readonly charge: number;
  readonly amount: Fen;
  readonly effectiveOn: Day;
  released: Fen;
  /** The latest date of what was released of it; null: nothing was. */
  releasedOn: Day | null;
}

/** The latest deposit of its 收据号; what is held is `heldOf`: amount − refunded − used, never below zero. */
export interface DepositState {
  readonly position: number;
  readonly origin: DepositReceived['origin'];
  readonly receiptNo: string;
  readonly resource: string;
  readonly customer: string;
  readonly kind: string;
  readonly method: string | null;
  readonly amount: Fen;
  readonly period: Period;
  readonly effectiveOn: Day;
  refunded: Fen;
  /** Applied to charges, or forfeited. */
  used: Fen;
  reversedBy: number | null;
}

export interface RefundState {
  readonly position: number;
  /** 收据号 of the deposit. */
  readonly receiptNo: string;
  readonly method: string;
  readonly amount: Fen;
  readonly period: Period;
  readonly effectiveOn: Day;
  reversedBy: number | null;
  /** The date of its reversal; null: there is none. */
  reversedOn: Day | null;
}

export interface WriteOffState {
  readonly position: number;
  readonly charge: number;
  readonly amount: Fen;
  readonly period: Period;
  readonly effectiveOn: Day;
  /** Money that came in after all; never more than the amount. */
  recovered: Fen;
  reversedBy: number | null;
}

export interface RecoveryState {
  readonly position: number;
  /** The position of the write-off. */
  readonly writeOff: number;
  readonly method: string;
  readonly amount: Fen;
  readonly period: Period;
  readonly effectiveOn: Day;
  reversedBy: number | null;
}

export interface ReductionState {
  readonly position: number;
  readonly kind: Reduction;
  readonly charge: number;
  readonly amount: Fen;
  /** Null: by hand. */
  readonly rule: string | null;
  readonly grant: number | null;
  readonly period: Period;
  readonly effectiveOn: Day;
  reversedBy: number | null;
}

export interface DiscountRuleState {
  readonly code: string;
  /** As it is now. */
  rule: DiscountRule;
  /** The position that defined, last changed or withdrew it. */
  position: number;
  withdrawn: boolean;
}

export interface GrantState {
  readonly position: number;
  readonly body: DiscountGranted;
  withdrawnBy: number | null;
}

/** What an event moved a balance by: fen, above zero what came in. */
export interface BalanceMove {
  readonly position: number;
  readonly on: Day;
  readonly amount: Fen;
}

/** 争议冻结 of charges. */
export interface FreezeState {
  readonly position: number;
  readonly charges: readonly number[];
  readonly from: Day;
  /** The last frozen day, and the position that recorded it; null: it goes on. */
  end: { readonly lastDay: Day; readonly position: number } | null;
  /** The position that withdrew it. */
  withdrawnBy: number | null;
}

export interface BroughtInState {
  readonly position: number;
  readonly customer: string;
  readonly tie: string | null;
  readonly amount: Fen;
  readonly period: Period;
  readonly effectiveOn: Day;
  reversedBy: number | null;
}

/** Facts that can be reversed and leave no entity of their own: what they did stands in their bodies. */
export type KeptFact = Extract<
  LedgerFact,
  {
    readonly type:
      | 'allocation.released'
      | 'receipt.refunded'
      | 'prepayment.refunded'
      | 'deposit.applied'
      | 'deposit.forfeited'
      | 'charge.corrected';
  }
>;

export type EntryState = KeptFact & {
  readonly position: number;
  readonly period: Period;
  readonly effectiveOn: Day;
  reversedBy: number | null;
  /** The date of its reversal; null: there is none. */
  reversedOn: Day | null;
};

/** What evolve changed or added since the set was made, for a store to write. Every object carries its own key. */
export interface Touched {
  calendar: boolean;
  limits: boolean;
  readonly standards: Set<StandardState>;
  readonly itemTerms: Set<ItemTermsState>;
  readonly developers: Set<DeveloperState>;
  readonly vacancies: Set<VacancyState>;
  readonly bindings: Set<BindingState>;
  readonly meters: Set<MeterState>;
  readonly meterRecords: Set<MeterRecordState>;
  readonly pools: Set<PoolState>;
  readonly poolAmounts: Set<PoolAmountState>;
  readonly charges: Set<ChargeState>;
  readonly receipts: Set<ReceiptState>;
  readonly balances: Set<BalanceState>;
  readonly applications: Set<ApplicationState>;
  readonly deposits: Set<DepositState>;
  readonly refunds: Set<RefundState>;
  readonly writeOffs: Set<WriteOffState>;
  readonly recoveries: Set<RecoveryState>;
  readonly reductions: Set<ReductionState>;
  readonly discountRules: Set<DiscountRuleState>;
  readonly grants: Set<GrantState>;
  readonly freezes: Set<FreezeState>;
  readonly broughtIn: Set<BroughtInState>;
  readonly entries: Set<EntryState>;
}

/** One book. Fill it with the `put…` functions, which also keep the indexes. */
export interface BookState {
  readonly book: string;
  /** Null until book.opened. Always loaded. */
  calendar: Calendar | null;
  /** Null: not loaded. */
  limits: LimitsState | null;
  readonly standards: Map<string, StandardState>;
  /** By itemTermsKey. */
  readonly itemTerms: Map<string, ItemTermsState>;
  /** By day. */
  readonly developers: Map<Day, DeveloperState>;
  readonly vacancies: Map<string, VacancyState>;
  readonly bindings: Map<string, BindingState>;
  readonly meters: Map<string, MeterState>;
  readonly pools: Map<string, PoolState>;
  /** By poolAmountKey. */
  readonly poolAmounts: Map<string, PoolAmountState>;
  readonly discountRules: Map<string, DiscountRuleState>;
  readonly charges: Map<number, ChargeState>;
  /** By receipt number. */
  readonly receipts: Map<string, ReceiptState>;
  /** By balanceKey. */
  readonly balances: Map<string, BalanceState>;
  /** By balanceKey, one an event at most. */
  readonly balanceMoves: Map<string, Map<number, BalanceMove>>;
  /** By balanceKey of the balance they came from; oldest first. */
  readonly applications: Map<string, ApplicationState[]>;
  /** By 收据号. */
  readonly deposits: Map<string, DepositState>;
  /** By position, like the next seven. */
  readonly refunds: Map<number, RefundState>;
  readonly writeOffs: Map<number, WriteOffState>;
  readonly recoveries: Map<number, RecoveryState>;
  readonly reductions: Map<number, ReductionState>;
  readonly grants: Map<number, GrantState>;
  readonly freezes: Map<number, FreezeState>;
  readonly broughtIn: Map<number, BroughtInState>;
  readonly entries: Map<number, EntryState>;

  /** Indexes, in order of position; bindings by id. */
  readonly chargesOfCustomer: Map<string, ChargeState[]>;
  readonly chargesOfBinding: Map<string, ChargeState[]>;
  /** By subject. */
  readonly chargesOfSubject: Map<string, ChargeState[]>;
  readonly bindingsOfResource: Map<string, BindingState[]>;
  /** Receipts that stand, by transactionKey of their tenders that have a reference. */
  readonly receiptOfTransaction: Map<string, ReceiptState>;
  readonly receiptAt: Map<number, ReceiptState>;
  readonly depositAt: Map<number, DepositState>;

  readonly touched: Touched;
}

export interface LedgerState {
  readonly books: Map<string, BookState>;
}

/** The same without a way to change it: what deciders are given. */
export type Reading<T> = T extends string | number | bigint | boolean | null | undefined
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Reading<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<Reading<V>>
      : T extends readonly (infer V)[]
        ? readonly Reading<V>[]
        : { readonly [K in keyof T]: Reading<T[K]> };

export const emptyState = (): LedgerState => ({ books: new Map() });

/** The book's state, made empty when it is not there. */
export const bookIn = (state: LedgerState, book: string): BookState => {
  const known = state.books.get(book);
  if (known) return known;
  const made = emptyBook(book);
  state.books.set(book, made);
  return made;
};

export const emptyBook = (book: string): BookState => ({
  book,
  calendar: null,
  limits: null,
  standards: new Map(),
  itemTerms: new Map(),
  developers: new Map(),
  vacancies: new Map(),
  bindings: new Map(),
  meters: new Map(),
  pools: new Map(),
  poolAmounts: new Map(),
  charges: new Map(),
  receipts: new Map(),
  balances: new Map(),
  balanceMoves: new Map(),
  applications: new Map(),
  deposits: new Map(),
  refunds: new Map(),
  writeOffs: new Map(),
  recoveries: new Map(),
  reductions: new Map(),
  discountRules: new Map(),
  grants: new Map(),
  freezes: new Map(),
  broughtIn: new Map(),
  entries: new Map(),
  chargesOfCustomer: new Map(),
  chargesOfBinding: new Map(),
  chargesOfSubject: new Map(),
  bindingsOfResource: new Map(),
  receiptOfTransaction: new Map(),
  receiptAt: new Map(),
  depositAt: new Map(),
  touched: untouched(),
});

export const untouched = (): Touched => ({
  calendar: false,
  limits: false,
  standards: new Set(),
  itemTerms: new Set(),
  developers: new Set(),
  vacancies: new Set(),
  bindings: new Set(),
  meters: new Set(),
  meterRecords: new Set(),
  pools: new Set(),
  poolAmounts: new Set(),
  charges: new Set(),
  receipts: new Set(),
  balances: new Set(),
  applications: new Set(),
  deposits: new Set(),
  refunds: new Set(),
  writeOffs: new Set(),
  recoveries: new Set(),
  reductions: new Set(),
  discountRules: new Set(),
  grants: new Set(),
  freezes: new Set(),
  broughtIn: new Set(),
  entries: new Set(),
});

export const openOf = (charge: Reading<ChargeState>): Fen =>
  charge.reversedBy === null
    ? netOf(charge) - charge.cash - charge.applied - charge.writtenOff - charge.reduced - charge.transferred
    : 0n;

/** What a charge amounts to, less what was taken back of it. */
export const netOf = ({ amount, corrected }: Reading<Pick<ChargeState, 'amount' | 'corrected'>>): Fen =>
  amount - corrected;

/** The tax in so much of a charge, in proportion, half up. */
export const taxOf = ({ amount, tax }: Reading<Pick<ChargeState, 'amount' | 'tax'>>, part: Fen): Fen =>
  tax === 0n ? 0n : roundHalfUp({ numerator: tax * part, denominator: amount }, 1n);

export const heldOf = ({ amount, refunded, used, reversedBy }: Reading<DepositState>): Fen =>
  reversedBy === null ? amount - refunded - used : 0n;

/** Distinct for every customer and tie. */
export const balanceKey = (customer: string, tie: string | null): string =>
  tie === null ? customer : `${customer}\u0000${tie}`;

/** Distinct for every item and day. */
export const itemTermsKey = (item: string, from: Day): string => `${from} ${item}`;

/** Distinct for every pool and period. Codes hold no blanks. */
export const poolAmountKey = (pool: string, period: Period): string => `${period} ${pool}`;

/** Distinct for every meter, pool, lease and charge: "meter CODE", "pool CODE", "lease CODE", "charge POSITION". */
export const subjectKey = ({ meter, pool, lease, charge }: ChargeSubject): string => {
  if (meter !== undefined) return `meter ${meter}`;
  if (pool !== undefined) return `pool ${pool}`;
  return lease === undefined ? `charge ${charge?.toString() ?? ''}` : `lease ${lease}`;
};

/** Distinct for every channel and transaction number of that channel. */
export const transactionKey = (method: string, reference: string): string => `${method}\u0000${reference}`;
