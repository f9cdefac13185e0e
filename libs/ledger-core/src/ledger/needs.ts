import type { Day } from '@propledger/contracts';
import { unreachable } from '../decision';
import { monthOf } from '../day';
import type { ChargeKey, LedgerCommand, RaiseCharges } from './commands';
import { subjectKey } from './state';

/**
 * What a store must load before a command is decided, from the book of the command. The calendar is always needed. What
 * is named and does not exist is simply not put. Loading more does no harm.
 */
export interface Needs {
  /** Of each: every charge with something open, and every balance. */
  readonly customers: readonly string[];
  /** Of each: the latest receipt of the number. */
  readonly receiptNos: readonly string[];
  /**
   * Of each, the latest receipt of the number, and for its reversal: the charges it settled, the balance it prepaid
   * (customer and tie), that balance's applications with something unreleased, the charges of these, and the grants on it as below.
   */
  readonly reversedReceiptNos: readonly string[];
  /**
   * Of each: the balance, its applications with something unreleased, and the charges of these: who takes from a balance
   * otherwise than by applying it may make others release what they do not ask for.
   */
  readonly balances: readonly { readonly customer: string; readonly tie: string | null }[];
  /** Of each balance: what moved it, by events that take effect after the day. */
  readonly balanceMoves: readonly { readonly customer: string; readonly tie: string | null; readonly after: Day }[];
  /** Of each prepayment.applied: its applications, their balances as above, and their charges. */
  readonly applications: readonly number[];
  /** Of each: the receipt that stands and has a tender with this reference. */
  readonly transactions: readonly { readonly method: string; readonly reference: string }[];
  /** Of each: the latest deposit of the number. */
  readonly depositNos: readonly string[];
  /** Of each, the latest deposit of the number, and what was ever refunded and used of it. */
  readonly usedDepositNos: readonly string[];
  /** Of each charge: the receipts and the applications that settle any of it, with their balances as above. */
  readonly settlersOf: readonly number[];
  /** Charges by position. */
  readonly charges: readonly number[];
  /** Of each: every charge with the key that is not reversed. */
  readonly chargeKeys: readonly ChargeKey[];
  /** Of each binding: its charges that are not reversed and cover one of these days (null: any day). */
  readonly bindingCharges: readonly {
    readonly binding: string;
    readonly days: { readonly from: Day; readonly to: Day } | null;
  }[];
  /**
   * What stands at each position: charge (with the applications to it that are released in full), deposit (with what was ever refunded and used of it), refund (with its deposit), write-off or reduction (with its charge),
   * recovery (with its write-off and that one's charge), prepayment brought in (with its balance as above: a receipt taken
   * and reversed in the same batch may find that the balance which covered it is gone), or a kept fact with the receipt,
   * deposit, balance and charges that its body names. With a transferred charge comes the one that it was.
   */
  readonly entries: readonly number[];
  /** Standards by code, withdrawn ones too. */
  readonly standards: readonly string[];
  /** Terms of items by their day, withdrawn ones too. */
  readonly itemTerms: readonly { readonly item: string; readonly from: Day }[];
  /** Developers by their day, withdrawn ones too. */
  readonly developers: readonly Day[];
  /** Vacancies by id, withdrawn ones too; those of their resources that are not withdrawn. */
  readonly vacancies: readonly string[];
  /** Of each resource: its vacancies that are not withdrawn. */
  readonly vacanciesOf: readonly string[];
  /** Bindings by id, withdrawn ones too. */
  readonly bindings: readonly string[];
  /** Of each: its bindings that are not withdrawn. */
  readonly bindingsOf: readonly { readonly resource: string; readonly standard: string }[];
  /** Meters by code, withdrawn ones too, with all their readings and replacements that stand. */
  readonly meters: readonly string[];
  /** Pools by code, withdrawn ones too, with all their amounts. */
  readonly pools: readonly string[];
  /** Of each subject (see subjectKey): its charges that are not reversed and cover one of these days (null: any day). */
  readonly subjectCharges: readonly {
    readonly subject: string;
    readonly days: { readonly from: Day; readonly to: Day } | null;
  }[];
  /** Rules by code, withdrawn ones too. */
  readonly discountRules: readonly string[];
  /** Grants by position, with the reductions that they gave and those of their charges. */
  readonly grants: readonly number[];
  /** Of each charge: its reductions. */
  readonly reductionsOf: readonly number[];
  /** Freezes by their position, or by that of their end. */
  readonly freezes: readonly number[];
  /** Whether the book's limits. */
  readonly limits: boolean;
  /** As for bindingsOf, with the binding's own resource and standard. */
  readonly siblingsOf: readonly string[];
  /** Of each: one binding to it that is not withdrawn, if there is any. */
  readonly anyBindingTo: readonly string[];
}

