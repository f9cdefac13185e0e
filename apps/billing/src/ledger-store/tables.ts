import type { FieldType, FieldValue } from '@propledger/event-log';
import {
  formatMoney,
  type ApplicationState,
  type BalanceState,
  type BindingState,
  type BroughtInState,
  type Calendar,
  type ChargeState,
  type DepositState,
  type DeveloperState,
  type DiscountRuleState,
  type EntryState,
  type FreezeState,
  type GrantState,
  type ItemTermsState,
  type LimitsState,
  type MeterRecordState,
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

import { codeOf } from './receipt-codes';

/** A column of open state: how it is written, and whether (or by which expression) it changes after the first write. */
export interface Column<Entity> {
  readonly name: string;
  readonly type: FieldType;
  readonly of: (entity: Entity) => FieldValue;
  readonly changes?: true | string;
}

/** How entities of one kind stand in the database. */
export interface Table<Entity> {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly Column<Entity>[];
}

const fen = (amount: bigint): string => amount.toString();
const fenOrNull = (amount: bigint | null): string | null => (amount === null ? null : fen(amount));

export const CALENDAR: Table<Calendar> = {
  name: 'calendar',
  key: ['book'],
  columns: [
    { name: 'first_period', type: 'text', of: ({ firstPeriod }) => firstPeriod, changes: true },
    { name: 'closed_through', type: 'text', of: ({ closedThrough }) => closedThrough, changes: true },
  ],
};

export const LIMITS: Table<LimitsState> = {
  name: 'approval_limit',
  key: ['book'],
  columns: [
    { name: 'write_off_fen', type: 'bigint', of: (limits) => fenOrNull(limits['write-off']), changes: true },
    { name: 'waiver_fen', type: 'bigint', of: ({ waiver }) => fenOrNull(waiver), changes: true },
    { name: 'refund_fen', type: 'bigint', of: ({ refund }) => fenOrNull(refund), changes: true },
    { name: 'correction_fen', type: 'bigint', of: ({ correction }) => fenOrNull(correction), changes: true },
    { name: 'vacancies', type: 'boolean', of: ({ vacancies }) => vacancies, changes: true },
  ],
};

export const STANDARD: Table<StandardState> = {
  name: 'standard',
  key: ['book', 'standard'],
  columns: [
    { name: 'standard', type: 'text', of: ({ code }) => code },
    { name: 'item', type: 'text', of: ({ standard }) => standard.item, changes: true },
    { name: 'body', type: 'jsonb', of: ({ standard }) => JSON.stringify(standard), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    {
      name: 'listed',
      type: 'bigint',
      of: ({ position }) => position,
      changes: 'case when t.withdrawn then excluded.listed else t.listed end',
    },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const ITEM_TERMS: Table<ItemTermsState> = {
  name: 'item_terms',
  key: ['book', 'item', 'from_on'],
  columns: [
    { name: 'item', type: 'text', of: ({ terms }) => terms.item },
    { name: 'from_on', type: 'text', of: ({ terms }) => terms.from },
    { name: 'body', type: 'jsonb', of: ({ terms }) => JSON.stringify(terms), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const DEVELOPER: Table<DeveloperState> = {
  name: 'developer',
  key: ['book', 'from_on'],
  columns: [
    { name: 'from_on', type: 'text', of: ({ developer }) => developer.from },
    { name: 'customer', type: 'text', of: ({ developer }) => developer.customer, changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const VACANCY: Table<VacancyState> = {
  name: 'vacancy',
  key: ['book', 'vacancy'],
  columns: [
    { name: 'vacancy', type: 'text', of: ({ id }) => id },
    { name: 'resource', type: 'text', of: ({ vacancy }) => vacancy.resource },
    { name: 'from_on', type: 'text', of: ({ vacancy }) => vacancy.from, changes: true },
    { name: 'to_on', type: 'text', of: ({ vacancy }) => vacancy.to, changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

/** Prices and payers of a binding's own; null: none. */
const ownText = ({ prices, payers }: BindingState['binding']): string | null =>
  prices === undefined && payers === undefined ? null : JSON.stringify({ prices, payers });

export const BINDING: Table<BindingState> = {
  name: 'binding',
  key: ['book', 'binding'],
  columns: [
    { name: 'binding', type: 'text', of: ({ id }) => id },
    { name: 'resource', type: 'text', of: ({ binding }) => binding.resource, changes: true },
    { name: 'standard', type: 'text', of: ({ binding }) => binding.standard, changes: true },
    { name: 'from_on', type: 'text', of: ({ binding }) => binding.from, changes: true },
    { name: 'to_on', type: 'text', of: ({ binding }) => binding.to, changes: true },
    { name: 'persons', type: 'int', of: ({ binding }) => binding.persons ?? null, changes: true },
    { name: 'own', type: 'jsonb', of: ({ binding }) => ownText(binding), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const METER: Table<MeterState> = {
  name: 'meter',
  key: ['book', 'meter'],
  columns: [
    { name: 'meter', type: 'text', of: ({ code }) => code },
    { name: 'kind', type: 'text', of: ({ meter }) => meter.kind, changes: true },
    { name: 'resource', type: 'text', of: ({ meter }) => meter.resource, changes: true },
    { name: 'body', type: 'jsonb', of: ({ meter }) => JSON.stringify(meter), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const METER_RECORD: Table<MeterRecordState> = {
  name: 'meter_record',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'meter', type: 'text', of: ({ meter }) => meter },
    { name: 'on_day', type: 'text', of: ({ record }) => record.on },
    { name: 'period', type: 'text', of: ({ record }) => (record.kind === 'read' ? record.period : null) },
    { name: 'body', type: 'jsonb', of: ({ record }) => JSON.stringify(record), changes: true },
    { name: 'withdrawn_by', type: 'bigint', of: ({ withdrawnBy }) => withdrawnBy, changes: true },
  ],
};

export const POOL: Table<PoolState> = {
  name: 'pool',
  key: ['book', 'pool'],
  columns: [
    { name: 'pool', type: 'text', of: ({ code }) => code },
    { name: 'standard', type: 'text', of: ({ pool }) => pool.standard, changes: true },
    { name: 'body', type: 'jsonb', of: ({ pool }) => JSON.stringify(pool), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const POOL_AMOUNT: Table<PoolAmountState> = {
  name: 'pool_amount',
  key: ['book', 'pool', 'period'],
  columns: [
    { name: 'pool', type: 'text', of: ({ pool }) => pool },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const CHARGE: Table<ChargeState> = {
  name: 'charge',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'origin', type: 'text', of: ({ origin }) => origin },
    { name: 'resource', type: 'text', of: ({ resource }) => resource },
    { name: 'customer', type: 'text', of: ({ customer }) => customer },
    { name: 'item', type: 'text', of: ({ item }) => item },
    { name: 'from_on', type: 'text', of: ({ from }) => from },
    { name: 'to_on', type: 'text', of: ({ to }) => to },
    { name: 'due_on', type: 'text', of: ({ dueOn }) => dueOn },
    { name: 'priority', type: 'int', of: ({ priority }) => priority },
    { name: 'standard', type: 'text', of: ({ standard }) => standard },
    { name: 'binding', type: 'text', of: ({ binding }) => binding },
    { name: 'subject', type: 'text', of: ({ subject }) => subject },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'tax_fen', type: 'bigint', of: ({ tax }) => fen(tax) },
    { name: 'for_others', type: 'boolean', of: ({ forOthers }) => forOthers },
    { name: 'corrected_fen', type: 'bigint', of: ({ corrected }) => fen(corrected), changes: true },
    { name: 'cash_fen', type: 'bigint', of: ({ cash }) => fen(cash), changes: true },
    { name: 'applied_fen', type: 'bigint', of: ({ applied }) => fen(applied), changes: true },
    { name: 'written_off_fen', type: 'bigint', of: ({ writtenOff }) => fen(writtenOff), changes: true },
    { name: 'reduced_fen', type: 'bigint', of: ({ reduced }) => fen(reduced), changes: true },
    { name: 'transferred_fen', type: 'bigint', of: ({ transferred }) => fen(transferred), changes: true },
    { name: 'transferred_from', type: 'bigint', of: ({ transferredFrom }) => transferredFrom },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const RECEIPT: Table<ReceiptState> = {
  name: 'receipt',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'receipt_no', type: 'text', of: ({ receiptNo }) => receiptNo },
    { name: 'customer', type: 'text', of: ({ customer }) => customer, changes: true },
    { name: 'resource', type: 'text', of: ({ resource }) => resource, changes: true },
    { name: 'item', type: 'text', of: ({ item }) => item, changes: true },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    {
      name: 'tenders',
      type: 'jsonb',
      of: ({ tenders }) => JSON.stringify(tenders.map((tender) => ({ ...tender, amount: formatMoney(tender.amount) }))),
    },
    {
      name: 'settlements',
      type: 'jsonb',
      of: ({ settlements }) =>
        JSON.stringify(settlements.map(({ charge, amount }) => ({ charge, amount: formatMoney(amount) }))),
      changes: true,
    },
    { name: 'receipt_code', type: 'text', of: codeOf },
    { name: 'prepaid_fen', type: 'bigint', of: ({ prepaid }) => fen(prepaid), changes: true },
    { name: 'refunded_fen', type: 'bigint', of: ({ refunded }) => fen(refunded), changes: true },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'handled_on', type: 'text', of: ({ handledOn }) => handledOn, changes: true },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const BALANCE: Table<BalanceState> = {
  name: 'prepayment_balance',
  key: ['book', 'customer', 'tie'],
  columns: [
    { name: 'customer', type: 'text', of: ({ customer }) => customer },
    { name: 'tie', type: 'text', of: ({ tie }) => tie },
    { name: 'balance_fen', type: 'bigint', of: ({ balance }) => fen(balance), changes: true },
  ],
};

export const APPLICATION: Table<ApplicationState> = {
  name: 'prepayment_application',
  key: ['book', 'position', 'index'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'index', type: 'int', of: ({ index }) => index },
    { name: 'customer', type: 'text', of: ({ customer }) => customer },
    { name: 'tie', type: 'text', of: ({ tie }) => tie },
    { name: 'charge', type: 'bigint', of: ({ charge }) => charge },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'released_fen', type: 'bigint', of: ({ released }) => fen(released), changes: true },
  ],
};

export const DEPOSIT: Table<DepositState> = {
  name: 'deposit',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'origin', type: 'text', of: ({ origin }) => origin },
    { name: 'receipt_no', type: 'text', of: ({ receiptNo }) => receiptNo },
    { name: 'resource', type: 'text', of: ({ resource }) => resource },
    { name: 'customer', type: 'text', of: ({ customer }) => customer },
    { name: 'kind', type: 'text', of: ({ kind }) => kind },
    { name: 'method', type: 'text', of: ({ method }) => method },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'refunded_fen', type: 'bigint', of: ({ refunded }) => fen(refunded), changes: true },
    { name: 'used_fen', type: 'bigint', of: ({ used }) => fen(used), changes: true },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const REFUND: Table<RefundState> = {
  name: 'deposit_refund',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'receipt_no', type: 'text', of: ({ receiptNo }) => receiptNo },
    { name: 'method', type: 'text', of: ({ method }) => method },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const WRITE_OFF: Table<WriteOffState> = {
  name: 'write_off',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'charge', type: 'bigint', of: ({ charge }) => charge },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'recovered_fen', type: 'bigint', of: ({ recovered }) => fen(recovered), changes: true },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const RECOVERY: Table<RecoveryState> = {
  name: 'recovery',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'write_off', type: 'bigint', of: ({ writeOff }) => writeOff },
    { name: 'method', type: 'text', of: ({ method }) => method },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const REDUCTION: Table<ReductionState> = {
  name: 'reduction',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'kind', type: 'text', of: ({ kind }) => kind },
    { name: 'charge', type: 'bigint', of: ({ charge }) => charge },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'rule', type: 'text', of: ({ rule }) => rule },
    { name: 'grant_at', type: 'bigint', of: ({ grant }) => grant },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const DISCOUNT_RULE: Table<DiscountRuleState> = {
  name: 'discount_rule',
  key: ['book', 'rule'],
  columns: [
    { name: 'rule', type: 'text', of: ({ code }) => code },
    { name: 'body', type: 'jsonb', of: ({ rule }) => JSON.stringify(rule), changes: true },
    { name: 'position', type: 'bigint', of: ({ position }) => position, changes: true },
    { name: 'withdrawn', type: 'boolean', of: ({ withdrawn }) => withdrawn, changes: true },
  ],
};

export const GRANT: Table<GrantState> = {
  name: 'discount_grant',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'receipt', type: 'bigint', of: ({ body }) => body.receipt },
    { name: 'customer', type: 'text', of: ({ body }) => body.customer },
    { name: 'body', type: 'jsonb', of: ({ body }) => JSON.stringify(body) },
    { name: 'to_on', type: 'text', of: ({ body }) => body.to },
    { name: 'withdrawn_by', type: 'bigint', of: ({ withdrawnBy }) => withdrawnBy, changes: true },
  ],
};

export const FREEZE: Table<FreezeState> = {
  name: 'late_fee_freeze',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'charges', type: 'jsonb', of: ({ charges }) => JSON.stringify(charges) },
    { name: 'from_on', type: 'text', of: ({ from }) => from },
    { name: 'to_on', type: 'text', of: ({ end }) => end?.lastDay ?? null, changes: true },
    { name: 'ended_at', type: 'bigint', of: ({ end }) => end?.position ?? null, changes: true },
    { name: 'withdrawn_by', type: 'bigint', of: ({ withdrawnBy }) => withdrawnBy, changes: true },
  ],
};

export const BROUGHT_IN: Table<BroughtInState> = {
  name: 'brought_in',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'customer', type: 'text', of: ({ customer }) => customer },
    { name: 'tie', type: 'text', of: ({ tie }) => tie },
    { name: 'amount_fen', type: 'bigint', of: ({ amount }) => fen(amount) },
    { name: 'period', type: 'text', of: ({ period }) => period },
    { name: 'effective_on', type: 'text', of: ({ effectiveOn }) => effectiveOn },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};

export const ENTRY: Table<EntryState> = {
  name: 'entry',
  key: ['book', 'position'],
  columns: [
    { name: 'position', type: 'bigint', of: ({ position }) => position },
    { name: 'type', type: 'text', of: ({ type }) => type },
    {
      name: 'subject',
      type: 'text',
      of: ({ body }) =>
        'receiptNo' in body ? body.receiptNo : 'charge' in body ? body.charge.toString() : body.customer,
    },
    { name: 'reversed_by', type: 'bigint', of: ({ reversedBy }) => reversedBy, changes: true },
  ],
};
