import type { Resource } from '@propledger/contracts';

/** Whole parts of a total, in proportion, that add up to it. */
export const shares = (total: number, weights: readonly number[]): number[] => {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let soFar = 0;
  let given = 0;
  return weights.map((weight) => {
    soFar += weight;
    const share = Math.round((total * soFar) / all) - given;
    given += share;
    return share;
  });
};

/** Each resource is bound to as many standards as the next; what does not divide goes to the first. */
export const each = (resources: readonly Resource[], wanted: number): (readonly [Resource, number])[] => {
  const counts = shares(
    wanted,
    resources.map(() => 1),
  );
  return resources.map((resource, nth) => [resource, counts[nth] ?? 0] as const);
};
