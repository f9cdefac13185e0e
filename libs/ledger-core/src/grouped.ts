/** What has the same key together, keys and what they have in the order in which they come. */
export const groupedBy = <One, Key>(all: Iterable<One>, keyOf: (one: One) => Key): Map<Key, One[]> => {
  const groups = new Map<Key, One[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
};
