import type { Binding, ChargeBasis, Loss, Period, Standard } from '@propledger/contracts';
import { inForceOn } from '../day';
import type { PricedStandard } from '../item/item-terms';
import { inTiers, usageAmount, withLoss, type UsageStep } from '../meter/usage';
import { keptOf } from './agreed';
import { dueOn } from './due';
import type { PayerInForce, Spell } from './inputs';
import type { MonthPart } from './month-charge';
import type { VacantCharged } from './runs';
import { vacantDaysOf, vacantWithin } from './vacancy';

/** What the charge of one reading depends on. */
export interface UsageInputs {
  readonly standard: PricedStandard;
  readonly binding: Pick<Binding, 'from' | 'to' | 'prices'>;
  readonly payers: readonly PayerInForce[];
  /** 空置申报 of the resource; absent: none. */
  readonly vacant?: readonly Spell[] | undefined;
  /** 账期 of the run. */
  readonly period: Period;
  readonly step: UsageStep;
}

/** Null: the reading's day does not lie in the binding. No part: it comes to nothing. Its days that are charged by a rate of vacancy, either way. */
export type UsageCharge =
  | { readonly kind: 'charge'; readonly part: MonthPart | null; readonly vacantDays: readonly VacantCharged[] }
  | { readonly kind: 'no-price' | 'no-payer' }
  | null;

/**
 * The charge of one reading for one binding: from the day after the reading before, at the price and to the payer of the
 * reading's day, which must lie in the binding; due in the run's month. Tiers are cut over the whole usage with its loss: the meter's
 * own, or the standard's. Where the standard has a rate of vacancy, what was counted lies on each of the reading's days alike.
 */
export const usageCharge = ({ standard, binding, payers, vacant = [], period, step }: UsageInputs): UsageCharge => {
  const { from, to: day, record, steps, quantity, estimated, settles } = step;
  const onDay = inForceOn(day);
  if (!onDay(binding)) return null;
  const own = binding.prices?.find(onDay);
  const inForce = standard.prices.find(onDay);
  const price = inForce && (own ?? inForce).price;
  const tiered = standard.method === '用量阶梯';
  if (price === undefined || (tiered && !standard.tiers?.length)) return { kind: 'no-price' };
  const customer = payers.find(onDay)?.customer;
  if (customer === undefined) return { kind: 'no-payer' };

  const { method, rounding, priority } = standard;
  const loss = step.loss ?? lossOf(standard);
  const charged = loss === undefined ? quantity : withLoss(quantity, loss);
  const parts = inTiers(charged, tiered ? (standard.tiers ?? []) : [{ above: '0', price }]);
  const vacantDays = vacantWithin(standard, vacant, { from, to: day });
  const vacantOf = vacantDaysOf(vacantDays, { from, to: day });
  const basis: ChargeBasis = {
    method,
    rounding,
    ...keptOf(standard),
    usage: {
      reading: record,
      steps,
      quantity,
      ...(loss === undefined ? {} : { loss }),
      ...(estimated === undefined ? {} : { estimated }),
      ...(settles === undefined ? {} : { settles }),
      parts,
      ...(own === undefined ? {} : { ownPrice: true }),
      ...(vacantOf === undefined ? {} : { vacant: vacantOf }),
    },
  };
  const amount = usageAmount(basis) ?? 0n;
  const due = dueOn(standard, period, { from, to: day }, true);
  const part = { from, to: day, customer, amount, basis, dueOn: due, priority };
  return { kind: 'charge', part: amount > 0n ? part : null, vacantDays };
};

const lossOf = ({ lossPercent: percent, lossQuantity: quantity }: Standard): Loss | undefined =>
  percent === undefined && quantity === undefined
    ? undefined
    : { ...(percent === undefined ? {} : { percent }), ...(quantity === undefined ? {} : { quantity }) };
