import { workerData } from 'node:worker_threads';
import { answerThread } from '../thread/answer-thread';
import { markedWorkbook, type Marking } from './mark-faults';

const CHUNK_BYTES = 65_536;

/** The other end of markFaults: bytes in chunks that are worth a message. */
async function* chunks(): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of markedWorkbook(workerData as Marking)) {
    parts.push(part);
    bytes += part.length;
    if (bytes < CHUNK_BYTES) continue;
    yield new Uint8Array(Buffer.concat(parts));
    [parts, bytes] = [[], 0];
  }
  yield new Uint8Array(Buffer.concat(parts));
}

void answerThread(chunks);
