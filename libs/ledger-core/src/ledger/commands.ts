import type {
  Account,
  Binding,
  ChargeBasis,
  ChargeSubject,
  CorrectionCause,
  Day,
  Decimal,
  Developer,
  DiscountBasis,
  DiscountRule,
  ItemPayer,
  ItemTerms,
  Limited,
  Meter,
  MeterLoss,
  MeterRead,
  MeterReplaced,
  Period,
  Pool,
  PoolShared,
  Price,
  Reduction,
  Standard,
  Vacancy,
} from '@propledger/contracts';
import type { Fen } from '../money';

/**
 * `own`: into the month of the entry's date, refused when that is not open.
 * `first-open`: where the month of the date is closed or before the first period, into the first open period instead; the
 * date is kept.
 */
export type Posting = 'own' | 'first-open';

/** Sent with the first period of a project that the registry registered. */
export interface OpenBook {
  readonly type: 'OpenBook';
  readonly project: string;
  readonly firstPeriod: Period;
}

/** The same content again is accepted without an event. A withdrawn standard's code may be defined anew. */
export interface DefineStandard {
  readonly type: 'DefineStandard';
  readonly standard: Standard;
}

/** The whole standard as it shall be. What is standing stays: a run lists what it would compute otherwise. */
export interface ChangeStandard {
  readonly type: 'ChangeStandard';
  readonly standard: Standard;
  /** The group has changed it: a project's own of the code stays as it is. */
  readonly ofGroup?: true | undefined;
}

/** A price more. One that is open-ended and begins earlier ends the day before this one. */
export interface AddPrice {
  readonly type: 'AddPrice';
  readonly standard: string;
  readonly price: Price;
}

/** Only while no binding to it stands. */
export interface WithdrawStandard {
  readonly type: 'WithdrawStandard';
  readonly standard: string;
}

/** What holds of an item from a day on, in a project or, in the group book, in all. Set again for the day, it takes the place of what was. */
export interface SetItemTerms {
  readonly type: 'SetItemTerms';
  readonly terms: ItemTerms;
}

/** Charges that stand stay: a run computes the next ones without. */
export interface WithdrawItemTerms {
  readonly type: 'WithdrawItemTerms';
  readonly item: string;
  readonly from: Day;
}

/** Who is the developer from a day on. Named again for the day, he takes the place of who was. */
export interface NameDeveloper {
  readonly type: 'NameDeveloper';
  readonly developer: Developer;
}

export interface WithdrawDeveloper {
  readonly type: 'WithdrawDeveloper';
  readonly from: Day;
}

/** The same content again is accepted without an event. */
export interface MakeBinding {
  readonly type: 'MakeBinding';
  readonly binding: Binding;
}

export interface EndBinding {
  readonly type: 'EndBinding';
  readonly binding: string;
  readonly lastDay: Day;
}

/** Other days of a binding, as of an earlier handover. Charges that stand stay: they are corrected. */
export interface ChangeBindingDays {
  readonly type: 'ChangeBindingDays';
  readonly binding: string;
  readonly from: Day;
  readonly to: Day | null;
}

/** 绑定单价 from a day on: what it covers of others is cut away. Charges that stand stay: they are corrected. */
export interface SetBindingPrice {
  readonly type: 'SetBindingPrice';
  readonly binding: string;
  /** The binding's. */
  readonly standard: string;
  /** Null: on these days that of the standard again. */
  readonly price: Decimal | null;
  readonly from: Day;
  readonly to: Day | null;
}

/** 付费对象 of a binding from a day on, likewise. */
export interface SetBindingPayer {
  readonly type: 'SetBindingPayer';
  readonly binding: string;
  /** Null: on these days that of the item again. */
  readonly payer: ItemPayer | null;
  readonly from: Day;
  readonly to: Day | null;
}

/** Only while no charge of it stands. */
export interface WithdrawBinding {
  readonly type: 'WithdrawBinding';
  readonly binding: string;
}

