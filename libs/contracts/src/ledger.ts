import type {
  AreaKind,
  Binding,
  ChargeMethod,
  Developer,
  DiscountRule,
  Estimate,
  ItemTerms,
  LateFeeRule,
  Loss,
  Meter,
  MeterRead,
  MeterReplaced,
  Pool,
  PoolAmount,
  PoolShared,
  PoolUse,
  Proration,
  Rounding,
  RoundingMode,
  Standard,
  Vacancy,
} from './charging';
import type { Day, Decimal, Money, Period, RecordedEvent } from './event';
import type { RentBasis, TurnoverBasis } from './lease';

/**
 * Account roles of the ledger; the mapping to an ERP's accounts is made at export.
 * `opening` is the other side of everything brought in from an older system.
 */
export const ACCOUNTS = [
  'receivable',
  'income',
  'unapplied',
  'channel-clearing',
  'deposit-held',
  'bad-debt',
  'opening',
  'discount',
  'recoveries',
  'agency-payable',
  'output-tax',
  'forfeited-deposits',
  'late-fee-income',
] as const;
/** @extensible */
export type Account = (typeof ACCOUNTS)[number];

/**
 * A journal line. `amount` is signed: debit positive, credit negative; the lines of an event add up to zero.
 *
 * - receivable: item, resource, customer, charge
 * - unapplied: customer, tie (the resource a prepayment is tied to; null: usable for any)
 * - channel-clearing: channel (收款方式)
 * - deposit-held: customer, resource, deposit (its 收据号)
 * - income, agency-payable, output-tax, bad-debt, recoveries, discount, forfeited-deposits, late-fee-income, opening: item, resource, customer where known
 */
export interface JournalLine {
  readonly account: Account;
  readonly amount: Money;
  readonly item?: string | undefined;
  readonly resource?: string | undefined;
  readonly customer?: string | undefined;
  readonly charge?: number | undefined;
  readonly tie?: string | null | undefined;
  readonly channel?: string | undefined;
  readonly deposit?: string | undefined;
}

/** How an amount was computed: enough to compute it again. Which members are there depends on `method`. */
export interface ComputedBasis {
  /** @extensible */
  readonly method: ChargeMethod | '历史欠费' | '手工' | '违约金' | '租赁合同' | '营业额租金';
  readonly rounding?: Rounding | undefined;
  /** One entry per run of days with one price and area: `days` of a month of `daysOfMonth`. */
  readonly terms?:
    | readonly {
        readonly from: Day;
        readonly to: Day;
        readonly days: number;
        readonly daysOfMonth: number;
        readonly price: Decimal;
        readonly area: Decimal | null;
        /** What these days count of a month by another rule than days/daysOfMonth: "16/30". */
        readonly part?: string | undefined;
        /** The price is the binding's own. */
        readonly ownPrice?: true | undefined;
        /** 空置: per cent that these days are charged of what they come to otherwise. */
        readonly vacancyPercent?: Decimal | undefined;
        /** Of 每人: by how many the price is multiplied. */
        readonly persons?: number | undefined;
        /** Of 自定义公式: what the variables stand for that it names. */
        readonly values?: readonly { readonly name: string; readonly value: Decimal }[] | undefined;
      }[]
    | undefined;
  /** What earlier parts of the same month came to, rounded: this part is the rounded running total less this. */
  readonly before?: Money | undefined;
  /** The exact running total of the earlier parts as a fraction of fen, "numerator/denominator". */
  readonly exactBefore?: string | undefined;
  /** Absent: 四舍五入. */
  readonly roundingMode?: RoundingMode | undefined;
  /** Whose figures the terms have as `area`; absent: 计费面积. */
  readonly areaKind?: AreaKind | undefined;
  /** Yuan a month (of a usage: a reading) more, before minimum and maximum are looked at. */
  readonly surcharge?: Decimal | undefined;
  /** Yuan that a whole month, or a reading, comes to at least. */
  readonly minimum?: Decimal | undefined;
  /** Yuan that a whole month, or a reading, comes to at most. */
  readonly maximum?: Decimal | undefined;
  /** Of 自定义公式: from the values of a term, what its whole month comes to, in yuan. */
  readonly formula?: string | undefined;
  /**
   * Of the charge that ends a year which is rounded: what the customer's earlier days of the year come to exactly (a fraction of
   * fen), and what was charged of them. The amount is the rounded year less that, and `exactBefore` is absent.
   */
  readonly year?: { readonly rounding: Rounding; readonly before: Money; readonly exactBefore: string } | undefined;
  /** 单价不含税: the tax rate, a fraction, that comes on top of a month's amount, or a reading's, before it is rounded. */
  readonly taxOnTop?: Decimal | undefined;
  /** By which rule the terms with a `part` count. */
  readonly proration?: Proration | undefined;
  readonly usage?: UsageBasis | undefined;
  readonly share?: ShareBasis | undefined;
  readonly late?: LateBasis | undefined;
  readonly rent?: RentBasis | undefined;
  readonly turnover?: TurnoverBasis | undefined;
}

