import type { RecordedEvent } from '@propledger/contracts';
import { eventLines, headOf, type EventLine } from './event-lines';
import { FileWriter } from './file-writer';
import { journalOf, type JournalAsked } from './journal/write-journal';
import { signedIn, type Invocation } from './session';
import { showing } from './showing';

export interface JournalExportAsked extends JournalAsked {
  /** File to write; without one, standard output. */
  readonly out?: string;
}

/** Writes what a ledger book booked as a journal of another program. */
export const journalExport = (invocation: Invocation, book: string, asked: JournalExportAsked): Promise<void> =>
  signedIn(invocation, async (client) => {
    const upTo = await headOf(client, 'ledger', book);
    const { out } = asked;
    if (out === undefined) {
      const events = read(eventLines(client, 'ledger', book, upTo), () => undefined);
      for await (const text of journalOf(book, events, asked)) process.stdout.write(text);
      return;
    }
    const progress = showing(invocation, upTo, '条 events');
    const events = read(eventLines(client, 'ledger', book, upTo), progress.show);
    await FileWriter.write(out, async (writer) => {
      for await (const text of journalOf(book, events, asked)) await writer.add(text);
    }).finally(progress.end);
    const written = { book, format: asked.format, out, position: upTo };
    invocation.print(invocation.json ? JSON.stringify(written) : `已写入 written: ${out} (${upTo} 条 events)`);
  });

async function* read(lines: AsyncIterable<EventLine>, seen: (position: number) => void): AsyncGenerator<RecordedEvent> {
  for await (const { position, line } of lines) {
    yield JSON.parse(line) as RecordedEvent;
    seen(position);
  }
}