/** The same content again is accepted without an event. */
export interface DeclareVacancy {
  readonly type: 'DeclareVacancy';
  readonly vacancy: Vacancy;
}

/** Other days of a vacancy: it has ended, or was always otherwise. Charges that stand stay: they are corrected. */
export interface ChangeVacancy {
  readonly type: 'ChangeVacancy';
  readonly vacancy: string;
  readonly from: Day;
  readonly to: Day | null;
}

/** It was never so. Charges that stand stay: they are corrected. */
export interface WithdrawVacancy {
  readonly type: 'WithdrawVacancy';
  readonly vacancy: string;
}

export interface NewCharge {
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly priority: number;
  readonly amount: Fen;
  readonly standard: string | null;
  readonly binding: string | null;
  readonly subject?: ChargeSubject | undefined;
  readonly basis: ChargeBasis;
  /** A fraction; absent: none. By hand: the command's. */
  readonly taxRate?: Decimal | undefined;
  /** 代收. By hand: the command's. */
  readonly forOthers?: true | undefined;
}

/** The same content again is accepted without an event. A withdrawn meter's code may be installed anew. */
export interface InstallMeter {
  readonly type: 'InstallMeter';
  readonly meter: Meter;
}

/** Only while it has no readings and no replacements. */
export interface WithdrawMeter {
  readonly type: 'WithdrawMeter';
  readonly meter: string;
}

/** Other settings than a meter was installed with; what is absent stays. A loss holds for readings from its day on. */
export interface ChangeMeter {
  readonly type: 'ChangeMeter';
  readonly meter: string;
  /** Null: none. */
  readonly parent?: string | null | undefined;
  /** Null: none. */
  readonly maximum?: Decimal | null | undefined;
  readonly loss?: MeterLoss | undefined;
}

/**
 * What becomes of a reading whose use is implausible: it is refused, to be looked at and sent again; taken, and not charged before somebody
 * has confirmed it; the same above 月最大用量 alone; taken, because somebody has looked at it.
 */
export type WhenImplausible = 'refuse' | 'hold' | 'hold-above-maximum' | 'take';

/** The same content again is accepted without an event. */
export interface ReadMeter {
  readonly type: 'ReadMeter';
  readonly reading: Omit<MeterRead, 'estimated' | 'review'>;
  readonly whenImplausible: WhenImplausible;
}

/** 估抄: a reading that nobody took. The same content again is accepted without an event. */
export interface EstimateReading {
  readonly type: 'EstimateReading';
  readonly meter: string;
  readonly period: Period;
  readonly on: Day;
  /** What was used since the record before; or the average of so many readings before. */
  readonly by: { readonly use: Decimal } | { readonly readings: number };
}

/** Somebody has looked at a reading that was held for its use. The same again is accepted without an event. */
export interface ConfirmReading {
  readonly type: 'ConfirmReading';
  readonly meter: string;
  readonly period: Period;
}

/** Another figure for a reading that there is, on its day: one that somebody has taken, and looked at. A charge of it stays: it is corrected. */
export interface CorrectReading {
  readonly type: 'CorrectReading';
  readonly meter: string;
  readonly period: Period;
  readonly reading: Decimal;
}

/** The same content again is accepted without an event. */
export interface ReplaceMeter {
  readonly type: 'ReplaceMeter';
  readonly replacement: MeterReplaced;
}

/** The latest reading or replacement of a meter, and only while no charge of it stands. */
export interface WithdrawMeterRecord {
  readonly type: 'WithdrawMeterRecord';
  readonly meter: string;
  /** The position of the meter.read or meter.replaced. */
  readonly record: number;
}

/** The same content again is accepted without an event. A withdrawn pool's code may be defined anew. */
export interface DefinePool {
  readonly type: 'DefinePool';
  readonly pool: Pool;
}

/** A pool is all that it is now; what was shared is corrected. The same content again is accepted without an event. */
export interface ChangePool {
  readonly type: 'ChangePool';
  readonly pool: Pool;
}

