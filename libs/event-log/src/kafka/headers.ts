import { createRequire } from 'node:module';

/** Of kafkajs 2.2.4, its `protocol/decoder`. */
interface Decoder {
  readonly buffer: Buffer;
  offset: number;
  readVarInt(): number;
}

type Headers = Record<string, string | (string | undefined)[] | undefined>;

/**
 * Lets kafkajs read a message's headers as texts, into one object. Its own way copies the object for each header: with the
 * twenty that an event has, this and the garbage that it makes are half of what a consumer does.
 */
export const readHeadersAsTexts = (): void => {
  const { prototype } = createRequire(__filename)('kafkajs/src/protocol/decoder') as { prototype: object };
  // Nothing but the reader of records asks for such an array, and it reduces it to what is made here already.
  Object.assign(prototype, { readVarIntArray: headersOf });
};

function headersOf(this: Decoder): { reduce(): Headers } {
  const headers: Headers = {};
  for (let left = this.readVarInt(); left > 0; left--) {
    const name = textOf(this) ?? '';
    const value = textOf(this);
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else headers[name] = [before, value];
  }
  return { reduce: () => headers };
}

const textOf = (decoder: Decoder): string | undefined => {
  const length = decoder.readVarInt();
  if (length < 0) return undefined;
  const { buffer, offset } = decoder;
  decoder.offset += length;
  return buffer.toString('utf8', offset, decoder.offset);
};
