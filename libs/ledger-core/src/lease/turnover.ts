import type { ChargeBasis, Money, Period, TurnoverBasis } from '@propledger/contracts';
import { monthOf, overlapOf } from '../day';
import { dividedBy, parseDecimal, times, whole } from '../decimal';
import { formatMoney, parseMoney, sum, type Fen } from '../money';
import { roundTo } from '../tariff/agreed';
import { compareText } from '../text';
import type { RentPart, RentSchedule } from './rent';
import { termsOf } from './terms';

/**
 * What the turnover of a calendar month comes to beyond the minimum rent: `percent` of it (of what is above the threshold)
 * less what the minimum item is charged for the month. Terms and payer are those of the lease's last day in the month, the resource
 * is the first of them. Null: nothing, or no turnover rent was agreed.
 */
export const turnoverRent = ({ history, month }: RentSchedule, period: Period, turnover: Money): RentPart | null => {
  const { lease } = history.lease;
  const days = monthOf(period);
  const spells = termsOf(history).filter((spell) => overlapOf(days, spell) !== null);
  const [first, last] = [spells[0], spells.at(-1)];
  const agreed = last?.terms.turnover;
  if (first === undefined || last === undefined || agreed == null) return null;
  const within = overlapOf(days, { from: first.from, to: last.to });
  const customer = last.terms.parties.find(({ payer }) => payer)?.customer;
  const [resource] = last.terms.resources.map((leased) => leased.resource).sort(compareText);
  if (within?.to == null || customer === undefined || resource === undefined) return null;

  const minimum = sum(month(period).flatMap(({ item, amount }) => (item === agreed.minimum ? [amount] : [])));
  const { item, percent, threshold, priority } = agreed;
  const basis: ChargeBasis = {
    method: '营业额租金',
    rounding: history.lease.rounding,
    turnover: {
      lease,
      period,
      version: last.version,
      turnover,
      percent,
      threshold: threshold ?? '0.00',
      // With a threshold the share is paid beside the minimum; without, only what it comes to above it.
      minimum: threshold === null ? formatMoney(minimum) : '0.00',
    },
  };
  const amount = turnoverAmount(basis) ?? 0n;
  if (amount <= 0n) return null;
  return { lease, item, resource, customer, priority, from: within.from, to: within.to, amount, basis };
};

/** The amount of a charge of turnover rent from its basis alone; null: it is none. @throws RangeError when it is malformed */
export const turnoverAmount = ({ rounding, turnover: basis }: ChargeBasis): Fen | null => {
  if (basis === undefined || rounding === undefined) return null;
  const share = roundTo(exactShare(basis), rounding);
  const above = share - parseMoney(basis.minimum);
  return above > 0n ? above : 0n;
};

/** The share of the turnover, in fen, exactly. */
export const exactShare = ({ turnover, percent, threshold }: TurnoverBasis) => {
  const above = parseMoney(turnover) - parseMoney(threshold);
  return dividedBy(times(whole(above > 0n ? above : 0n), parseDecimal(percent)), 100n);
};