/** Of a pool with meters. */
export interface AddPoolPrice {
  readonly type: 'AddPoolPrice';
  readonly pool: string;
  readonly price: Price;
}

/** Only while it has no amount, and no share of it stands. */
export interface WithdrawPool {
  readonly type: 'WithdrawPool';
  readonly pool: string;
}

/** The same content again is accepted without an event. */
export interface SetPoolAmount {
  readonly type: 'SetPoolAmount';
  readonly pool: string;
  readonly period: Period;
  readonly amount: Fen;
}

/** Only while no charge of it stands. */
export interface WithdrawPoolAmount {
  readonly type: 'WithdrawPoolAmount';
  readonly pool: string;
  readonly period: Period;
}

/** One charge.raised event each, in the order given; all or none. */
export type RaiseCharges = {
  readonly type: 'RaiseCharges';
  readonly charges: readonly NewCharge[];
} & (
  | {
      readonly origin: 'run';
      readonly period: Period;
      readonly effectiveOn: Day;
      /** Positions of the standards and bindings that the amounts were computed from: refused when one has changed. */
      readonly computedFrom: {
        readonly standards: ReadonlyMap<string, number>;
        readonly bindings: ReadonlyMap<string, number>;
      };
      /** The pool whose shares the charges are: recorded before them, as a pool.shared. */
      readonly shared?: PoolShared | undefined;
    }
  /** Into the month of the day, which is open. Each for a late charge, and what exceeds the fees that it has. */
  | { readonly origin: 'late-fee'; readonly asOf: Day; readonly standards: ReadonlyMap<string, number> }
  /** Into the month before the first period, with that month's last day. */
  | { readonly origin: 'opening' }
  | {
      readonly origin: 'manual';
      readonly date: Day;
      readonly posting: Posting;
      /** A fraction below one; the amounts include the tax. Zero for what is collected for others. */
      readonly taxRate: Decimal;
      readonly forOthers: boolean;
      /** Its item is a deposit: refused. */
      readonly deposit?: true | undefined;
    }
);

/** What a customer was charged for some days of a binding, and what he should have been. */
export interface ChargeDifference {
  readonly binding: string;
  /** Of usage and shares. */
  readonly subject?: ChargeSubject | undefined;
  /** The days that are computed together: charges of the binding that cover one of them are compared. */
  readonly days: { readonly from: Day; readonly to: Day };
  readonly customer: string;
  /** All charges of his that stand, with what is left of each. */
  readonly standing: readonly ChargePart[];
  /** What is computed now, in order of days. */
  readonly computed: readonly NewCharge[];
}

/** Books the differences, all or none: 红冲 and 补差. */
export interface CorrectCharges {
  readonly type: 'CorrectCharges';
  readonly differences: readonly ChargeDifference[];
  readonly cause: CorrectionCause;
  readonly date: Day;
  readonly posting: Posting;
  /** Positions of the standards and bindings that were computed from: refused when one has changed. */
  readonly computedFrom: {
    readonly standards: readonly (readonly [standard: string, position: number])[];
    readonly bindings: readonly (readonly [binding: string, position: number])[];
  };
  /** Pools that were shared anew: recorded before the differences of their shares. */
  readonly shared: readonly PoolShared[];
}

/** Into the month before the first period, with that month's last day. */
export interface BringInPrepayment {
  readonly type: 'BringInPrepayment';
  readonly customer: string;
  readonly tie: string | null;
  readonly amount: Fen;
}

/** An opening deposit keeps its own date and belongs to the month before the first period. */
export type ReceiveDeposit = {
  readonly type: 'ReceiveDeposit';
  readonly receiptNo: string;
  readonly resource: string;
  readonly customer: string;
  readonly kind: string;
  readonly date: Day;
  readonly amount: Fen;
} & (
  { readonly origin: 'opening' } | { readonly origin: 'receipt'; readonly method: string; readonly posting: Posting }
);

