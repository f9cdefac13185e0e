export { type ForTwo } from './approval/two-people';
export * from './apportionment/pool-charges';
export * from './apportionment/pool-use';
export * from './apportionment/share-pool';
export * from './correction/compare-charges';
export * from './correction/differences';
export * from './day';
export { discountsOf, neededFor, valueOf, type DiscountedCharge, type OpenGrant } from './discount/discounts';
export { tidyDiscountRule } from './discount/keep-rules';
export { formatDecimal, isDecimal, parseDecimal, plus, shortest, type Fraction } from './decimal';
export * from './decision';
export * from './explain/explain';
export { explainDiscount } from './explain/explain-discount';
export { FORMULA_LIMITS, type FormulaFault, type FormulaFaultCode } from './formula/formula';
export { readFormula } from './formula/read-formula';
export { FORMULA_VARIABLES } from './formula/variables';
export * from './grouped';
export * from './item/item-terms';
export {
  payersByRule,
  withLets,
  type Holding,
  type LetInForce,
  type OccupancyInForce,
  type PayerRule,
} from './item/payers';
export * from './late-fee/late-fee';
export * from './lease/due';
export * from './lease/forecast';
export * from './lease/lease-charges';
export * from './lease/lease-fault';
export { rentSchedule, type RentPart, type RentSchedule } from './lease/rent';
export * from './lease/terms';
export { turnoverRent } from './lease/turnover';
export * from './ledger/commands';
export * from './ledger/decide';
export * from './ledger/evolve';
export * from './ledger/facts';
export * from './ledger/needs';
export { prepaidBy } from './ledger/fold-balance-moves';
export * from './ledger/put';
export { taxIn } from './ledger/raise-charges';
export * from './ledger/rejections';
export * from './ledger/settlement-order';
export * from './ledger/state';
export { estimateAboveMaximum } from './meter/implausible';
export * from './meter/usage';
export * from './money';
export * from './period/posting';
export * from './period/trial-balance';
export { roundTo } from './tariff/agreed';
export * from './tariff/basis';
export * from './tariff/cycle-charge';
export * from './tariff/cycles';
export { goingOn } from './tariff/proration';
export { type AreaInForce, type MonthInputs, type NotComputed, type PayerInForce, type Spell } from './tariff/inputs';
export { monthCharges, type MonthCharges, type MonthPart } from './tariff/month-charge';
export { type VacantCharged } from './tariff/runs';
export * from './tariff/plan-run';
export * from './tariff/recompute';
export { takesLetPrices } from './tariff/runs';
export * from './tariff/usage-charge';
export { ratedDays, type VacantSpell } from './tariff/vacancy';
export { needsPersons, withSpell } from './setup/bindings';
export { isSameItem, itemFault, tidyItem } from './setup/items';
export { readingFaults, replacementFaults } from './setup/meters';
export { isScopeWhole, tidy as tidyPool, weightFault } from './setup/pools';
export { estimateOf } from './setup/readings';
export { faultOf as faultOfStandard, overlapping, tidy as tidyStandard } from './setup/standard-form';
export { optionsFault, tidyOptions, type StandardOption, type StandardOptions } from './setup/standard-options';
export { withPrice } from './setup/standards';
export * from './text';
