import type { Figure, Measured, Target } from './row';

/** One entry of bench-results.json. `limit` and `ratio` are medians over the rounds; null where there is no limit. */
export interface Result {
  readonly work: string;
  readonly unit: string;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly limit: number | null;
  readonly ratio: number | null;
  readonly target: string;
  readonly ok: boolean;
}

/** Sums up the rounds of one figure. The ratio is the median of the rounds' own ratios. */
export const resultOf = ({ work, unit, target }: Figure, rounds: readonly Measured[]): Result => {
  const values = rounds.map(({ value }) => value);
  const limits = rounds.flatMap(({ limit }) => (limit === null ? [] : [limit]));
  const ratios = rounds.flatMap(({ value, limit }) => (limit === null ? [] : [value / limit]));
  const ratio = ratios.length === 0 ? null : median(ratios);
  return {
    work,
    unit,
    min: Math.min(...values),
    median: median(values),
    max: Math.max(...values),
    limit: limits.length === 0 ? null : median(limits),
    ratio,
    target: targetText(target, unit),
    ok: reaches(target, median(values), ratio),
  };
};

const reaches = (target: Target, value: number, ratio: number | null): boolean => {
  if ('valueBelow' in target) return value < target.valueBelow;
  if ('valueAtLeast' in target) return value >= target.valueAtLeast;
  if (ratio === null) return false;
  return 'ratioAtLeast' in target ? ratio >= target.ratioAtLeast : ratio <= target.ratioAtMost;
};

const targetText = (target: Target, unit: string): string => {
  if ('valueBelow' in target) return `< ${target.valueBelow} ${unit}`;
  if ('valueAtLeast' in target) return `≥ ${target.valueAtLeast} ${unit}`;
  return 'ratioAtLeast' in target ? `≥ ${target.ratioAtLeast} × limit` : `≤ ${target.ratioAtMost} × limit`;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
};
