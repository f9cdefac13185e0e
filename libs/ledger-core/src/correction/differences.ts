import type { Day } from '@propledger/contracts';
import { sum, type Fen } from '../money';
import { compareText } from '../text';

/** A charge of a binding that stands: `amount` is what is left of it. */
export interface StandingCharge {
  readonly position: number;
  readonly customer: string;
  readonly amount: Fen;
}

/** A charge as it would be raised now. */
export interface ComputedCharge {
  readonly customer: string;
  readonly from: Day;
  readonly to: Day;
  readonly amount: Fen;
}

/** What one customer was charged, and should have been; the two differ. */
export interface CustomerDifference<Computed extends ComputedCharge = ComputedCharge> {
  readonly customer: string;
  /** In order of positions; what is left of each is above zero. */
  readonly standing: readonly StandingCharge[];
  readonly before: Fen;
  /** In order of days. */
  readonly computed: readonly Computed[];
  readonly after: Fen;
}

/**
 * The exact differences between what stands and what is computed, for one binding (and meter or pool) and the days that are computed
 * together: a month, a cycle, a reading. Compared is what each customer owes in all, so that it does not matter in how many
 * charges and earlier corrections it stands: standing + differences = computed, by customer. Credits come first, then by customer.
 */
export const differencesOf = <Computed extends ComputedCharge>(
  standing: readonly StandingCharge[],
  computed: readonly Computed[],
): CustomerDifference<Computed>[] => {
  const left = standing.filter(({ amount }) => amount !== 0n);
  const customers = new Set([...left, ...computed].map(({ customer }) => customer));
  return [...customers]
    .map((customer): CustomerDifference<Computed> => {
      const stands = left.filter((charge) => charge.customer === customer);
      const should = computed.filter((charge) => charge.customer === customer);
      return {
        customer,
        standing: stands.sort((one, other) => one.position - other.position),
        before: sum(stands.map(({ amount }) => amount)),
        computed: should.sort((one, other) => compareText(one.from, other.from)),
        after: sum(should.map(({ amount }) => amount)),
      };
    })
    .filter(({ before, after }) => before !== after)
    .sort((one, other) => Number(isCharge(one)) - Number(isCharge(other)) || compareText(one.customer, other.customer));
};

/** 补差: more than stands. The others are credits, 红冲. */
const isCharge = ({ before, after }: CustomerDifference): boolean => after > before;

/** So much of each charge is taken back, the latest first, that `amount` is; what is left of them is at least that. */
export const creditsOf = (standing: readonly StandingCharge[], amount: Fen): { charge: number; amount: Fen }[] => {
  const latestFirst = [...standing].sort((one, other) => other.position - one.position);
  let missing = amount;
  const credits: { charge: number; amount: Fen }[] = [];
  for (const { position: charge, amount: left } of latestFirst) {
    if (missing === 0n) break;
    const part = left < missing ? left : missing;
    credits.push({ charge, amount: part });
    missing -= part;
  }
  return credits;
};
