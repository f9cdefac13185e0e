import type { Inputs } from './run-inputs';

/** What a run is narrowed to; what is absent narrows nothing. */
export interface RunScope {
  /** 收费项目. */
  readonly items?: readonly string[];
  readonly standards?: readonly string[];
  readonly resources?: readonly string[];
}

/** Whether the scope has a charge of this standard and item on this resource. */
export const isIn = (
  { items, standards, resources }: RunScope,
  { item, standard, resource }: { readonly item: string; readonly standard: string; readonly resource: string },
): boolean =>
  (items?.includes(item) ?? true) &&
  (standards?.includes(standard) ?? true) &&
  (resources === undefined || asSet(resources).has(resource));

const SETS = new WeakMap<readonly string[], ReadonlySet<string>>();
const asSet = (texts: readonly string[]): ReadonlySet<string> => {
  const known = SETS.get(texts) ?? new Set(texts);
  SETS.set(texts, known);
  return known;
};

/** The inputs of what is in the scope. A pool is shared by all who take part or by nobody: a scope of resources leaves pools out. */
export const narrowed = (inputs: Inputs, scope: RunScope | null): Inputs => {
  if (scope === null) return inputs;
  const itemOf = (code: string): string => inputs.standards.get(code)?.standard.item ?? '';
  const has = (standard: string, resource: string): boolean =>
    isIn(scope, { item: itemOf(standard), standard, resource });
  const { resources, ...ofStandards } = scope;
  return {
    ...inputs,
    bindings: inputs.bindings.filter(({ binding: { standard, resource } }) => has(standard, resource)),
    leased: (of) => isIn(scope, { ...of, standard: '' }),
    metered:
      inputs.metered?.withPools(({ standard }) =>
        resources === undefined ? isIn(ofStandards, { item: itemOf(standard), standard, resource: '' }) : false,
      ) ?? null,
  };
};
