export { type ForTwo } from './approval/two-people';
export * from './apportionment/pool-charges';
export * from './apportionment/share-pool';
export * from './correction/compare-charges';
export * from './correction/differences';
export * from './day';
export { formatDecimal, isDecimal, parseDecimal, plus, shortest, type Fraction } from './decimal';
export * from './decision';
export * from './explain/explain';
export { FORMULA_LIMITS, type FormulaFault, type FormulaFaultCode } from './formula/formula';
export { readFormula } from './formula/read-formula';
export { FORMULA_VARIABLES } from './formula/variables';
export * from './late-fee/late-fee';
export * from './lease/due';
export * from './lease/forecast';
export * from './lease/lease-charges';
export * from './lease/lease-fault';
export { leaseMonth, rentSchedule, type RentPart, type RentSchedule } from './lease/rent';
export * from './lease/terms';
export { turnoverRent } from './lease/turnover';
export * from './ledger/commands';
export * from './ledger/decide';
export * from './ledger/evolve';
export * from './ledger/facts';
export * from './ledger/needs';
export * from './ledger/put';
export * from './ledger/rejections';
export * from './ledger/settlement-order';
export * from './ledger/state';
export * from './meter/usage';
export * from './money';
export * from './period/posting';
export * from './period/trial-balance';
export { roundTo } from './tariff/agreed';
export * from './tariff/basis';
export * from './tariff/cycle-charge';
export {
  monthCharges,
  type AreaInForce,
  type MonthCharges,
  type MonthInputs,
  type MonthPart,
  type NotComputed,
  type PayerInForce,
} from './tariff/month-charge';
export * from './tariff/plan-run';
export * from './tariff/recompute';
export * from './tariff/usage-charge';
export { needsPersons } from './setup/bindings';
export { readingFault, replacementFault } from './setup/meters';
export { faultOf as faultOfStandard, overlapping, tidy as tidyStandard } from './setup/standard-form';
export { optionsFault, tidyOptions, type StandardOption, type StandardOptions } from './setup/standard-options';
export { withPrice } from './setup/standards';
export * from './text';
