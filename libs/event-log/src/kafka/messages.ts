import { envelopeOf, eventOfEnvelope, type RecordedEvent, type Topic } from '@propledger/contracts';
import type { IHeaders, Message } from 'kafkajs';
import type { UnreadEvent } from '../read-events';

/** An event as a message: CloudEvents in binary mode, its body byte for byte as it was hashed. */
export const messageOf = (region: string, topic: Topic, { bodyText, ...event }: UnreadEvent): Message => ({
  key: event.book,
  value: bodyText,
  headers: envelopeOf(region, topic, event),
});

/** The event of a message whose headers were read as texts; null: it is none. */
export const eventOf = (message: {
  readonly value: Buffer | null;
  readonly headers?: IHeaders | undefined;
}): RecordedEvent | null => {
  if (message.value === null) return null;
  try {
    return eventOfEnvelope(message.headers ?? {}, JSON.parse(message.value.toString()));
  } catch {
    return null;
  }
};

/** Bytes that a message takes, about: text of which most is ASCII, and a few for each header. */
export const sizeOf = ({ value, headers = {} }: Message): number =>
  Object.values(headers).reduce((sum, header) => sum + 24 + (header?.length ?? 0), (value?.length ?? 0) + 100);