export interface RefundDeposit {
  readonly type: 'RefundDeposit';
  readonly receiptNo: string;
  readonly amount: Fen;
  readonly date: Day;
  readonly method: string;
  readonly posting: Posting;
}

export interface Tender {
  readonly method: string;
  readonly amount: Fen;
  /** The channel's transaction number; it stands once in the book. */
  readonly reference: string | null;
}

export interface CollectPayment {
  readonly type: 'CollectPayment';
  readonly receiptNo: string;
  readonly date: Day;
  readonly customer: string;
  /** Where given, only charges of this resource, this item, are settled; what is left is tied to the resource. */
  readonly resource: string | null;
  readonly item: string | null;
  /** What the document says; null: what its tenders add up to. */
  readonly amount: Fen | null;
  readonly tenders: readonly Tender[];
  readonly posting: Posting;
}

/** 红冲. Addresses the latest receipt of the number. */
export interface ReverseReceipt {
  readonly type: 'ReverseReceipt';
  readonly receiptNo: string;
  /** Null: the receipt's own date and period, which must still be open (an undo). */
  readonly date: Day | null;
  readonly posting: Posting;
}

/** An amount of one charge. */
export interface ChargePart {
  readonly charge: number;
  readonly amount: Fen;
}

/** Gives back what the latest receipt of the number settles, or parts of it: the money becomes a prepayment. */
export interface ReleaseAllocation {
  readonly type: 'ReleaseAllocation';
  readonly receiptNo: string;
  /** Null: all that it settles. */
  readonly parts: readonly ChargePart[] | null;
  readonly date: Day;
  readonly posting: Posting;
}

/**
 * 退款 of the latest receipt of the number, in full or in part. Paid from what it prepaid, as far as that is left; then
 * from what it settles, latest first; then from what was applied from its balance, latest first.
 */
export interface RefundReceipt {
  readonly type: 'RefundReceipt';
  readonly receiptNo: string;
  readonly amount: Fen;
  readonly date: Day;
  readonly method: string;
  readonly posting: Posting;
}

/**
 * Moves the latest receipt of the number to the customer whom it should have been booked on: what it settled is given
 * back, and it settles what he owes as if he had paid it, of the resource and item where given.
 */
export interface MoveReceipt {
  readonly type: 'MoveReceipt';
  readonly receiptNo: string;
  readonly customer: string;
  readonly resource: string | null;
  readonly item: string | null;
  readonly date: Day;
  readonly posting: Posting;
}

/** Settles charges of a deposit's customer from it. */
export interface ApplyDeposit {
  readonly type: 'ApplyDeposit';
  readonly receiptNo: string;
  readonly parts: readonly ChargePart[];
  readonly date: Day;
  readonly posting: Posting;
}

/** 没收押金, in full or in part. */
export interface ForfeitDeposit {
  readonly type: 'ForfeitDeposit';
  readonly receiptNo: string;
  readonly amount: Fen;
  readonly date: Day;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
  readonly posting: Posting;
}

/** 过户: all that a customer has open of a resource, and that took effect by the date, is owed by another from then on. */
export interface TransferCharges {
  readonly type: 'TransferCharges';
  readonly resource: string;
  readonly customer: string;
  readonly to: string;
  readonly date: Day;
  readonly posting: Posting;
}

/** Settles named charges of a customer from one of his prepayment balances. */
export interface AllocatePrepayment {
  readonly type: 'AllocatePrepayment';
  readonly customer: string;
  readonly tie: string | null;
  readonly parts: readonly ChargePart[];
  readonly date: Day;
  readonly posting: Posting;
}

/** Gives back to the balance what one prepayment.applied settles, or parts of it. */
export interface ReleasePrepayment {
  readonly type: 'ReleasePrepayment';
  /** The position of the prepayment.applied. */
  readonly application: number;
  /** Null: all that it settles. */
  readonly parts: readonly ChargePart[] | null;
  readonly date: Day;
  readonly posting: Posting;
}