/** How a charge's amount came about. */
export interface ChargeBasis extends ComputedBasis {
  /** Of a correction: `method` is that of the charges which it corrects. */
  readonly difference?: DifferenceBasis | undefined;
}

/**
 * What a customer was charged for some days of a binding, and what he should have been: the amount of a correction is `after` less
 * `before`, additional (补差) when above zero, else a credit (红冲).
 */
export interface DifferenceBasis {
  /** What stood: charges by position, each with its amount less what was taken back of it. They add up to `before`. */
  readonly standing: readonly { readonly charge: number; readonly amount: Money }[];
  readonly before: Money;
  /** What is computed now. The amounts add up to `after`; none: nothing should have been charged. */
  readonly computed: readonly {
    readonly from: Day;
    readonly to: Day;
    readonly amount: Money;
    readonly basis: ComputedBasis;
  }[];
  readonly after: Money;
}

/** Which fact was otherwise than when charges were computed from it: price, area, payer, reading, days of a binding, lease. */
export const CORRECTED_FACTS = ['price', 'area', 'payer', 'reading', 'binding', 'lease', 'vacancy', 'other'] as const;
/** @extensible */
export type CorrectedFact = (typeof CORRECTED_FACTS)[number];

/** Why something is corrected. */
export interface CorrectionCause {
  readonly fact: CorrectedFact;
  /** The code of what the fact is about (a standard, resource, meter, binding or lease); null: many. */
  readonly of: string | null;
  /** Salted digest of the reason, which stands in billing's own table. */
  readonly reasonDigest: string;
}

/** Usage: what a meter counted from one reading to the next, and what it costs. */
export interface UsageBasis {
  /** The position of the meter.read. */
  readonly reading: number;
  /** One for each meter that was in use in turn: `to` less `from`, plus `added` when the dial has passed its end, times `multiplier`. */
  readonly steps: readonly {
    readonly from: Decimal;
    readonly to: Decimal;
    readonly added: Decimal | null;
    readonly multiplier: Decimal;
  }[];
  /** What it counted. */
  readonly quantity: Decimal;
  /** 损耗: charged with it. Absent: none. */
  readonly loss?: Loss | undefined;
  /** 估抄: the reading that ends it is an estimate. */
  readonly estimated?: UsageEstimate | undefined;
  /** The reading before was an estimate, and this one, which somebody took, settles what it was out by. */
  readonly settles?: true | undefined;
  /** The quantity with the loss, by price; what costs nothing is there, too. */
  readonly parts: readonly { readonly quantity: Decimal; readonly price: Decimal }[];
  /** The price is the binding's own. */
  readonly ownPrice?: true | undefined;
  /** 空置: of the days that the reading ends, so many are charged at these per cents; the others in full. */
  readonly vacant?: VacantDays | undefined;
}

/** Vacant days of a reading in a basis. */
export interface VacantDays {
  /** All days that the reading ends. */
  readonly ofDays: number;
  readonly parts: readonly { readonly days: number; readonly percent: Decimal }[];
}