const NOTHING: Needs = {
  customers: [],
  receiptNos: [],
  reversedReceiptNos: [],
  balances: [],
  balanceMoves: [],
  applications: [],
  transactions: [],
  depositNos: [],
  usedDepositNos: [],
  settlersOf: [],
  charges: [],
  chargeKeys: [],
  bindingCharges: [],
  entries: [],
  standards: [],
  itemTerms: [],
  developers: [],
  vacancies: [],
  vacanciesOf: [],
  bindings: [],
  bindingsOf: [],
  meters: [],
  pools: [],
  subjectCharges: [],
  discountRules: [],
  grants: [],
  reductionsOf: [],
  freezes: [],
  limits: false,
  siblingsOf: [],
  anyBindingTo: [],
};

const distinct = <T>(values: readonly T[]): readonly T[] => (values.length < 2 ? values : [...new Set(values)]);

export const needs = (command: LedgerCommand): Needs => {
  switch (command.type) {
    case 'OpenBook':
    case 'ClosePeriod':
    case 'ReopenPeriod':
      return NOTHING;
    case 'SetLimits':
      return { ...NOTHING, limits: true };
    case 'DefineStandard':
    case 'ChangeStandard':
      return { ...NOTHING, standards: [command.standard.standard] };
    case 'AddPrice':
      return { ...NOTHING, standards: [command.standard] };
    case 'WithdrawStandard':
      return { ...NOTHING, standards: [command.standard], anyBindingTo: [command.standard] };
    case 'SetItemTerms': {
      const { item, from } = command.terms;
      return { ...NOTHING, itemTerms: [{ item, from }] };
    }
    case 'WithdrawItemTerms': {
      const { item, from } = command;
      return { ...NOTHING, itemTerms: [{ item, from }] };
    }
    case 'NameDeveloper':
      return { ...NOTHING, developers: [command.developer.from] };
    case 'WithdrawDeveloper':
      return { ...NOTHING, developers: [command.from] };
    case 'DeclareVacancy': {
      const { vacancy, resource } = command.vacancy;
      return { ...NOTHING, vacancies: [vacancy], vacanciesOf: [resource], limits: true };
    }
    case 'ChangeVacancy':
    case 'WithdrawVacancy':
      return { ...NOTHING, vacancies: [command.vacancy], limits: true };
    case 'MakeBinding': {
      const { binding, resource, standard } = command.binding;
      return { ...NOTHING, standards: [standard], bindings: [binding], bindingsOf: [{ resource, standard }] };
    }
    case 'EndBinding':
    case 'ChangeBindingDays':
      return { ...NOTHING, bindings: [command.binding], siblingsOf: [command.binding] };
    case 'SetBindingPrice':
      return { ...NOTHING, bindings: [command.binding], standards: [command.standard] };
    case 'SetBindingPayer':
      return { ...NOTHING, bindings: [command.binding] };
    case 'WithdrawBinding':
      return {
        ...NOTHING,
        bindings: [command.binding],
        bindingCharges: [{ binding: command.binding, days: null }],
      };
    case 'InstallMeter': {
      const { meter, parent } = command.meter;
      return { ...NOTHING, meters: parent === undefined ? [meter] : [meter, parent] };
    }
    case 'ChangeMeter':
      return { ...NOTHING, meters: command.parent == null ? [command.meter] : [command.meter, command.parent] };
    case 'WithdrawMeter':
    case 'EstimateReading':
    case 'ConfirmReading':
      return { ...NOTHING, meters: [command.meter] };
    case 'CorrectReading':
      return { ...NOTHING, meters: [command.meter] };
    case 'ReadMeter':
      return { ...NOTHING, meters: [command.reading.meter] };
    case 'ReplaceMeter':
      return { ...NOTHING, meters: [command.replacement.meter] };
    case 'WithdrawMeterRecord': {
      const { meter } = command;
      return { ...NOTHING, meters: [meter], subjectCharges: [{ subject: subjectKey({ meter }), days: null }] };
    }
    case 'DefinePool':
    case 'ChangePool': {
      const { pool, standard, meters = [] } = command.pool;
      return { ...NOTHING, pools: [pool], standards: [standard], meters };
    }
    case 'WithdrawPool':
      return {
        ...NOTHING,
        pools: [command.pool],
        subjectCharges: [{ subject: subjectKey({ pool: command.pool }), days: null }],
      };
    case 'AddPoolPrice':
    case 'SetPoolAmount':
      return { ...NOTHING, pools: [command.pool] };
    case 'WithdrawPoolAmount': {
      const { pool, period } = command;
      const days = monthOf(period);
      return { ...NOTHING, pools: [pool], subjectCharges: [{ subject: subjectKey({ pool }), days }] };
    }
    case 'RaiseCharges':
      if (command.origin === 'late-fee') return needsOfLateFees(command);
      return {
        ...NOTHING,
        standards: command.origin === 'run' ? [...command.computedFrom.standards.keys()] : [],
        bindings: command.origin === 'run' ? [...command.computedFrom.bindings.keys()] : [],
        bindingCharges: command.charges.flatMap(({ binding, from, to }) =>
          binding === null ? [] : [{ binding, days: { from, to } }],
        ),
      };
    case 'CorrectCharges': {
      const { differences, computedFrom } = command;
      return {
        ...NOTHING,
        limits: true,
        standards: computedFrom.standards.map(([standard]) => standard),
        bindings: computedFrom.bindings.map(([binding]) => binding),
        bindingCharges: differences.map(({ binding, days }) => ({ binding, days })),
        settlersOf: differences.flatMap(({ standing }) => standing.map(({ charge }) => charge)),
      };
    }
    case 'BringInPrepayment':
    case 'ApplyPrepayments':
      return { ...NOTHING, customers: [command.customer] };
    case 'ReceiveDeposit':
      return { ...NOTHING, depositNos: [command.receiptNo] };
    case 'RefundDeposit':
      return { ...NOTHING, usedDepositNos: [command.receiptNo], limits: true };
    case 'CollectPayment':
      return {
        ...NOTHING,
        customers: [command.customer],
        receiptNos: [command.receiptNo],
        transactions: command.tenders.flatMap(({ method, reference }) =>
          reference === null ? [] : [{ method, reference }],
        ),
      };
    case 'ReverseReceipt':
    case 'ReleaseAllocation':
      return { ...NOTHING, reversedReceiptNos: [command.receiptNo] };
    case 'RefundReceipt':
      return { ...NOTHING, reversedReceiptNos: [command.receiptNo], limits: true };
    case 'MoveReceipt':
      return { ...NOTHING, reversedReceiptNos: [command.receiptNo], customers: [command.customer] };
    case 'ApplyDeposit':
      return { ...NOTHING, usedDepositNos: [command.receiptNo], charges: command.parts.map(({ charge }) => charge) };
    case 'ForfeitDeposit':
      return { ...NOTHING, usedDepositNos: [command.receiptNo] };
    case 'TransferCharges':
      return { ...NOTHING, customers: [command.customer] };
    case 'AllocatePrepayment': {
      const { customer, tie, parts, date: after } = command;
      const balance = { customer, tie };
      return {
        ...NOTHING,
        balances: [balance],
        balanceMoves: [{ ...balance, after }],
        charges: parts.map(({ charge }) => charge),
      };
    }
    case 'ReleasePrepayment':
      return { ...NOTHING, applications: [command.application] };
    case 'RefundPrepayment': {
      const { customer, tie, date: after } = command;
      return { ...NOTHING, balances: [{ customer, tie }], balanceMoves: [{ customer, tie, after }], limits: true };
    }
    case 'WriteOff':
      return typeof command.charge === 'number'
        ? { ...NOTHING, charges: [command.charge], limits: true }
        : { ...NOTHING, chargeKeys: [command.charge], limits: true };
    case 'RecoverWriteOff':
      return { ...NOTHING, entries: [command.writeOff] };
    case 'ReduceCharge':
      return { ...NOTHING, charges: [command.charge], limits: true };
    case 'DefineDiscountRule':
    case 'ChangeDiscountRule':
      return { ...NOTHING, discountRules: [command.rule.rule] };
    case 'WithdrawDiscountRule':
      return { ...NOTHING, discountRules: [command.rule] };
    case 'GrantDiscount':
      return { ...NOTHING, discountRules: [command.rule], reversedReceiptNos: [command.receiptNo] };
    case 'WithdrawDiscountGrant':
      return { ...NOTHING, grants: [command.grant] };
    case 'GiveDiscounts': {
      const charges = command.discounts.map(({ charge }) => charge);
      return {
        ...NOTHING,
        limits: true,
        discountRules: command.computedFrom.map(([rule]) => rule),
        grants: command.discounts.flatMap(({ grant }) => (grant === null ? [] : [grant])),
        charges,
        settlersOf: charges,
        reductionsOf: charges,
      };
    }
    case 'FreezeLateFees':
      return 'customer' in command.of
        ? { ...NOTHING, customers: [command.of.customer] }
        : { ...NOTHING, charges: command.of.charges };
    case 'ResumeLateFees':
      return { ...NOTHING, freezes: [command.freeze] };
    case 'WithdrawFreezeRecord':
      return { ...NOTHING, freezes: [command.record] };
    case 'ReverseEntry':
      return { ...NOTHING, entries: [command.position] };
    default:
      return unreachable(command);
  }
};

