import type { Day, Decimal, Limited, Money, Period, ReadingReview } from '@propledger/contracts';
import type { FormulaFault } from '../formula/formula';

/**
 * Why nothing happens. Each decider documents the order of its checks; the first that fails is the answer. `book-not-open`
 * comes before everything else.
 */
export type LedgerRejection =
  /** The project is not known to the ledger yet. */
  | { readonly code: 'book-not-open' }
  /** The book was opened with another first period. */
  | { readonly code: 'book-already-open'; readonly firstPeriod: Period }
  /** The date's month is before 启用账期. */
  | { readonly code: 'before-first-period'; readonly period: Period; readonly firstPeriod: Period }
  | { readonly code: 'period-closed'; readonly period: Period; readonly closedThrough: Period }
  /** A run of a period is dated after that. */
  | { readonly code: 'date-after-period'; readonly period: Period; readonly date: Day }
  /** Something is brought in, or undone in the opening month, after a period was closed. */
  | { readonly code: 'opening-closed'; readonly closedThrough: Period }
  /** A period is closed after the one before it. `next` is the one to close now. */
  | { readonly code: 'period-not-next'; readonly period: Period; readonly next: Period }
  | { readonly code: 'trial-balance-not-zero' }
  /** Only the last closed period is opened again; null: none is closed. */
  | { readonly code: 'period-not-last-closed'; readonly period: Period; readonly last: Period | null }
  /** It takes a second person: more than the limit, or a reopening or a looser limit, which have neither amount nor limit. */
  | {
      readonly code: 'approval-required';
      readonly kind: Limited | 'reopening' | 'vacancy' | 'limits';
      readonly amount: Money | null;
      readonly limit: Money | null;
    }
  /** Nobody approves what he asked for. */
  | { readonly code: 'approver-is-requester' }
  | { readonly code: 'limit-negative'; readonly kind: Limited }
  | { readonly code: 'amount-not-positive' }
  /** An end before its beginning. */
  | { readonly code: 'range-reversed' }
  | { readonly code: 'standard-exists'; readonly standard: string }
  | { readonly code: 'unknown-standard'; readonly standard: string }
  /** A binding to it stands. */
  | { readonly code: 'standard-in-use'; readonly standard: string; readonly binding: string }
  | { readonly code: 'standard-without-price'; readonly standard: string }
  | { readonly code: 'price-negative' }
  /** Two prices of one standard on one day. */
  | { readonly code: 'prices-overlap'; readonly standard: string; readonly from: Day }
  /** 用量单价 and 用量阶梯 name the kind of meter. */
  | { readonly code: 'meter-kind-missing'; readonly standard: string }
  /** Two tiers begin at one usage. */
  | { readonly code: 'tiers-overlap'; readonly standard: string; readonly above: Decimal }
  | { readonly code: 'rate-negative' }
  /** The method has no use for this member of the standard. */
  | { readonly code: 'not-for-method'; readonly standard: string; readonly member: string }
  /** 最高收费 below 最低收费. */
  | { readonly code: 'maximum-below-minimum'; readonly standard: string }
  /** A formula that is none; `at`: the place of the character, the first being 1. */
  | FormulaFault
  /** 周期月数 is 2 to 60. */
  | { readonly code: 'cycle-out-of-range'; readonly standard: string }
  /** 计费周期 and 周期月数. */
  | { readonly code: 'cycle-twice'; readonly standard: string }
  /** 起算月 of a cycle of one month, or of one that the handover begins. */
  | { readonly code: 'cycle-from-unfit'; readonly standard: string }
  /** A cycle that does not divide the year needs 起算月. */
  | { readonly code: 'cycle-from-missing'; readonly standard: string }
  /** 年度取整 is of calendar years: their cycles begin in January and divide the year. */
  | { readonly code: 'year-rounding-unfit'; readonly standard: string }
  | { readonly code: 'due-days-out-of-range'; readonly standard: string }
  /** 每人, and a formula that counts them, need 人数 of the binding. */
  | { readonly code: 'persons-missing'; readonly standard: string }
  | { readonly code: 'meter-exists'; readonly meter: string }
  | { readonly code: 'unknown-meter'; readonly meter: string }
  /** It has a reading or a replacement. */
  | { readonly code: 'meter-in-use'; readonly meter: string }
  | { readonly code: 'factor-not-positive' }
  | { readonly code: 'reading-negative' }
  /** Less than the reading before, and no 量程 that the dial can have passed. */
  | { readonly code: 'reading-backwards'; readonly meter: string; readonly before: Decimal }
  /** Not after the reading before it, or of an earlier 账期 than one that is in. */
  | { readonly code: 'reading-out-of-order'; readonly meter: string; readonly before: Day }
  | { readonly code: 'unknown-reading'; readonly meter: string; readonly period: Period }
  /** A meter has one reading for a 账期. */
  | { readonly code: 'second-reading'; readonly meter: string; readonly period: Period }
  /** Somebody must look at it and confirm it. */
  | ({ readonly code: 'reading-implausible'; readonly meter: string } & ReadingReview)
  /** There is no reading before that somebody took. */
  | { readonly code: 'nothing-to-average'; readonly meter: string }
  /** 上级仪表 that leads back to the meter, or is of another kind. */
  | { readonly code: 'parent-unfit'; readonly meter: string; readonly parent: string }
  /** Only the latest is withdrawn. */
  | { readonly code: 'record-not-latest'; readonly meter: string }
  /** A charge of it stands. */
  | { readonly code: 'reading-in-use'; readonly meter: string; readonly charge: number }
  | { readonly code: 'pool-exists'; readonly pool: string }
  | { readonly code: 'unknown-pool'; readonly pool: string }
  /** The scope needs a building, or an entrance. */
  | { readonly code: 'scope-incomplete'; readonly pool: string }
  /** Its standard is none of 公摊. */
  | { readonly code: 'not-a-pool-standard'; readonly standard: string }
  /** A pool with meters has its amount from them. */
  | { readonly code: 'pool-has-meters'; readonly pool: string }
  /** A pool whose amounts are set has no price. */
  | { readonly code: 'pool-has-no-meters'; readonly pool: string }
  | { readonly code: 'pool-without-price'; readonly pool: string }
  /** 系数 and 比例 need the weights of resources, 楼层 those of floors. */
  | { readonly code: 'weights-missing'; readonly pool: string }
  /** A resource or floor with two weights. */
  | { readonly code: 'weight-twice'; readonly pool: string; readonly of: string }
  /** What is vacant is charged to nobody that is named. */
  | { readonly code: 'developer-missing'; readonly pool: string }
  /** It has an amount, or a charge of it stands. */
  | { readonly code: 'pool-in-use'; readonly pool: string }
  /** Another amount stands for the 账期. */
  | { readonly code: 'pool-amount-exists'; readonly pool: string; readonly period: Period }
  | { readonly code: 'unknown-pool-amount'; readonly pool: string; readonly period: Period }
  | { readonly code: 'binding-exists'; readonly binding: string }
  | { readonly code: 'unknown-binding'; readonly binding: string }
  /** Two bindings of one resource to one standard on one day. */
  | { readonly code: 'bindings-overlap'; readonly binding: string }
  /** The group's standard of this code does not let a project have its own. */
  | { readonly code: 'standard-of-group'; readonly standard: string }
  | { readonly code: 'vacancy-exists'; readonly vacancy: string }
  | { readonly code: 'unknown-vacancy'; readonly vacancy: string }
  /** Two vacancies of one resource on one day. */
  | { readonly code: 'vacancies-overlap'; readonly vacancy: string }
  /** Per cents are 0 to 100. */
  | { readonly code: 'vacancy-percent-out-of-range'; readonly standard: string; readonly percent: Decimal }
  /** Two rates of a standard from one day on. */
  | { readonly code: 'vacancy-rates-overlap'; readonly standard: string; readonly from: Day }
  /** The standard does not allow prices of bindings. */
  | { readonly code: 'price-of-standard-only'; readonly standard: string }
  /** Two payers of one binding on one day. */
  | { readonly code: 'payers-overlap' }
  /** A charge of it stands. */
  | { readonly code: 'binding-in-use'; readonly binding: string; readonly charge: number }
  /** A standard or binding has changed since the run computed. */
  | { readonly code: 'inputs-changed'; readonly standard: string | null; readonly binding: string | null }
  /** A standing charge of the binding covers one of the days. `charge` is null when it is in the same command. */
  | { readonly code: 'charge-overlaps'; readonly binding: string; readonly charge: number | null }
  | { readonly code: 'unknown-charge' }
  | { readonly code: 'discount-rule-exists'; readonly rule: string }
  | { readonly code: 'unknown-discount-rule'; readonly rule: string }
  /** A rule gives a part, an amount or months, one of them: what it gives, or prepaid months that it lacks or has no use for. */
  | { readonly code: 'discount-rule-unfit'; readonly member: string }
  /** Its days, items or group do not fit the receipt. */
  | { readonly code: 'discount-rule-not-met'; readonly rule: string }
  /** So much of the receipt had to be prepaid, and so much is. */
  | { readonly code: 'prepaid-too-little'; readonly needed: Money; readonly prepaid: Money }
  /** A discount for prepaying was granted on it: that is to be withdrawn first. */
  | { readonly code: 'receipt-has-discount'; readonly receiptNo: string; readonly grant: number }
  | { readonly code: 'unknown-grant' }
  /** A late fee bears none itself. */
  | { readonly code: 'bears-no-late-fee'; readonly charge: number }
  /** The customer has nothing open that could be frozen. */
  | { readonly code: 'nothing-open'; readonly customer: string }
  | { readonly code: 'unknown-freeze' }
  | { readonly code: 'freeze-ended'; readonly freeze: number; readonly lastDay: Day }
  | { readonly code: 'exceeds-open'; readonly charge: number; readonly open: Money }
  /** What is collected for others is theirs in full. */
  | { readonly code: 'agency-bears-no-tax' }
  | { readonly code: 'tax-rate-out-of-range'; readonly taxRate: Decimal }
  /** Neither does a deposit, which is theirs who paid it. */
  | { readonly code: 'item-bears-no-tax' }
  /** A deposit is received, and never charged. */
  | { readonly code: 'deposit-not-charged' }
  | { readonly code: 'unknown-item-terms'; readonly item: string; readonly from: Day }
  | { readonly code: 'unknown-developer'; readonly from: Day }
  | { readonly code: 'exceeds-written-off'; readonly writeOff: number; readonly left: Money }
  /** A write-off can be reversed while nothing of it is recovered. */
  | { readonly code: 'write-off-is-recovered'; readonly writeOff: number }
  /** More is to be given back than the receipt, or the application, settles of the charge. */
  | { readonly code: 'exceeds-settled'; readonly charge: number; readonly settled: Money }
  /** A charge can be reversed while no receipt, prepayment, write-off or reduction settles any of it. */
  | { readonly code: 'charge-is-settled'; readonly charge: number }
  /** A receipt, or a deposit, of this number stands. */
  | { readonly code: 'receipt-number-taken'; readonly receiptNo: string }
  /** A standing receipt has a tender of this channel with this transaction number. */
  | { readonly code: 'transaction-taken'; readonly receiptNo: string }
  /** The tenders are not what the document says. */
  | { readonly code: 'tenders-do-not-add-up'; readonly amount: Money; readonly tenders: Money }
  | { readonly code: 'unknown-receipt'; readonly receiptNo: string }
  | { readonly code: 'exceeds-receipt'; readonly receiptNo: string; readonly left: Money }
  /** Some of it was paid back: that is to be reversed first. */
  | { readonly code: 'receipt-is-refunded'; readonly receiptNo: string }
  /** It belongs to another customer by now. */
  | { readonly code: 'receipt-is-moved'; readonly receiptNo: string }
  /** Something is moved to the customer who has it. */
  | { readonly code: 'same-customer'; readonly customer: string }
  | { readonly code: 'unknown-deposit'; readonly receiptNo: string }
  | { readonly code: 'exceeds-deposit'; readonly receiptNo: string; readonly held: Money }
  /** Some of it was refunded, applied or forfeited: that is to be reversed first. */
  | { readonly code: 'deposit-is-refunded'; readonly receiptNo: string }
  | { readonly code: 'prepayment-is-spent'; readonly left: Money }
  /** The money was paid back: even if all applications were released, only `left` would be there. */
  | { readonly code: 'prepayment-is-refunded'; readonly left: Money }
  | { readonly code: 'exceeds-prepayment'; readonly left: Money }
  /** Money tied to a resource settles only charges of that resource. */
  | { readonly code: 'prepayment-is-tied'; readonly resource: string }
  | { readonly code: 'unknown-entry'; readonly position: number }
  | { readonly code: 'already-reversed'; readonly position: number; readonly reversedBy: number }
  /** A reversal, or a refund, is not dated before what it undoes. */
  | { readonly code: 'date-before-entry'; readonly effectiveOn: Day };