/** 估抄 in a basis. */
export interface UsageEstimate extends Estimate {
  /** What the estimate was, when a later reading that somebody took shows less: then it counts up to that alone. */
  readonly above?: Decimal | undefined;
}

/** A share of a pool: `amount` × `weight` ÷ `total`, to the fen below, and one fen more for those with the largest remainders. */
export interface ShareBasis {
  /** The position of the pool.shared, which has all participants. */
  readonly shared: number;
  readonly amount: Money;
  readonly weight: Decimal;
  readonly total: Decimal;
  /** Whether it was given one of the fen that were left. */
  readonly extra: boolean;
  /** 按天: `weight` is `each` × `days`. */
  readonly byDays?: { readonly each: Decimal; readonly days: number } | undefined;
  /** Of a pool with meters: what it comes to. */
  readonly use?: PoolUse | undefined;
  /** It is vacant, and charged to 开发商. */
  readonly vacant?: true | undefined;
}

/** Late fees of a charge from its first late day on: `open` × `dailyRate` ‰ × `days`, added up, rounded once. */
export interface LateBasis extends LateFeeRule {
  /** The amount of the late charge. */
  readonly amount: Money;
  readonly segments: readonly { readonly from: Day; readonly to: Day; readonly days: number; readonly open: Money }[];
  /** Days on which the charge was open and a dispute kept it from bearing a fee, see LateFeesFrozen; absent: none. */
  readonly frozen?: LateBasis['segments'] | undefined;
  /** Fees of the charge that stood already: this one is what exceeds them. */
  readonly before: Money;
}

/**
 * 争议冻结: from a day on these charges bear no late fee, until an end is recorded; what was open on frozen days never bears one.
 * Known by the position of this event.
 */
export interface LateFeesFrozen {
  readonly charges: readonly number[];
  readonly from: Day;
  /** Salted digest of the reason, which stands in billing's own table. */
  readonly reasonDigest: string;
}

/** 解冻: the last day of a freeze; from the day after it the charges bear late fees again. */
export interface LateFeesResumed {
  /** The position of the late-fees.frozen. */
  readonly freeze: number;
  readonly lastDay: Day;
  readonly reasonDigest: string;
}

/** A freeze, or its end, which stands at `record`, was never so. */
export interface FreezeRecordWithdrawn {
  /** The position of the late-fees.frozen. */
  readonly freeze: number;
  readonly record: number;
  readonly reasonDigest: string;
}

/** What a charge is for, beside its resource: one of these. */
export interface ChargeSubject {
  readonly meter?: string | undefined;
  readonly pool?: string | undefined;
  /** Of a late fee: the position of the late charge. */
  readonly charge?: number | undefined;
  readonly lease?: string | undefined;
}

/**
 * A charge 应收, raised. It is known afterwards by the position of this event in its book. `amount` is what the customer
 * owes: net and tax together.
 */
