import { parentPort, type MessagePort } from 'node:worker_threads';
import { WorkbookRefused } from '../read/refusal';
import type { FromThread } from './ask-thread';

/** Answers as asked, though requests may come while the next piece is still being made. */
const requestsOf = (port: MessagePort): (() => Promise<void>) => {
  let waiting = 0;
  let wake = (): void => undefined;
  port.on('message', () => {
    waiting += 1;
    wake();
  });
  return async () => {
    if (waiting === 0) await new Promise<void>((resolve) => (wake = resolve));
    waiting -= 1;
  };
};

/** The other end of askThread: answers every request with the next piece, one of which is made ahead. */
export const answerThread = async <Item>(pieces: () => AsyncIterable<Item>): Promise<void> => {
  const port = parentPort;
  if (!port) return;
  const requested = requestsOf(port);
  const answer = async (message: FromThread<Item>): Promise<void> => {
    await requested();
    port.postMessage(message);
  };
  try {
    for await (const item of pieces()) await answer({ is: 'item', item });
    await answer({ is: 'end' });
  } catch (error) {
    if (!(error instanceof WorkbookRefused)) throw error;
    await answer({ is: 'refused', code: error.code, at: error.at });
  }
};