/** 退预交款. */
export interface RefundPrepayment {
  readonly type: 'RefundPrepayment';
  readonly customer: string;
  readonly tie: string | null;
  readonly amount: Fen;
  readonly date: Day;
  readonly method: string;
  readonly posting: Posting;
}

/** Settles what one customer owes and is due by the end of the period, from what he has prepaid. */
export interface ApplyPrepayments {
  readonly type: 'ApplyPrepayments';
  readonly customer: string;
  readonly period: Period;
  readonly date: Day;
}

/** What a charge is known by outside the ledger. */
export interface ChargeKey {
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
}

/**
 * 坏账核销 of one charge, in full or in part. By key: of the standing charges with this key the first, in settlement
 * order, that has as much open.
 */
export interface WriteOff {
  readonly type: 'WriteOff';
  readonly charge: number | ChargeKey;
  readonly amount: Fen;
  readonly date: Day;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
  readonly posting: Posting;
}

/** 坏账收回: money for what was written off, up to what is not recovered yet. */
export interface RecoverWriteOff {
  readonly type: 'RecoverWriteOff';
  /** The position of the write-off. */
  readonly writeOff: number;
  readonly amount: Fen;
  readonly date: Day;
  readonly method: string;
  readonly posting: Posting;
}

/** 减免 or 折扣 of one charge, in full or in part. */
export interface ReduceCharge {
  readonly type: 'ReduceCharge';
  readonly kind: Reduction;
  readonly charge: number;
  readonly amount: Fen;
  readonly date: Day;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
  readonly posting: Posting;
}

/** The same content again is accepted without an event. A withdrawn rule's code may be defined anew. */
export interface DefineDiscountRule {
  readonly type: 'DefineDiscountRule';
  readonly rule: DiscountRule;
}

/** The whole rule as it shall be. What was given stays. */
export interface ChangeDiscountRule {
  readonly type: 'ChangeDiscountRule';
  readonly rule: DiscountRule;
}

/** Nothing more is given by it; grants that stand go on. */
export interface WithdrawDiscountRule {
  readonly type: 'WithdrawDiscountRule';
  readonly rule: string;
}

/** A receipt has prepaid the months of a rule. */
export interface GrantDiscount {
  readonly type: 'GrantDiscount';
  readonly rule: string;
  /** The position that the months were computed by: refused when the rule has changed. */
  readonly ruleAt: number;
  readonly receiptNo: string;
  readonly resource: string;
  /** 客户分组 of the receipt's customer. */
  readonly groups: readonly string[];
  /** The first prepaid month. */
  readonly from: Period;
  /** What the prepaid months come to. */
  readonly worth: Fen;
  readonly date: Day;
}

/** Takes back a grant and what was given by it. */
export interface WithdrawDiscountGrant {
  readonly type: 'WithdrawDiscountGrant';
  /** The position of the discount.granted. */
  readonly grant: number;
  readonly date: Day;
  readonly posting: Posting;
}

/** A discount of one charge by one rule, and what it was computed from. */
export interface NewDiscount {
  readonly charge: number;
  readonly rule: string;
  readonly grant: number | null;
  readonly amount: Fen;
  readonly basis: DiscountBasis;
}

/** One charge.reduced each, all or none; what was paid of it is released before. */
export interface GiveDiscounts {
  readonly type: 'GiveDiscounts';
  readonly discounts: readonly NewDiscount[];
  readonly date: Day;
  /** Into this one, as a bill run's; null: by date and posting. */
  readonly period: Period | null;
  readonly posting: Posting;
  /** Positions of the rules that were computed by: refused when one has changed. */
  readonly computedFrom: readonly (readonly [rule: string, position: number])[];
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
}

/** 争议冻结: named charges, or all that a customer has open, bear no late fee from a day on. */
export interface FreezeLateFees {
  readonly type: 'FreezeLateFees';
  readonly of: { readonly charges: readonly number[] } | { readonly customer: string };
  readonly from: Day;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
}

/** 解冻: a freeze has a last day. */
export interface ResumeLateFees {
  readonly type: 'ResumeLateFees';
  /** The position of the freeze. */
  readonly freeze: number;
  readonly lastDay: Day;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
}

