import type {
  Binding,
  Day,
  DiscountGranted,
  DiscountRule,
  ItemTerms,
  Meter,
  Money,
  Period,
  Pool,
  Reduction,
  Standard,
} from '@propledger/contracts';
import {
  compareRecords,
  parseMoney,
  type ApplicationState,
  type BindingState,
  type BroughtInState,
  type ChargeState,
  type DepositState,
  type DeveloperState,
  type EntryState,
  type DiscountRuleState,
  type FreezeState,
  type GrantState,
  type ItemTermsState,
  type LimitsState,
  type MeterRecord,
  type MeterState,
  type PoolAmountState,
  type PoolState,
  type ReceiptState,
  type RecoveryState,
  type ReductionState,
  type RefundState,
  type StandardState,
  type VacancyState,
  type WriteOffState,
} from '@propledger/ledger-core';

/*
 * Rows of open state as PostgreSQL gives them: bigint columns come as text.
 */

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

const fenOrNull = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

export interface LimitsRow {
  readonly book: string;
  readonly write_off_fen: string | null;
  readonly waiver_fen: string | null;
  readonly refund_fen: string | null;
  readonly correction_fen: string | null;
  readonly vacancies: boolean;
}
export const limitsOfRow = (row: LimitsRow): LimitsState => ({
  'write-off': fenOrNull(row.write_off_fen),
  waiver: fenOrNull(row.waiver_fen),
  refund: fenOrNull(row.refund_fen),
  correction: fenOrNull(row.correction_fen),
  vacancies: row.vacancies,
});

