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
  const count = this.readVarInt();
  for (let nth = 0; nth < count; nth++) {
    const name = nameOf(this, nth);
    const value = textOf(this);
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else headers[name] = [before, value];
  }
  return { reduce: () => headers };
}

/** Names are the same in every message, in the same order: what came at a place last is looked at before it is made anew. */
const lastNames: { readonly bytes: Buffer; readonly text: string }[] = [];
const NAMES_KEPT = 64;

const nameOf = (decoder: Decoder, nth: number): string => {
  const { offset } = decoder;
  const length = decoder.readVarInt();
  const last = lastNames[nth];
  if (last?.bytes.length === length && isThere(last.bytes, decoder)) {
    decoder.offset += length;
    return last.text;
  }
  decoder.offset = offset;
  const text = textOf(decoder) ?? '';
  if (nth < NAMES_KEPT) lastNames[nth] = { bytes: Buffer.from(text), text };
  return text;
};

const isThere = (bytes: Buffer, { buffer, offset }: Decoder): boolean => {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== buffer[offset + at]) return false;
  return true;
};

const textOf = (decoder: Decoder): string | undefined => {
  const length = decoder.readVarInt();
  if (length < 0) return undefined;
  const { buffer, offset } = decoder;
  decoder.offset += length;
  return buffer.toString('utf8', offset, decoder.offset);
};
