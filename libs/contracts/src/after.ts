import { TOPICS, type After, type Positions } from './event';

/** The opaque form of an After: base64url of its canonical JSON. */
export const encodeAfter = (after: After): string => base64url(JSON.stringify(after));

/** Reads an after token; null when it is not one. */
export const decodeAfter = (token: string): After | null => {
  try {
    const value: unknown = JSON.parse(fromBase64url(token));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    for (const [topic, positions] of Object.entries(value)) {
      if (!(TOPICS as readonly string[]).includes(topic)) return null;
      if (typeof positions !== 'object' || positions === null || Array.isArray(positions)) return null;
      if (!Object.values(positions as object).every((position) => Number.isSafeInteger(position) && position >= 0))
        return null;
    }
    return value;
  } catch {
    return null;
  }
};

/** The later of both, book by book. */
export const laterOf = (one: After, other: After): After => {
  const merged: Partial<Record<string, Record<string, number>>> = {};
  for (const after of [one, other])
    for (const [topic, positions] of Object.entries<Positions>(after)) {
      const books = (merged[topic] ??= {});
      for (const [book, position] of Object.entries(positions)) books[book] = Math.max(books[book] ?? 0, position);
    }
  return merged;
};

declare const btoa: (text: string) => string;
declare const atob: (text: string) => string;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

const base64url = (text: string): string =>
  btoa(String.fromCharCode(...chunked(new TextEncoder().encode(text))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

// Tokens are a few kilobytes; a spread of their bytes stays far below the limit of arguments.
const chunked = (bytes: Uint8Array): number[] => Array.from(bytes);

const fromBase64url = (text: string): string => {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new RangeError('not base64url');
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
};