export interface ChargeRaised {
  /** @extensible */
  readonly origin: 'run' | 'opening' | 'manual' | 'late-fee' | 'correction';
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  /** Service period 费用归属期. */
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly priority: number;
  readonly amount: Money;
  readonly net: Money;
  /** A fraction: "0.06" is 6 %. */
  readonly taxRate: Decimal;
  readonly tax: Money;
  /** 代收: collected for others, owed to them and no income of ours. Absent on what is not. */
  readonly forOthers?: true | undefined;
  readonly standard: string | null;
  /** Of a lease: its code, the item and the resource as a JSON list. */
  readonly binding: string | null;
  /** Absent where there is none. */
  readonly subject?: ChargeSubject | undefined;
  readonly basis: ChargeBasis;
  /** 补差: why. It covers days that the charges of its binding cover which it corrects. */
  readonly cause?: CorrectionCause | undefined;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

/**
 * 红冲 of a part of a charge, or all of it: so much of it should not have been charged. What of this was paid was released before, so
 * that it is open. Amount positive, tax included.
 */
export interface ChargeCorrected {
  readonly charge: number;
  readonly amount: Money;
  readonly tax: Money;
  readonly cause: CorrectionCause;
  /** Both computations; `amount` is this charge's part of their difference. */
  readonly difference: DifferenceBasis;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

/** Part of a receipt or prepayment that settles a charge. Amount positive. */
export interface Settlement {
  readonly charge: number;
  readonly amount: Money;
}

/** An application of a prepayment balance to a charge. `tie` names the balance it came from. Amount positive. */
export interface Application extends Settlement {
  readonly tie: string | null;
}

/** A receipt 收款: one document with its tenders, what it settled, and what was left over as a prepayment. */
export interface ReceiptTaken {
  readonly receiptNo: string;
  readonly customer: string;
  /** Where given, only charges of this resource, this item, are settled. */
  readonly resource: string | null;
  readonly item: string | null;
  readonly amount: Money;
  readonly tenders: readonly { readonly method: string; readonly amount: Money; readonly reference: string | null }[];
  readonly settlements: readonly Settlement[];
  /** What became a prepayment, tied to `resource`; "0.00" when nothing did. */
  readonly prepaid: Money;
  readonly lines: readonly JournalLine[];
}

/**
 * (Parts of) what a receipt settled, given back: the charges are open again, the money is unapplied. It stays the receipt's
 * money, in the balance that a prepayment of the receipt would be in.
 */
export interface AllocationReleased {
  readonly receiptNo: string;
  /** The position of the receipt. */
  readonly receipt: number;
  readonly customer: string;
  readonly tie: string | null;
  readonly releases: readonly Settlement[];
  readonly lines: readonly JournalLine[];
}

/** Unapplied money of a receipt, paid back to who paid it. What it settled was released before. */
export interface ReceiptRefunded {
  readonly receiptNo: string;
  /** The position of the receipt. */
  readonly receipt: number;
  readonly customer: string;
  readonly tie: string | null;
  readonly amount: Money;
  /** How it was paid back. */
  readonly method: string;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

/**
 * A receipt that was booked on the wrong customer, moved to the right one: its money leaves the balance of the one (what it
 * settled was released before), and settles what the other owes; the rest becomes his prepayment. No cash moves.
 */
export interface ReceiptMoved {
  readonly receiptNo: string;
  /** The position of the receipt. */
  readonly receipt: number;
  /** Where it was booked. */
  readonly former: { readonly customer: string; readonly tie: string | null };
  readonly customer: string;
  readonly resource: string | null;
  readonly item: string | null;
  readonly amount: Money;
  readonly settlements: readonly Settlement[];
  readonly prepaid: Money;
  readonly lines: readonly JournalLine[];
}

/**
 * What still stands of a receipt, taken back, as if it had never been: for a receipt of which nothing was released, its
 * mirror. Its effects are in `lines`; reversesPosition names the receipt's event.
 */
export interface ReceiptReversed {
  readonly receiptNo: string;
  readonly customer: string;
  readonly lines: readonly JournalLine[];
}

export interface PrepaymentApplied {
  readonly customer: string;
  readonly applications: readonly Application[];
  readonly lines: readonly JournalLine[];
}

/** (Parts of) applications given back to the balance they came from, latest first. */
export interface PrepaymentReleased {
  readonly customer: string;
  /** `application` is the position of the prepayment.applied event, `index` the entry in it. */
  readonly releases: readonly (Application & { readonly application: number; readonly index: number })[];
  readonly lines: readonly JournalLine[];
}

export interface PrepaymentBroughtIn {
  readonly customer: string;
  readonly tie: string | null;
  readonly amount: Money;
  readonly lines: readonly JournalLine[];
}

/** A prepayment paid back. */
export interface PrepaymentRefunded {
  readonly customer: string;
  readonly tie: string | null;
  readonly amount: Money;
  readonly method: string;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

export interface DepositReceived {
  /** @extensible */
  readonly origin: 'opening' | 'receipt';
  readonly receiptNo: string;
  readonly resource: string;
  readonly customer: string;
  /** 押金类型. */
  readonly kind: string;
  readonly amount: Money;
  /** 收款方式; null for what was brought in. */
  readonly method: string | null;
  readonly lines: readonly JournalLine[];
}

export interface DepositRefunded {
  readonly receiptNo: string;
  readonly amount: Money;
  readonly method: string;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

/** A deposit that settles charges of its customer. */
export interface DepositApplied {
  readonly receiptNo: string;
  /** The position of the deposit. */
  readonly deposit: number;
  readonly amount: Money;
  readonly applications: readonly Settlement[];
  readonly lines: readonly JournalLine[];
}

/** A deposit that is not given back: it becomes income. */
export interface DepositForfeited {
  readonly receiptNo: string;
  /** The position of the deposit. */
  readonly deposit: number;
  readonly amount: Money;
  /** Salted digest of the reason, which stands in billing's own table. */
  readonly reasonDigest: string;
  readonly lines: readonly JournalLine[];
}

/**
 * 过户: what is open of a charge, owed by another customer from now on. He owes it under the position of this event, with
 * everything else as it was; of the former charge nothing is open any more.
 */
export interface ChargeTransferred {
  /** The charge that it was. */
  readonly charge: number;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly priority: number;
  readonly amount: Money;
  readonly standard: string | null;
  /** 账期 of the charge that it was. */
  readonly period: Period;
  readonly lines: readonly JournalLine[];
}

export interface ChargeWrittenOff {
  readonly charge: number;
  readonly amount: Money;
  /** Salted digest of the reason, which stands in billing's own table. */
  readonly reasonDigest: string;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

/**
 * What a project may limit. Above a limit it takes two people; `waiver` covers discounts, `refund` every kind of refund, `correction` what
 * one correction credits and charges, added up.
 */
export const LIMITED = ['write-off', 'waiver', 'refund', 'correction'] as const;
export type Limited = (typeof LIMITED)[number];
/** Null: no limit. */
export interface Limits {
  readonly 'write-off': Money | null;
  readonly waiver: Money | null;
  readonly refund: Money | null;
  /** Absent: no limit. */
  readonly correction?: Money | null | undefined;
  /** 空置申报: more vacant days take two people. Absent: one is enough. */
  readonly vacancies?: true | undefined;
}

/** The whole of a project's limits, as they are from now on. */
export interface LimitsSet {
  readonly limits: Limits;
  /** Where it took two people: one of them was raised, or taken away. */
  readonly approval?: Approval | undefined;
}

/** Two different people, by their operators' codes: who asked for it, and who approved it. */
export interface Approval {
  readonly requestedBy: string;
  readonly approvedBy: string;
}

/** 空置申报, with the approval where it took two people. */
export interface VacancyDeclared extends Vacancy {
  readonly approval?: Approval | undefined;
}

/** 坏账收回: money that came in after all for what was written off. The charge stays written off. */
export interface WriteOffRecovered {
  /** The position of the write-off. */
  readonly writeOff: number;
  readonly amount: Money;
  /** 收款方式. */
  readonly method: string;
  readonly lines: readonly JournalLine[];
}

/** 减免: given up for a reason. 折扣: given by an agreement or a campaign. */
export const REDUCTIONS = ['waiver', 'discount'] as const;
/** @extensible */
export type Reduction = (typeof REDUCTIONS)[number];

/** How a discount by rule was computed: `amount` is what the rule comes to, less `before`, never more than was left of the charge. */
export interface DiscountBasis {
  /** The charge, less what was taken back of it. */
  readonly of: Money;
  readonly percentOff?: Decimal | undefined;
  /** Of a grant: what of its amount is left. */
  readonly amountOff?: Money | undefined;
  /** How many of the charge's days the rule holds for. */
  readonly days: number;
  readonly allDays: number;
  /** What discounts by rules stood of the charge. */
  readonly before: Money;
}

/** A receipt that prepaid enough months: its customer has this of the charges whose days are these. Known by the position of this event. */
export interface DiscountGranted {
  readonly rule: string;
  readonly receiptNo: string;
  /** The position of the receipt. */
  readonly receipt: number;
  readonly customer: string;
  readonly resource: string;
  readonly items: readonly string[];
  readonly from: Day;
  readonly to: Day;
  /** "100" of gift months. */
  readonly percentOff?: Decimal | undefined;
  readonly amountOff?: Money | undefined;
  readonly stacks?: true | undefined;
  /** What the prepaid months come to, as it was computed, and what had to be prepaid of it. */
  readonly worth: Money;
  readonly needed: Money;
}

/** A grant was given wrongly, or its receipt is reversed. What was given by it is reversed before. */
export interface DiscountGrantWithdrawn {
  readonly grant: number;
}

/** Part of a charge, or all of it, that the customer need not pay: it was owed, and is let go without being bad debt. */
export interface ChargeReduced {
  readonly kind: Reduction;
  readonly charge: number;
  readonly amount: Money;
  /** Of a discount by rule: which, from which grant (its position) if from one, and how it was computed. */
  readonly rule?: string | undefined;
  readonly grant?: number | undefined;
  readonly basis?: DiscountBasis | undefined;
  /** Salted digest of the reason, which stands in billing's own table. */
  readonly reasonDigest: string;
  /** There when it took two people, see LimitsSet. */
  readonly approval?: Approval | undefined;
  readonly lines: readonly JournalLine[];
}

/** The mirror of one other fact than a receipt; `of` is that fact's type, reversesPosition its event. */
export interface EntryReversed {
  /** @extensible */
  readonly of:
    | 'charge.raised'
    | 'prepayment.brought-in'
    | 'deposit.received'
    | 'deposit.refunded'
    | 'charge.written-off'
    | 'charge.reduced'
    | 'write-off.recovered'
    | 'prepayment.applied'
    | 'prepayment.refunded'
    | 'allocation.released'
    | 'receipt.refunded'
    | 'deposit.applied'
    | 'deposit.forfeited'
    | 'charge.transferred'
    | 'charge.corrected';
  readonly lines: readonly JournalLine[];
}

/** Closes may be taken back, see PeriodReopened: the latest close of a period is the one that counts. */
export interface PeriodClosed {
  readonly period: Period;
  /**
   * Sums, by account and item and debit positive, of all journal lines of events with accountingPeriod = `period` that stand
   * at positions before this event; they add up to zero. Balances of zero are left out. Ordered by account, as in ACCOUNTS,
   * then by item, by code point (null first).
   */
  readonly trialBalance: readonly { readonly account: Account; readonly item: string | null; readonly amount: Money }[];
  /** SHA-256, hex, of the canonical JSON of trialBalance. */
  readonly trialBalanceHash: string;
}

/** The last closed period is open again, and nothing else about it is changed: what is posted into it now is in its next close. */
export interface PeriodReopened {
  readonly period: Period;
  /** Salted digest of the reason, which stands in billing's own table. */
  readonly reasonDigest: string;
  /** Always there: reopening takes two people. */
  readonly approval?: Approval | undefined;
}

/** A project's ledger book; position 1 is book.opened. Group book: charge items and standards of the whole group. */
export type LedgerEvent =
  | RecordedEvent<'book.opened', { readonly project: string; readonly firstPeriod: Period }>
  | RecordedEvent<'standard.defined', Standard>
  /** The whole standard as it is now; prices keep their own dates. */
  | RecordedEvent<'standard.changed', Standard>
  | RecordedEvent<'standard.withdrawn', { readonly standard: string }>
  /** Of one item and day: what was set for it before no longer holds. */
  | RecordedEvent<'item.terms-set', ItemTerms>
  | RecordedEvent<'item.terms-withdrawn', { readonly item: string; readonly from: Day }>
  /** Of one day: what was named for it before no longer holds. */
  | RecordedEvent<'developer.named', Developer>
  | RecordedEvent<'developer.withdrawn', { readonly from: Day }>
  | RecordedEvent<'vacancy.declared', VacancyDeclared>
  /** It was always from when to when this says. */
  | RecordedEvent<'vacancy.changed', VacancyDeclared>
  /** An earlier last day. */
  | RecordedEvent<'vacancy.ended', Vacancy>
  /** It was never so. */
  | RecordedEvent<'vacancy.withdrawn', { readonly vacancy: string }>
  | RecordedEvent<'binding.made', Binding>
  | RecordedEvent<'binding.changed', Binding>
  | RecordedEvent<'binding.withdrawn', { readonly binding: string }>
  | RecordedEvent<'meter.installed', Meter>
  | RecordedEvent<'meter.withdrawn', { readonly meter: string }>
  | RecordedEvent<'meter.read', MeterRead>
  | RecordedEvent<'meter.replaced', MeterReplaced>
  /** The latest meter.read or meter.replaced of the meter, which stands at `record`, was never so. */
  | RecordedEvent<'meter.record-withdrawn', { readonly meter: string; readonly record: number }>
  /** Somebody has looked at the meter.read at `record`, which was held for its use: it is so, and is charged. */
  | RecordedEvent<'meter.reading-confirmed', { readonly meter: string; readonly record: number }>
  /** Its parent, losses and maximum are others; all else is as it was. */
  | RecordedEvent<'meter.changed', Meter>
  | RecordedEvent<'pool.defined', Pool>
  /** All that it is now. */
  | RecordedEvent<'pool.changed', Pool>
  | RecordedEvent<'pool.withdrawn', { readonly pool: string }>
  | RecordedEvent<'pool.amount-set', PoolAmount>
  | RecordedEvent<'pool.amount-withdrawn', { readonly pool: string; readonly period: Period }>
  /** Before the charges of its shares. */
  | RecordedEvent<'pool.shared', PoolShared>
  | RecordedEvent<'charge.raised', ChargeRaised>
  | RecordedEvent<'receipt.taken', ReceiptTaken>
  | RecordedEvent<'receipt.reversed', ReceiptReversed>
  | RecordedEvent<'receipt.refunded', ReceiptRefunded>
  | RecordedEvent<'receipt.moved', ReceiptMoved>
  | RecordedEvent<'allocation.released', AllocationReleased>
  | RecordedEvent<'prepayment.brought-in', PrepaymentBroughtIn>
  | RecordedEvent<'prepayment.applied', PrepaymentApplied>
  | RecordedEvent<'prepayment.released', PrepaymentReleased>
  | RecordedEvent<'prepayment.refunded', PrepaymentRefunded>
  | RecordedEvent<'deposit.received', DepositReceived>
  | RecordedEvent<'deposit.refunded', DepositRefunded>
  | RecordedEvent<'deposit.applied', DepositApplied>
  | RecordedEvent<'deposit.forfeited', DepositForfeited>
  | RecordedEvent<'charge.transferred', ChargeTransferred>
  | RecordedEvent<'charge.written-off', ChargeWrittenOff>
  | RecordedEvent<'charge.reduced', ChargeReduced>
  | RecordedEvent<'charge.corrected', ChargeCorrected>
  | RecordedEvent<'write-off.recovered', WriteOffRecovered>
  | RecordedEvent<'discount-rule.defined', DiscountRule>
  /** The whole rule as it is now. */
  | RecordedEvent<'discount-rule.changed', DiscountRule>
  | RecordedEvent<'discount-rule.withdrawn', { readonly rule: string }>
  | RecordedEvent<'discount.granted', DiscountGranted>
  | RecordedEvent<'discount.grant-withdrawn', DiscountGrantWithdrawn>
  | RecordedEvent<'late-fees.frozen', LateFeesFrozen>
  | RecordedEvent<'late-fees.resumed', LateFeesResumed>
  | RecordedEvent<'late-fees.record-withdrawn', FreezeRecordWithdrawn>
  | RecordedEvent<'entry.reversed', EntryReversed>
  | RecordedEvent<'period.closed', PeriodClosed>
  | RecordedEvent<'period.reopened', PeriodReopened>
  | RecordedEvent<'limits.set', LimitsSet>;

/** Type and body of every ledger event, as a decider makes them. */
export type LedgerFact = LedgerEvent extends infer E
  ? E extends RecordedEvent<infer T, infer B>
    ? { readonly type: T; readonly body: B }
    : never
  : never;
