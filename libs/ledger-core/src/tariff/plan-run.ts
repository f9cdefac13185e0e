import type { Binding, ChargeSubject, Day, Money, Standard } from '@propledger/contracts';
import { differencesOf, type StandingCharge } from '../correction/differences';
import type { NewCharge } from '../ledger/commands';
import { CHARGE_AT_MOST, formatMoney, type Fen } from '../money';
import type { NotComputed } from './inputs';
import type { MonthPart } from './month-charge';

/** A charge as it is compared: what stands in the ledger, or what a run computes. */
export interface ComparedCharge {
  readonly from: Day;
  readonly to: Day;
  readonly customer: string;
  readonly amount: Fen;
  /** What was taken back of it. */
  readonly corrected?: Fen | undefined;
  /** A correction's stands beside what it corrects. */
  readonly origin?: string | undefined;
}

/** A run that would compute otherwise than what stands raises nothing and lists the difference. */
export type BindingPlan =
  | { readonly kind: 'raise'; readonly parts: readonly MonthPart[] }
  /** Everything computed stands. */
  | { readonly kind: 'nothing' }
  /** A part comes to more than a charge can: nothing of the binding is raised, so that the rest of the run can be. */
  | { readonly kind: 'too-much'; readonly days: readonly NotComputed[] }
  | {
      readonly kind: 'difference';
      readonly standing: readonly ComparedMoney[];
      readonly computed: readonly ComparedMoney[];
    };

export interface ComparedMoney {
  readonly from: Day;
  readonly to: Day;
  readonly customer: string;
  readonly amount: Money;
}

/**
 * What a run does for one binding: each charge of the month that stands must be one of the computed parts (same days,
 * customer and amount); then those that do not stand yet are raised. Once something was corrected it is what each customer
 * owes in all that must agree: what is missing is then another correction's to raise.
 */
export const planRun = (computed: readonly MonthPart[], standing: readonly ComparedCharge[]): BindingPlan => {
  const tooMuch = computed.filter(({ amount }) => amount > CHARGE_AT_MOST);
  if (tooMuch.length > 0) return { kind: 'too-much', days: tooMuch.map(asOverflow) };
  if (standing.some(isCorrected)) {
    const different = differencesOf(standing.map(asStanding), computed).length > 0;
    if (!different) return { kind: 'nothing' };
    return { kind: 'difference', standing: standing.map(compared), computed: computed.map(compared) };
  }
  const missing = new Map(computed.map((part) => [keyOf(part), part]));
  const agrees = standing.every((charge) => missing.delete(keyOf(charge)));
  if (!agrees) return { kind: 'difference', standing: standing.map(compared), computed: computed.map(compared) };
  return missing.size === 0 ? { kind: 'nothing' } : { kind: 'raise', parts: [...missing.values()] };
};

const asOverflow = ({ from, to }: MonthPart): NotComputed => ({ from, to, reason: 'overflow', name: null, at: null });

const keyOf = ({ from, to, customer, amount }: ComparedCharge): string =>
  `${from} ${to} ${amount.toString()} ${customer}`;

const isCorrected = ({ corrected = 0n, origin }: ComparedCharge): boolean => corrected > 0n || origin === 'correction';

const asStanding = ({ customer, amount, corrected = 0n }: ComparedCharge, position: number): StandingCharge => ({
  position,
  customer,
  amount: amount - corrected,
});

const compared = ({ from, to, customer, amount, corrected = 0n }: ComparedCharge): ComparedMoney => ({
  from,
  to,
  customer,
  amount: formatMoney(amount - corrected),
});

/** A computed part as the charge to raise. @param subject what it is for, beside its resource. */
export const newCharge = (
  part: MonthPart,
  binding: Binding,
  { standard, item }: Standard,
  subject?: ChargeSubject,
): NewCharge => {
  const { from, to, customer, amount, basis, dueOn, priority } = part;
  const { resource } = binding;
  // Written out: there are a quarter of a million of them a month, and few have a subject.
  const charge = {
    resource,
    customer,
    item,
    from,
    to,
    dueOn,
    priority,
    amount,
    standard,
    binding: binding.binding,
    basis,
  };
  return subject === undefined ? charge : { ...charge, subject };
};