export interface StandardRow {
  readonly book: string;
  readonly standard: string;
  readonly body: Standard;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const standardOf = ({ standard, body, position, withdrawn }: StandardRow): StandardState => ({
  code: standard,
  standard: body,
  position: Number(position),
  withdrawn,
});

export interface ItemTermsRow {
  readonly book: string;
  readonly body: ItemTerms;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const itemTermsOf = ({ body, position, withdrawn }: ItemTermsRow): ItemTermsState => ({
  terms: body,
  position: Number(position),
  withdrawn,
});

export interface DeveloperRow {
  readonly book: string;
  readonly from_on: Day;
  readonly customer: string | null;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const developerOf = ({ from_on, customer, position, withdrawn }: DeveloperRow): DeveloperState => ({
  developer: { customer, from: from_on },
  position: Number(position),
  withdrawn,
});

export interface VacancyRow {
  readonly book: string;
  readonly vacancy: string;
  readonly resource: string;
  readonly from_on: Day;
  readonly to_on: Day | null;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const vacancyOf = ({
  vacancy: id,
  resource,
  from_on,
  to_on,
  position,
  withdrawn,
}: VacancyRow): VacancyState => ({
  id,
  vacancy: { vacancy: id, resource, from: from_on, to: to_on },
  position: Number(position),
  withdrawn,
});

export interface BindingRow {
  readonly book: string;
  readonly binding: string;
  readonly resource: string;
  readonly standard: string;
  readonly from_on: Day;
  readonly to_on: Day | null;
  readonly persons: number | null;
  readonly own: Pick<Binding, 'prices' | 'payers'> | null;
  readonly position: string;
  readonly withdrawn: boolean;
}
/** Of `binding`, for a BindingRow. */
export const BINDING_COLUMNS =
  'b.book, b.binding, b.resource, b.standard, b.from_on, b.to_on, b.persons, b.own, b.position, b.withdrawn';
export const bindingOf = (row: BindingRow): BindingState => ({
  id: row.binding,
  binding: {
    binding: row.binding,
    resource: row.resource,
    standard: row.standard,
    from: row.from_on,
    to: row.to_on,
    ...(row.persons === null ? {} : { persons: row.persons }),
    ...row.own,
  },
  position: Number(row.position),
  withdrawn: row.withdrawn,
});

export interface MeterRow {
  readonly book: string;
  readonly meter: string;
  readonly body: Meter;
  readonly position: string;
  readonly withdrawn: boolean;
  /** Its readings and replacements that stand, in order. */
  readonly records: readonly MeterRecord[];
}
/** The columns of a MeterRow of `meter m`. */
export const METER_COLUMNS = `m.book, m.meter, m.body, m.position, m.withdrawn, (
    select coalesce(jsonb_agg(r.body || jsonb_build_object('position', r.position)), '[]')
      from meter_record r
     where r.book = m.book and r.meter = m.meter and r.withdrawn_by is null) as records`;
export const meterOf = ({ meter, body, position, withdrawn, records }: MeterRow): MeterState => ({
  code: meter,
  meter: body,
  position: Number(position),
  withdrawn,
  records: [...records].sort(compareRecords),
});

export interface PoolRow {
  readonly book: string;
  readonly pool: string;
  readonly body: Pool;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const poolOf = ({ pool, body, position, withdrawn }: PoolRow): PoolState => ({
  code: pool,
  pool: body,
  position: Number(position),
  withdrawn,
});

export interface PoolAmountRow {
  readonly book: string;
  readonly pool: string;
  readonly period: Period;
  readonly amount_fen: string;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const poolAmountOf = ({ pool, period, amount_fen, position, withdrawn }: PoolAmountRow): PoolAmountState => ({
  pool,
  period,
  amount: BigInt(amount_fen),
  position: Number(position),
  withdrawn,
});

export interface ChargeRow {
  readonly book: string;
  readonly position: string;
  readonly origin: ChargeState['origin'];
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from_on: Day;
  readonly to_on: Day;
  readonly due_on: Day;
  readonly priority: number;
  readonly standard: string | null;
  readonly binding: string | null;
  readonly subject: string | null;
  readonly period: Period;
  readonly effective_on: Day;
  readonly amount_fen: string;
  readonly tax_fen: string;
  readonly for_others: boolean;
  readonly corrected_fen: string;
  readonly cash_fen: string;
  readonly applied_fen: string;
  readonly written_off_fen: string;
  readonly reduced_fen: string;
  readonly transferred_fen: string;
  readonly transferred_from: string | null;
  readonly reversed_by: string | null;
}
export const CHARGE_COLUMNS = `c.book, c.position, c.origin, c.resource, c.customer, c.item, c.from_on, c.to_on, c.due_on,
  c.priority, c.standard, c.binding, c.subject, c.period, c.effective_on, c.amount_fen, c.tax_fen, c.for_others, c.corrected_fen, c.cash_fen, c.applied_fen, c.written_off_fen,
  c.reduced_fen, c.transferred_fen, c.transferred_from, c.reversed_by`;
export const chargeOf = (row: ChargeRow): ChargeState => ({
  position: Number(row.position),
  origin: row.origin,
  resource: row.resource,
  customer: row.customer,
  item: row.item,
  from: row.from_on,
  to: row.to_on,
  dueOn: row.due_on,
  priority: row.priority,
  standard: row.standard,
  binding: row.binding,
  subject: row.subject,
  period: row.period,
  effectiveOn: row.effective_on,
  amount: BigInt(row.amount_fen),
  tax: BigInt(row.tax_fen),
  forOthers: row.for_others,
  corrected: BigInt(row.corrected_fen),
  cash: BigInt(row.cash_fen),
  applied: BigInt(row.applied_fen),
  writtenOff: BigInt(row.written_off_fen),
  reduced: BigInt(row.reduced_fen),
  transferred: BigInt(row.transferred_fen),
  transferredFrom: numberOrNull(row.transferred_from),
  reversedBy: numberOrNull(row.reversed_by),
});

export interface ReceiptRow {
  readonly book: string;
  readonly position: string;
  readonly receipt_no: string;
  readonly customer: string;
  readonly resource: string | null;
  readonly item: string | null;
  readonly amount_fen: string;
  readonly tenders: readonly { readonly method: string; readonly amount: Money; readonly reference: string | null }[];
  readonly settlements: readonly { readonly charge: number; readonly amount: Money }[];
  readonly prepaid_fen: string;
  readonly refunded_fen: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly handled_on: Day | null;
  readonly reversed_by: string | null;
}
export const receiptOf = (row: ReceiptRow): ReceiptState => ({
  position: Number(row.position),
  receiptNo: row.receipt_no,
  customer: row.customer,
  resource: row.resource,
  item: row.item,
  amount: BigInt(row.amount_fen),
  tenders: row.tenders.map((tender) => ({ ...tender, amount: parseMoney(tender.amount) })),
  settlements: row.settlements.map(({ charge, amount }) => ({ charge, amount: parseMoney(amount) })),
  prepaid: BigInt(row.prepaid_fen),
  refunded: BigInt(row.refunded_fen),
  period: row.period,
  effectiveOn: row.effective_on,
  handledOn: row.handled_on ?? row.effective_on,
  reversedBy: numberOrNull(row.reversed_by),
});

export interface BalanceRow {
  readonly book: string;
  readonly customer: string;
  readonly tie: string | null;
  readonly balance_fen: string;
}

export interface ApplicationRow {
  readonly book: string;
  readonly position: string;
  readonly index: number;
  readonly customer: string;
  readonly tie: string | null;
  readonly charge: string;
  readonly amount_fen: string;
  readonly effective_on: Day;
  readonly released_fen: string;
  readonly released_on: Day | null;
}
export const applicationOf = (row: ApplicationRow): ApplicationState => ({
  position: Number(row.position),
  index: row.index,
  customer: row.customer,
  tie: row.tie,
  charge: Number(row.charge),
  amount: BigInt(row.amount_fen),
  effectiveOn: row.effective_on,
  released: BigInt(row.released_fen),
  releasedOn: row.released_on,
});

export interface DepositRow {
  readonly book: string;
  readonly position: string;
  readonly origin: DepositState['origin'];
  readonly receipt_no: string;
  readonly resource: string;
  readonly customer: string;
  readonly kind: string;
  readonly method: string | null;
  readonly amount_fen: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly refunded_fen: string;
  readonly used_fen: string;
  readonly reversed_by: string | null;
}
export const depositOf = (row: DepositRow): DepositState => ({
  position: Number(row.position),
  origin: row.origin,
  receiptNo: row.receipt_no,
  resource: row.resource,
  customer: row.customer,
  kind: row.kind,
  method: row.method,
  amount: BigInt(row.amount_fen),
  period: row.period,
  effectiveOn: row.effective_on,
  refunded: BigInt(row.refunded_fen),
  used: BigInt(row.used_fen),
  reversedBy: numberOrNull(row.reversed_by),
});

export interface RefundRow {
  readonly book: string;
  readonly position: string;
  readonly receipt_no: string;
  readonly method: string;
  readonly amount_fen: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly reversed_by: string | null;
  readonly reversed_on: Day | null;
}
export const refundOf = (row: RefundRow): RefundState => ({
  position: Number(row.position),
  receiptNo: row.receipt_no,
  method: row.method,
  amount: BigInt(row.amount_fen),
  period: row.period,
  effectiveOn: row.effective_on,
  reversedBy: numberOrNull(row.reversed_by),
  reversedOn: row.reversed_on,
});

export interface WriteOffRow {
  readonly book: string;
  readonly position: string;
  readonly charge: string;
  readonly amount_fen: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly recovered_fen: string;
  readonly reversed_by: string | null;
}
export const writeOffOf = (row: WriteOffRow): WriteOffState => ({
  position: Number(row.position),
  charge: Number(row.charge),
  amount: BigInt(row.amount_fen),
  period: row.period,
  effectiveOn: row.effective_on,
  recovered: BigInt(row.recovered_fen),
  reversedBy: numberOrNull(row.reversed_by),
});

export interface RecoveryRow {
  readonly book: string;
  readonly position: string;
  readonly write_off: string;
  readonly method: string;
  readonly amount_fen: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly reversed_by: string | null;
}
export const recoveryOf = (row: RecoveryRow): RecoveryState => ({
  position: Number(row.position),
  writeOff: Number(row.write_off),
  method: row.method,
  amount: BigInt(row.amount_fen),
  period: row.period,
  effectiveOn: row.effective_on,
  reversedBy: numberOrNull(row.reversed_by),
});

export interface ReductionRow {
  readonly book: string;
  readonly position: string;
  readonly kind: Reduction;
  readonly charge: string;
  readonly amount_fen: string;
  readonly rule: string | null;
  readonly grant_at: string | null;
  readonly period: Period;
  readonly effective_on: Day;
  readonly reversed_by: string | null;
}
export const reductionOf = (row: ReductionRow): ReductionState => ({
  position: Number(row.position),
  kind: row.kind,
  charge: Number(row.charge),
  amount: BigInt(row.amount_fen),
  rule: row.rule,
  grant: numberOrNull(row.grant_at),
  period: row.period,
  effectiveOn: row.effective_on,
  reversedBy: numberOrNull(row.reversed_by),
});

export interface DiscountRuleRow {
  readonly book: string;
  readonly rule: string;
  readonly body: DiscountRule;
  readonly position: string;
  readonly withdrawn: boolean;
}
export const discountRuleOf = ({ rule, body, position, withdrawn }: DiscountRuleRow): DiscountRuleState => ({
  code: rule,
  rule: body,
  position: Number(position),
  withdrawn,
});

export interface GrantRow {
  readonly book: string;
  readonly position: string;
  readonly body: DiscountGranted;
  readonly withdrawn_by: string | null;
}
export const grantOf = ({ position, body, withdrawn_by }: GrantRow): GrantState => ({
  position: Number(position),
  body,
  withdrawnBy: numberOrNull(withdrawn_by),
});

export interface FreezeRow {
  readonly book: string;
  readonly position: string;
  readonly charges: readonly number[];
  readonly from_on: Day;
  readonly to_on: Day | null;
  readonly ended_at: string | null;
  readonly withdrawn_by: string | null;
}
export const freezeOf = (row: FreezeRow): FreezeState => ({
  position: Number(row.position),
  charges: row.charges,
  from: row.from_on,
  end: row.to_on === null ? null : { lastDay: row.to_on, position: Number(row.ended_at) },
  withdrawnBy: numberOrNull(row.withdrawn_by),
});

export interface BroughtInRow {
  readonly book: string;
  readonly position: string;
  readonly customer: string;
  readonly tie: string | null;
  readonly amount_fen: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly reversed_by: string | null;
}
export const broughtInOf = (row: BroughtInRow): BroughtInState => ({
  position: Number(row.position),
  customer: row.customer,
  tie: row.tie,
  amount: BigInt(row.amount_fen),
  period: row.period,
  effectiveOn: row.effective_on,
  reversedBy: numberOrNull(row.reversed_by),
});

/** A kept fact with its event: type and body belong together as the event has them. */
export interface EntryRow extends Pick<EntryState, 'type' | 'body'> {
  readonly book: string;
  readonly position: string;
  readonly period: Period;
  readonly effective_on: Day;
  readonly reversed_by: string | null;
  readonly reversed_on: Day | null;
}
export const entryOf = ({
  type,
  body,
  position,
  period,
  effective_on,
  reversed_by,
  reversed_on,
}: EntryRow): EntryState =>
  ({
    type,
    body,
    position: Number(position),
    period,
    effectiveOn: effective_on,
    reversedBy: numberOrNull(reversed_by),
    reversedOn: reversed_on,
  }) as EntryState;