/** A freeze, or the end of one, was never so. */
export interface WithdrawFreezeRecord {
  readonly type: 'WithdrawFreezeRecord';
  /** The position of the late-fees.frozen or late-fees.resumed. */
  readonly record: number;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
}

/**
 * Reverses one charge.raised (only while nothing settles it), deposit.received (while nothing is refunded),
 * deposit.refunded, charge.written-off (while nothing of it is recovered), write-off.recovered, charge.reduced,
 * charge.corrected, prepayment.brought-in (while unspent), prepayment.refunded, receipt.refunded, allocation.released (while its charges are
 * open and its money is there), deposit.applied, deposit.forfeited or charge.transferred (while nothing settles it under the
 * new customer).
 */
export interface ReverseEntry {
  readonly type: 'ReverseEntry';
  readonly position: number;
  /** Null: the entry's own date and period, which must still be open (an undo). */
  readonly date: Day | null;
  readonly posting: Posting;
}

/** Periods close one after the other. */
export interface ClosePeriod {
  readonly type: 'ClosePeriod';
  readonly period: Period;
  /** Sums of the period's journal lines, see trialBalance. */
  readonly trialBalance: readonly { readonly account: Account; readonly item: string | null; readonly amount: Fen }[];
  /** SHA-256, hex, of the canonical JSON of the trial balance as the event carries it (see trialBalanceBody). */
  readonly trialBalanceHash: string;
}

/** The last closed period, and always by two people. */
export interface ReopenPeriod {
  readonly type: 'ReopenPeriod';
  readonly period: Period;
  /** Salted digest of the reason. */
  readonly reasonDigest: string;
}

/** A project's limits, as they shall be. Those that may be left out stay as they are then. */
export interface SetLimits {
  readonly type: 'SetLimits';
  readonly limits: Readonly<Record<Exclude<Limited, 'correction'>, Fen | null>> & {
    readonly correction?: Fen | null;
    readonly vacancies?: boolean;
  };
  readonly date: Day;
}

/** Everything that can be asked of a ledger book. What a clock or an id generator would give arrives in the command. */
export type LedgerCommand =
  | OpenBook
  | DefineStandard
  | ChangeStandard
  | AddPrice
  | WithdrawStandard
  | SetItemTerms
  | WithdrawItemTerms
  | NameDeveloper
  | WithdrawDeveloper
  | DeclareVacancy
  | ChangeVacancy
  | WithdrawVacancy
  | MakeBinding
  | EndBinding
  | ChangeBindingDays
  | SetBindingPrice
  | SetBindingPayer
  | WithdrawBinding
  | InstallMeter
  | WithdrawMeter
  | ChangeMeter
  | ReadMeter
  | EstimateReading
  | ConfirmReading
  | CorrectReading
  | ReplaceMeter
  | WithdrawMeterRecord
  | DefinePool
  | ChangePool
  | AddPoolPrice
  | WithdrawPool
  | SetPoolAmount
  | WithdrawPoolAmount
  | RaiseCharges
  | CorrectCharges
  | BringInPrepayment
  | ReceiveDeposit
  | RefundDeposit
  | CollectPayment
  | ReverseReceipt
  | ReleaseAllocation
  | RefundReceipt
  | MoveReceipt
  | ApplyDeposit
  | ForfeitDeposit
  | TransferCharges
  | ApplyPrepayments
  | AllocatePrepayment
  | ReleasePrepayment
  | RefundPrepayment
  | WriteOff
  | RecoverWriteOff
  | ReduceCharge
  | DefineDiscountRule
  | ChangeDiscountRule
  | WithdrawDiscountRule
  | GrantDiscount
  | WithdrawDiscountGrant
  | GiveDiscounts
  | FreezeLateFees
  | ResumeLateFees
  | WithdrawFreezeRecord
  | ReverseEntry
  | ClosePeriod
  | ReopenPeriod
  | SetLimits;
