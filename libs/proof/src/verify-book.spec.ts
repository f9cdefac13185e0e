import { GENESIS_HASH, chainHash, contentHash, verifyBook, type VerifiableEvent } from './index';
import { canonicalJson } from './canonical-json';

type StoredEvent = VerifiableEvent & { readonly bodyText: string };

const chained = (length: number, change: (position: number) => Partial<StoredEvent> = () => ({})): StoredEvent[] => {
  const events: StoredEvent[] = [];
  for (let position = 1; position <= length; position++) {
    const body = { amount: position, 项目: 'YT01' };
    const event: StoredEvent = {
      book: 'YT01',
      position,
      eventId: `01890a5d-ac96-774b-bcce-00000000000${position}`,
      commandId: `key:zhang:${position}`,
      type: 'tally.added',
      schemaVersion: 1,
      effectiveDate: '2026-03-31',
      accountingPeriod: '2026-03',
      recordedAt: `2026-03-31T08:00:00.00000${position}Z`,
      actor: 'zhang',
      source: 'api',
      reversesPosition: null,
      correlationId: 'c',
      causationId: null,
      body,
      bodyText: canonicalJson(body),
      contentHash: '',
      hash: '',
      ...change(position),
    };
    const content = contentHash(event, event.bodyText);
    const hash = chainHash(events.at(-1)?.hash ?? GENESIS_HASH, 'YT01', position, content);
    events.push({ ...event, contentHash: content, hash });
  }
  return events;
};
const changed = (events: readonly StoredEvent[], index: number, change: Partial<StoredEvent>): StoredEvent[] =>
  events.map((event, i) => (i === index ? { ...event, ...change } : event));

const events = chained(5);
const last = events[4];
const end = { position: 5, hash: last?.hash ?? '' };

it('follows an intact book to its end, in one go or in parts', async () => {
  expect(await verifyBook('YT01', events, { end })).toEqual({ intact: true, ...end });
  const part = await verifyBook('YT01', events.slice(0, 2));
  if (!part.intact) throw new Error(part.fault);
  expect(await verifyBook('YT01', events.slice(2), { start: part, end })).toEqual({ intact: true, ...end });
});

it('takes events as they come from the API, without the stored text', async () => {
  const read = events.map(({ bodyText: _, ...event }) => JSON.parse(JSON.stringify(event)) as StoredEvent);
  expect(await verifyBook('YT01', read)).toEqual({ intact: true, ...end });
});

it.each<[string, StoredEvent[], number, string]>([
  ['an event of another book', changed(events, 2, { book: 'YT02' }), 3, 'other-book'],
  ['a missing event', events.filter(({ position }) => position !== 3), 3, 'not-dense'],
  ['a repeated event', [...events.slice(0, 3), ...events.slice(2)], 4, 'not-dense'],
  ['a blank in a body', changed(events, 1, { bodyText: '{"amount": 2,"项目":"YT01"}' }), 2, 'body-not-canonical'],
  ['a body that is no JSON', changed(events, 1, { bodyText: '{' }), 2, 'body-not-canonical'],
  ['another amount', changed(events, 1, { bodyText: '{"amount":3,"项目":"YT01"}' }), 2, 'content-changed'],
  ['another actor', changed(events, 3, { actor: 'wang' }), 4, 'content-changed'],
  ['another content hash', changed(events, 3, { contentHash: GENESIS_HASH }), 4, 'content-changed'],
  ['another hash', changed(events, 3, { hash: GENESIS_HASH }), 4, 'chain-broken'],
  ['a rewritten past', [...chained(2, () => ({ actor: 'wang' })), ...events.slice(2)], 3, 'chain-broken'],
  [
    'a time before the last',
    chained(3, (at) => ({ recordedAt: `2026-03-31T08:00:00.00000${at === 2 ? 5 : 4}Z` })),
    3,
    'time-reversed',
  ],
  ['a missing end', events.slice(0, 3), 4, 'end-missing'],
  ['a rewritten end', chained(5, (at) => (at === 5 ? { actor: 'wang' } : {})), 5, 'chain-broken'],
])('finds %s', async (_, found, position, fault) => {
  expect(await verifyBook('YT01', found, { end: fault === 'time-reversed' ? undefined : end } as never)).toEqual({
    intact: false,
    position,
    fault,
  });
});
