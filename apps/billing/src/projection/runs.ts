/**
 * Cuts events into runs of neighbours of one type, in order: what one set-based statement may take.
 *
 * @param subjects beginnings of types. Events of different subjects do not depend on one another, so that those of the
 *   first go first.
 */
export const runsOf = <Event extends { readonly type: string }>(
  subjects: readonly string[],
  events: readonly Event[],
): Event[][] =>
  subjects.flatMap((subject) => {
    const runs: Event[][] = [];
    for (const event of events.filter(({ type }) => type.startsWith(subject))) {
      const last = runs.at(-1);
      if (last?.[0]?.type === event.type) last.push(event);
      else runs.push([event]);
    }
    return runs;
  });

/** The last of each key: what stands after all of them. */
export const lastOf = <Item>(items: readonly Item[], key: (item: Item) => string): Item[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];
