/** A deep copy of maps, sets, arrays and plain objects; what is shared in the original is shared in the copy. */
export const copyOf = <T>(value: T, seen = new Map<unknown, unknown>()): T => {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known as T;
  const made: unknown =
    value instanceof Map ? new Map() : value instanceof Set ? new Set() : Array.isArray(value) ? [] : {};
  seen.set(value, made);
  if (value instanceof Map && made instanceof Map)
    for (const [key, member] of value as Map<unknown, unknown>) made.set(key, copyOf(member, seen));
  else if (value instanceof Set && made instanceof Set)
    for (const member of value as Set<unknown>) made.add(copyOf(member, seen));
  else for (const [key, member] of Object.entries(value)) (made as Record<string, unknown>)[key] = copyOf(member, seen);
  return made as T;
};