/** The standards, the late charges, and the fees that they have already. */
const needsOfLateFees = ({ charges, standards }: Extract<RaiseCharges, { origin: 'late-fee' }>): Needs => {
  const subjects = charges.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
  return {
    ...NOTHING,
    standards: [...standards.keys()],
    charges: subjects.flatMap(({ charge }) => (charge === undefined ? [] : [charge])),
    subjectCharges: subjects.map((subject) => ({ subject: subjectKey(subject), days: null })),
  };
};

/** What a whole batch needs of one book. */
export const needsOfAll = (commands: readonly LedgerCommand[]): Needs => {
  const each = commands.map(needs);
  return {
    customers: distinct(each.flatMap((need) => need.customers)),
    receiptNos: distinct(each.flatMap((need) => need.receiptNos)),
    reversedReceiptNos: distinct(each.flatMap((need) => need.reversedReceiptNos)),
    balances: each.flatMap((need) => need.balances),
    balanceMoves: each.flatMap((need) => need.balanceMoves),
    applications: distinct(each.flatMap((need) => need.applications)),
    transactions: each.flatMap((need) => need.transactions),
    depositNos: distinct(each.flatMap((need) => need.depositNos)),
    usedDepositNos: distinct(each.flatMap((need) => need.usedDepositNos)),
    settlersOf: distinct(each.flatMap((need) => need.settlersOf)),
    charges: distinct(each.flatMap((need) => need.charges)),
    chargeKeys: each.flatMap((need) => need.chargeKeys),
    bindingCharges: each.flatMap((need) => need.bindingCharges),
    entries: distinct(each.flatMap((need) => need.entries)),
    standards: distinct(each.flatMap((need) => need.standards)),
    itemTerms: each.flatMap((need) => need.itemTerms),
    developers: distinct(each.flatMap((need) => need.developers)),
    vacancies: distinct(each.flatMap((need) => need.vacancies)),
    vacanciesOf: distinct(each.flatMap((need) => need.vacanciesOf)),
    bindings: distinct(each.flatMap((need) => need.bindings)),
    bindingsOf: each.flatMap((need) => need.bindingsOf),
    meters: distinct(each.flatMap((need) => need.meters)),
    pools: distinct(each.flatMap((need) => need.pools)),
    subjectCharges: each.flatMap((need) => need.subjectCharges),
    discountRules: distinct(each.flatMap((need) => need.discountRules)),
    grants: distinct(each.flatMap((need) => need.grants)),
    reductionsOf: distinct(each.flatMap((need) => need.reductionsOf)),
    freezes: distinct(each.flatMap((need) => need.freezes)),
    limits: each.some((need) => need.limits),
    siblingsOf: distinct(each.flatMap((need) => need.siblingsOf)),
    anyBindingTo: distinct(each.flatMap((need) => need.anyBindingTo)),
  };
};
