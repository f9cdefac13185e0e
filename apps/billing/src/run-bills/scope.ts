import type { Inputs } from './run-inputs';

/** What a run is narrowed to; what is absent narrows nothing. */
export interface RunScope {
  /** 收费项目. */
  readonly items?: readonly string[];
  readonly standards?: readonly string[];
  readonly resources?: readonly string[];
}

/** What a scope may have: a charge on a resource, or a pool. */
interface Charged {
  readonly item: string;
  readonly standard: string;
  /** Null: shared as a pool, by all who take part or by nobody. A scope of resources leaves it out. */
  readonly resource: string | null;
}

/** Whether the scope has a charge of this standard and item on this resource. */
export const isIn = ({ items, standards, resources }: RunScope, { item, standard, resource }: Charged): boolean =>
  (items?.includes(item) ?? true) &&
  (standards?.includes(standard) ?? true) &&
  (resources === undefined || (resource !== null && asSet(resources).has(resource)));

const SETS = new WeakMap<readonly string[], ReadonlySet<string>>();
const asSet = (texts: readonly string[]): ReadonlySet<string> => {
  const known = SETS.get(texts) ?? new Set(texts);
  SETS.set(texts, known);
  return known;
};

/** The inputs of what is in the scope. */
export const narrowed = (inputs: Inputs, scope: RunScope | null): Inputs => {
  if (scope === null) return inputs;
  const itemOf = (code: string): string => inputs.standards.get(code)?.standard.item ?? '';
  const has = (standard: string, resource: string | null): boolean =>
    isIn(scope, { item: itemOf(standard), standard, resource });
  return {
    ...inputs,
    bindings: inputs.bindings.filter(({ binding: { standard, resource } }) => has(standard, resource)),
    leased: (of) => isIn(scope, { ...of, standard: '' }),
    metered: inputs.metered?.withPools(({ standard }) => has(standard, null)) ?? null,
  };
};
