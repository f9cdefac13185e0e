import { type ConsumerLog, SourceFailed } from '@propledger/event-log';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { sourcesOf } from '../cell-sources';
import type { ReadTopic } from '../projections';
import { foldBook, mayPass, type FoldedBook } from './fold';
import type { FromThread, ThreadData, ToThread } from './fold-thread';
import { noteFolded } from './replay-store';
import { Workshop } from './workshop';

/** The other end of FoldThread. */
const work = (port: MessagePort, { databaseUrl, cells }: ThreadData): void => {
  const say = (message: FromThread): void => port.postMessage(message);
  const stopping = new AbortController();
  const workshop = new Workshop(databaseUrl, 1);
  const log: ConsumerLog = {
    warn: (fields, message) => say({ is: 'log', level: 'warn', fields, message }),
    error: (fields, message) => say({ is: 'log', level: 'error', fields, message }),
  };
  const asked = new Map<number, (token: string | null) => void>();
  let tokens = 0;
  const token = async (cell: number, topic: ReadTopic): Promise<string> => {
    const nth = ++tokens;
    const given = await new Promise<string | null>((resolve) => {
      asked.set(nth, resolve);
      say({ is: 'token', nth, cell, topic });
    });
    asked.delete(nth);
    if (given === null) throw new SourceFailed('there is no token for the owner');
    return given;
  };
  const sources = sourcesOf(
    cells.map(({ region, baseUrls }, cell) => ({
      region,
      owners: {
        ledger: { baseUrl: baseUrls.ledger, token: () => token(cell, 'ledger') },
        registry: { baseUrl: baseUrls.registry, token: () => token(cell, 'registry') },
      },
    })),
    log,
  );
  const fold = async (replay: string, book: FoldedBook): Promise<void> => {
    try {
      await foldBook(workshop, 'rebuilding', sources, book, stopping.signal, (tx, events) =>
        noteFolded(tx, replay, book.book, events),
      );
      say({ is: 'folded' });
    } catch (error) {
      say({ is: 'failed', reason: error instanceof Error ? error.message : String(error), passing: mayPass(error) });
    }
  };
  let folding = Promise.resolve();
  port.on('message', (message: ToThread) => {
    switch (message.is) {
      case 'fold':
        folding = fold(message.replay, message.book);
        return;
      case 'token':
        asked.get(message.nth)?.(message.token);
        return;
      case 'stop':
        stopping.abort(new Error('the thread stops'));
        void folding.then(() => workshop.end()).finally(() => port.close());
    }
  });
};

if (parentPort) work(parentPort, workerData as ThreadData);
