import type { RecordedEvent } from '@propledger/contracts';
import { kafkaIsHere } from '@propledger/testkit';
import type { Tx } from './index';
import { applyTallies, TRANSPORTS, wire, type Wired } from './kafka/wired.fixture';

// What every consumer may rely on, whichever way word of events comes to it.
const here = kafkaIsHere();
const PATIENCE_MS = 30_000;

for (const transport of TRANSPORTS)
  (transport === 'local' || here ? describe : describe.skip)(`over the ${transport} transport`, () => {
    let wired: Wired;
    beforeEach(async () => {
      wired = await wire(transport);
      if (transport === 'kafka') wired.relay();
    }, 60_000);
    afterEach(() => wired.close(), 60_000);

    const tallies = (...books: string[]): Promise<number[]> =>
      Promise.all(books.map((book) => wired.projection.tally(book)));
    const caughtUp = async (consumer: ReturnType<Wired['consume']>): Promise<boolean> =>
      consumer.caughtUp(await wired.reached(), PATIENCE_MS);
    const choking = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
      if (events.some((event) => (event.body as { amount: number }).amount === 666))
        throw new Error('cannot swallow this');
      await applyTallies(tx, events);
    };
    const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
    };

    it('brings every event once and in order, what is there and what comes', async () => {
      await wired.add('A', ...Array.from({ length: 1_200 }, (_, i) => i));
      await wired.add('~group', 1, 2, 3);
      const applied: RecordedEvent[] = [];
      const consumer = wired.consume({
        apply: (tx, events) => (applied.push(...events), applyTallies(tx, events)),
      });
      // Nobody waits: all of it comes by itself.
      await until(async () => (await wired.projection.tally('A')) === 719_400);
      await wired.add('~group', 4);
      await wired.add('楼-1', 5);
      await until(async () => (await wired.projection.tally('楼-1')) === 5);
      expect(await caughtUp(consumer)).toBe(true);
      expect(applied.filter(({ book }) => book === 'A').map(({ position }) => position)).toEqual(
        Array.from({ length: 1_200 }, (_, i) => i + 1),
      );
      expect(await tallies('A', '~group', '楼-1')).toEqual([719_400, 10, 5]);
      expect(consumer.status()).toEqual({
        topic: 'ledger',
        trouble: null,
        lag: 0,
        lagSeconds: 0,
        behind: [],
        parked: [],
        ahead: [],
      });
    });

    it('brings events as they are in the book', async () => {
      await wired.add('A', 1, 2, 3);
      const applied: RecordedEvent[] = [];
      const consumer = wired.consume({
        apply: (tx, events) => (applied.push(...events), applyTallies(tx, events)),
      });
      expect(await caughtUp(consumer)).toBe(true);
      expect(applied).toEqual((await wired.ledger.stored('A')).map(({ bodyText: _, ...event }) => event));
    });

    it('goes on where it was after a restart', async () => {
      await wired.add('A', 1, 2, 3);
      const first = wired.consume();
      expect(await caughtUp(first)).toBe(true);
      await first.stop();
      await wired.add('A', 4);
      const second = wired.consume();
      await until(async () => (await wired.projection.tally('A')) === 10);
      expect(await caughtUp(second)).toBe(true);
    });

    it('serves several instances, each of which answers for all books', async () => {
      const books = ['A', 'B', 'C', 'D', 'E', 'F'];
      const both = [wired.consume(), wired.consume()] as const;
      for (let nth = 0; nth < 10; nth++) {
        await Promise.all(books.map((book) => wired.add(book, 1, 1)));
        // Whichever is asked knows what was acknowledged before.
        expect(await caughtUp(both[nth % 2 === 0 ? 0 : 1])).toBe(true);
        expect(await tallies(...books)).toEqual(books.map(() => 2 * (nth + 1)));
      }
      for (const consumer of both) expect(await caughtUp(consumer)).toBe(true);
    });

    it('parks a book at a poison event in all instances, and goes on when one releases it', async () => {
      let mended = false;
      const apply = (tx: Tx, events: readonly RecordedEvent[]): Promise<void> =>
        mended ? applyTallies(tx, events) : choking(tx, events);
      const both = [wired.consume({ apply }), wired.consume({ apply })] as const;
      await wired.add('A', 1, 2, 666, 4);
      for (const consumer of both) expect(await consumer.caughtUp({ A: 4 }, PATIENCE_MS)).toBe(false);
      await wired.add('B', 7);
      await until(async () => (await wired.projection.tally('B')) === 7);
      expect(await tallies('A')).toEqual([3]);
      for (const consumer of both)
        expect(consumer.status().parked).toEqual([
          { book: 'A', position: 2, reason: '3: cannot swallow this', at: expect.stringMatching(/Z$/) as string },
        ]);
      await wired.add('A', 5);

      expect(await both[0].release('A')).toBe(true);
      await until(() => both[0].status().parked.length === 1); // It chokes again, and is parked again.
      mended = true;
      expect(await both[0].release('A')).toBe(true);
      expect(await both[0].release('B')).toBe(false);
      for (const consumer of both) await until(() => consumer.status().parked.length === 0);
      await wired.add('A', 6);
      for (const consumer of both) expect(await caughtUp(consumer)).toBe(true);
      expect(await tallies('A', 'B')).toEqual([684, 7]);
    });

    it('stops in the middle of its work and leaves it to the next', async () => {
      await Promise.all(['A', 'B', 'C'].map((book) => wired.add(book, ...Array.from({ length: 700 }, () => 1))));
      const first = wired.consume({
        apply: async (tx, events) => {
          await new Promise((resolve) => setTimeout(resolve, 30));
          await applyTallies(tx, events);
        },
      });
      await until(async () => (await tallies('A', 'B', 'C')).some((tally) => tally > 0));
      await first.stop();
      expect(await caughtUp(wired.consume())).toBe(true);
      expect(await tallies('A', 'B', 'C')).toEqual([700, 700, 700]);
    });
  });
