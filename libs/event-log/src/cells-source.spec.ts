import type { Positions, RecordedEvent } from '@propledger/contracts';
import { CellsSource, type FactSource } from './index';

const LOG = { warn: () => undefined, error: () => undefined };
const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

/** A region with these books; away, its every answer is a failure. */
const region = (heads: Positions): FactSource & { away: boolean; heads: Record<string, number> } => {
  const events = (book: string, after: number): RecordedEvent[] =>
    Array.from(
      { length: Math.max(0, (cell.heads[book] ?? 0) - after) },
      (_, i) => ({ book, position: after + i + 1 }) as RecordedEvent,
    );
  const fail = (): never => {
    throw new Error('away');
  };
  const cell = {
    away: false,
    heads: { ...heads },
    moved: async (since: string | null, waitMs: number, signal: AbortSignal) => {
      if (cell.away) fail();
      const token = JSON.stringify(cell.heads);
      if (since === token && waitMs > 0) await forever(signal);
      return { since: token, heads: since === token ? {} : cell.heads };
    },
    read: async (book: string, after: number) => (cell.away ? fail() : events(book, after)),
    facts: async function* (book: string, after: number) {
      if (cell.away) fail();
      const found = events(book, after);
      if (found.length > 0) yield found;
    },
  };
  return cell;
};

const { signal } = new AbortController();
const both = (): { north: ReturnType<typeof region>; south: ReturnType<typeof region>; source: CellsSource } => {
  const [north, south] = [region({ '~group': 5, N1: 2 }), region({ '~group': 9, S1: 3 })];
  const source = new CellsSource(
    [
      { region: 'north', source: north },
      { region: 'south', source: south },
    ],
    LOG,
  );
  return { north, south, source };
};

it('has the projects of all regions, and the group book of the first', async () => {
  const { source } = both();
  expect((await source.moved(null, 20_000, signal)).heads).toEqual({ '~group': 5, N1: 2, S1: 3 });
  expect((await source.read('S1', 1, 10, signal)).map(({ position }) => position)).toEqual([2, 3]);
  expect((await source.read('~group', 0, 10, signal)).length).toBe(5);
  expect(await source.read('nowhere', 0, 10, signal)).toEqual([]);
  const facts: number[] = [];
  for await (const events of source.facts('S1', 0, signal)) facts.push(...events.map(({ position }) => position));
  expect(facts).toEqual([1, 2, 3]);
});

it('reads books of all regions at once, and those of a region that is there', async () => {
  const { south, source } = both();
  const read = async (): Promise<string[]> => {
    const places = ['~group', 'N1', 'S1', 'nowhere'].map((book) => ({ book, after: 1 }));
    return (await source.readTogether(places, 10, signal)).map(({ book, position }) => `${book} ${position}`).sort();
  };
  const ofGroup = [2, 3, 4, 5].map((position) => `~group ${position}`);
  expect(await read()).toEqual(['N1 2', 'S1 2', 'S1 3', ...ofGroup].sort());
  south.away = true;
  expect(await read()).toEqual(['N1 2', ...ofGroup].sort());
});

it('tells what moved since a token, whichever region it was in', async () => {
  const { south, source } = both();
  const { since } = await source.moved(null, 0, signal);
  expect((await source.moved(since, 0, signal)).heads).toEqual({});
  south.heads['S1'] = 4;
  expect((await source.moved(since, 20_000, signal)).heads).toMatchObject({ S1: 4 });
});

it('goes on with one region while another is away, and hears of it when it is back', async () => {
  const { north, south, source } = both();
  south.away = true;
  const first = await source.moved(null, 20_000, signal);
  expect(first).toMatchObject({ heads: { '~group': 5, N1: 2 }, away: 'no answer from south' });
  north.heads['N1'] = 3;
  expect((await source.moved(first.since, 0, signal)).heads).toMatchObject({ N1: 3 });
  await expect(source.read('S1', 0, 10, signal)).rejects.toThrow('away');
  south.away = false;
  const back = await source.moved(first.since, 0, signal);
  expect(back.heads).toMatchObject({ S1: 3 });
  expect(back.away).toBeUndefined();
  north.away = south.away = true;
  await expect(source.moved(null, 0, signal)).rejects.toThrow('away');
});

it('refuses a book that two regions keep', async () => {
  const { south, source } = both();
  south.heads['N1'] = 7;
  await expect(source.moved(null, 0, signal)).rejects.toThrow('the book N1 is kept in two regions: north and south');
});
