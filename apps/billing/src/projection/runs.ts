/** Cuts a list into runs of neighbours of one type, in order: what one set-based statement may take. */
export const runsOf = <Event extends { readonly type: string }>(events: readonly Event[]): Event[][] => {
  const runs: Event[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last?.[0]?.type === event.type) last.push(event);
    else runs.push([event]);
  }
  return runs;
};

/** The last of each key: what stands after all of them. */
export const lastOf = <Item>(items: readonly Item[], key: (item: Item) => string): Item[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];
