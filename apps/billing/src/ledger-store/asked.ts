import type { Day } from '@propledger/contracts';
import type { Needs } from '@propledger/ledger-core';

/** What a batch asks of the tables, over all its books: each entry begins with the book. */
export interface Asked {
  readonly customers: [book: string, customer: string][];
  readonly receiptNos: [book: string, receiptNo: string][];
  readonly reversedReceiptNos: [book: string, receiptNo: string][];
  /** By position. */
  readonly receipts: [book: string, position: number][];
  readonly transactions: [book: string, method: string, reference: string][];
  readonly depositNos: [book: string, receiptNo: string][];
  readonly usedDepositNos: [book: string, receiptNo: string][];
  /** By position. */
  readonly deposits: [book: string, position: number][];
  /** Deposits by position, for what was ever refunded and used of them. */
  readonly usesOf: [book: string, deposit: number][];
  readonly charges: [book: string, position: number][];
  readonly chargeKeys: [book: string, resource: string, customer: string, item: string, from: Day, to: Day][];
  readonly bindingCharges: [book: string, binding: string, from: Day | null, to: Day | null][];
  /** Charges by position, for what settles them. */
  readonly settlersOf: [book: string, charge: number][];
  readonly discountRules: [book: string, rule: string][];
  /** Grants by position, and those on receipts by these positions, with what they gave. */
  readonly grants: [book: string, position: number][];
  readonly grantsOn: [book: string, receipt: number][];
  /** Reductions of charges. */
  readonly reductionsOf: [book: string, charge: number][];
  /** By position, or by that of their end. */
  readonly freezes: [book: string, position: number][];
  readonly entries: [book: string, position: number][];
  /** prepayment.applied events by position. */
  readonly applications: [book: string, position: number][];
  /** Balances with their applications that are not released in full. */
  readonly balances: [book: string, customer: string, tie: string | null][];
  /** What moved balances by events of later days. */
  readonly balanceMoves: [book: string, customer: string, tie: string | null, after: Day][];
  readonly standards: [book: string, standard: string][];
  readonly itemTerms: [book: string, item: string, from: Day][];
  readonly developers: [book: string, from: Day][];
  /** With those of their resources that stand. */
  readonly vacancies: [book: string, vacancy: string][];
  readonly vacanciesOf: [book: string, resource: string][];
  readonly bindings: [book: string, binding: string][];
  readonly bindingsOf: [book: string, resource: string, standard: string][];
  readonly meters: [book: string, meter: string][];
  readonly pools: [book: string, pool: string][];
  readonly subjectCharges: [book: string, subject: string, from: Day | null, to: Day | null][];
  readonly siblingsOf: [book: string, binding: string][];
  readonly anyBindingTo: [book: string, standard: string][];
}

/** To be filled by rows that ask for others in their turn. */
export const nothingAsked = (): Asked => askedFor([]);

export const asksAnything = (asked: Asked): boolean =>
  Object.values<readonly unknown[]>({ ...asked }).some((keys) => keys.length > 0);

export const askedFor = (needs: readonly (readonly [book: string, needs: Needs])[]): Asked => {
  const each = <Row>(rows: (book: string, need: Needs) => Row[]): Row[] =>
    needs.flatMap(([book, need]) => rows(book, need));
  return {
    customers: each((book, { customers }) => customers.map((customer) => [book, customer])),
    receiptNos: each((book, { receiptNos }) => receiptNos.map((no) => [book, no])),
    reversedReceiptNos: each((book, { reversedReceiptNos }) => reversedReceiptNos.map((no) => [book, no])),
    receipts: [],
    transactions: each((book, { transactions }) => transactions.map((t) => [book, t.method, t.reference])),
    depositNos: each((book, { depositNos }) => depositNos.map((no) => [book, no])),
    usedDepositNos: each((book, { usedDepositNos }) => usedDepositNos.map((no) => [book, no])),
    deposits: [],
    usesOf: [],
    charges: each((book, { charges }) => charges.map((position) => [book, position])),
    chargeKeys: each((book, { chargeKeys }) =>
      chargeKeys.map((key) => [book, key.resource, key.customer, key.item, key.from, key.to]),
    ),
    bindingCharges: each((book, { bindingCharges }) =>
      bindingCharges.map(({ binding, days }) => [book, binding, days?.from ?? null, days?.to ?? null]),
    ),
    settlersOf: each((book, { settlersOf }) => settlersOf.map((charge) => [book, charge])),
    discountRules: each((book, { discountRules }) => discountRules.map((rule) => [book, rule])),
    grants: each((book, { grants }) => grants.map((position) => [book, position])),
    grantsOn: [],
    reductionsOf: each((book, { reductionsOf }) => reductionsOf.map((charge) => [book, charge])),
    freezes: each((book, { freezes }) => freezes.map((position) => [book, position])),
    entries: each((book, { entries }) => entries.map((position) => [book, position])),
    applications: each((book, { applications }) => applications.map((position) => [book, position])),
    balances: each((book, { balances }) => balances.map(({ customer, tie }) => [book, customer, tie])),
    balanceMoves: each((book, { balanceMoves }) =>
      balanceMoves.map(({ customer, tie, after }) => [book, customer, tie, after]),
    ),
    standards: each((book, { standards }) => standards.map((standard) => [book, standard])),
    itemTerms: each((book, { itemTerms }) => itemTerms.map(({ item, from }) => [book, item, from])),
    developers: each((book, { developers }) => developers.map((from) => [book, from])),
    vacancies: each((book, { vacancies }) => vacancies.map((vacancy) => [book, vacancy])),
    vacanciesOf: each((book, { vacanciesOf }) => vacanciesOf.map((resource) => [book, resource])),
    bindings: each((book, { bindings }) => bindings.map((binding) => [book, binding])),
    bindingsOf: each((book, { bindingsOf }) => bindingsOf.map((of) => [book, of.resource, of.standard])),
    meters: each((book, { meters }) => meters.map((meter) => [book, meter])),
    pools: each((book, { pools }) => pools.map((pool) => [book, pool])),
    subjectCharges: each((book, { subjectCharges }) =>
      subjectCharges.map(({ subject, days }) => [book, subject, days?.from ?? null, days?.to ?? null]),
    ),
    siblingsOf: each((book, { siblingsOf }) => siblingsOf.map((binding) => [book, binding])),
    anyBindingTo: each((book, { anyBindingTo }) => anyBindingTo.map((standard) => [book, standard])),
  };
};
