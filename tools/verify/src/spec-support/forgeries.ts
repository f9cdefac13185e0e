import type { FaultName } from '../faults';
import { LONGEST_LINE } from '../bundle-event';
import { chained, closing, makeBundle, newKey, ORIGIN, smallLedger, type MadeBundle, type Told } from './small-log';
import { checkpointSigner, eventLine, GENESIS_HASH, headerLine, type BundleHeader } from '@propledger/proof';

/** A bundle that was tampered with (or not), what the auditor brings, and what must be found. */
export interface Case {
  readonly name: string;
  readonly lines: readonly string[];
  readonly key?: string;
  readonly checkpoints?: readonly string[];
  readonly points?: readonly { position: number; hash: string }[];
  /** null: intact. */
  readonly found: { readonly position: number; readonly fault: FaultName } | null;
}

const KEY = newKey();

/** The small ledger with some of it told otherwise. */
const told = (change: (position: number, one: Told) => Told | Told[]): Told[] =>
  smallLedger().flatMap((one, index) => change(index + 1, one));

const broughtIn: Told = { type: 'prepayment.brought-in', accountingPeriod: '2025-12', body: { lines: [] } };

const postedTo = (debit: string, credit: string): Told => ({
  type: 'charge.raised',
  accountingPeriod: '2026-01',
  body: {
    lines: [
      { account: debit, amount: '1.00' },
      { account: credit, amount: '-1.00' },
    ],
  },
});

/** The lines of a ledger that begins with a period, with these events behind, and more. */
const ownLedger = (firstPeriod: string, events: readonly Told[]): string[] => {
  const noted: Told = { type: 'binding.set', body: {} };
  return makeBundle([{ type: 'book.opened', body: { firstPeriod } }, ...events, noted, noted], KEY).lines;
};

/** Lists within one another. */
const nested = (levels: number): unknown[] => (levels === 1 ? [] : [nested(levels - 1)]);
const deep = (levels: number): Told => ({ type: 'binding.set', body: { levels: nested(levels) } });

const bodyOf = (one: Told, change: object): Told => ({ ...one, body: { ...one.body, ...change } });

/** The place of an event's line. */
const placeOf = (lines: readonly string[], position: number): number =>
  lines.findIndex((line) => line.includes(`"position":${position},"recordedAt"`));

const edited = (lines: readonly string[], position: number, from: string | RegExp, to: string): string[] =>
  lines.map((line, index) => {
    if (index !== placeOf(lines, position)) return line;
    const changed = line.replace(from, to);
    if (changed === line) throw new Error(`nothing to change at ${position}`);
    return changed;
  });

const renumbered = (line: string, by: number): string =>
  line.replace(/"position":(\d+),"recordedAt"/, (_, at: string) => `"position":${Number(at) + by},"recordedAt"`);

export const cases = (): Case[] => {
  const made = makeBundle(smallLedger(), KEY);
  const { lines, vkey, older } = made;
  const rewritten = makeBundle(
    told((position, one) => (position === 1 ? { ...one, actor: 'wang' } : one)),
    KEY,
  );
  const otherKey = makeBundle(smallLedger(), newKey());
  const otherBook = makeBundle(smallLedger(), KEY, 'YT02');
  const header = lines[0] ?? '';
  const seals = lines.flatMap((line, index) => (line.startsWith('{"seal"') ? [index] : []));
  const without = (...gone: readonly (number | undefined)[]): string[] =>
    lines.filter((_, index) => !gone.includes(index));
  const ledger = (name: string, position: number, fault: FaultName, change: Parameters<typeof told>[0]): Case => ({
    name,
    lines: makeBundle(told(change), KEY).lines,
    found: { position, fault },
  });
  const found = (position: number, fault: FaultName): Pick<Case, 'found'> => ({ found: { position, fault } });
  const insert = chained(
    'YT01',
    smallLedger()
      .slice(0, 5)
      .concat({ type: 'charge.raised', accountingPeriod: '2026-02', body: { lines: [] } }),
  )[5];

  return [
    { name: 'an intact bundle', lines, key: vkey, checkpoints: [older], found: null },
    { name: 'an intact bundle, without anything to compare it to', lines, found: null },
    { name: 'its own checkpoint', lines, checkpoints: [checkpointOf(made)], found: null },
    { name: 'a point that stands', lines, points: [{ position: 7, hash: hashAt(lines, 7) }], found: null },

    {
      name: 'an opening entry after the first period was opened again',
      lines: makeBundle(
        told((position, one) => (position === 8 ? [one, broughtIn] : one)),
        KEY,
      ).lines,
      found: null,
    },

    { name: 'a byte of an amount edited', lines: edited(lines, 4, '5.00', '6.00'), ...found(4, 'content-changed') },
    { name: 'a byte of an id edited', lines: edited(lines, 3, '01890a5d', '01890a5e'), ...found(3, 'content-changed') },
    { name: 'a byte that breaks the JSON', lines: edited(lines, 3, '{"acc', '{acc'), ...found(3, 'not-canonical') },
    { name: 'a blank in a body', lines: edited(lines, 3, '"amount":', '"amount": '), ...found(3, 'not-canonical') },
    { name: 'an escape', lines: edited(lines, 3, '"actor":"z', '"actor":"\\u007a'), ...found(3, 'not-canonical') },
    {
      name: 'a member twice',
      lines: edited(lines, 3, ',"book"', ',"book":"YT01","book"'),
      ...found(3, 'not-canonical'),
    },
    { name: 'a member more', lines: edited(lines, 3, '"}\n', '","x":1}\n'), ...found(3, 'not-canonical') },
    {
      name: 'another content hash',
      lines: edited(lines, 3, /"contentHash":"./, '"contentHash":"x'),
      ...found(3, 'not-canonical'),
    },
    {
      name: 'only a date changed',
      lines: edited(lines, 5, '2026-01-31"', '2026-01-30"'),
      ...found(5, 'content-changed'),
    },
    { name: 'only the actor changed', lines: edited(lines, 5, 'zhang', 'li'), ...found(5, 'content-changed') },
    {
      name: 'only the command changed',
      lines: edited(lines, 12, 'key:zhang', 'key:li'),
      ...found(12, 'content-changed'),
    },
    { name: 'a body nested as deep as may be', lines: ownLedger('2026-01', [deep(98)]), found: null },
    { name: 'a body nested deeper', lines: ownLedger('2026-01', [deep(99)]), ...found(2, 'not-canonical') },
    {
      name: 'a body nested deeper, without anything escaped',
      lines: ownLedger('2026-01', [{ ...deep(99), correlationId: '' }]),
      ...found(2, 'not-canonical'),
    },
    {
      name: 'a line too long, and no end of it',
      lines: [...lines.slice(0, 4), ' '.repeat(LONGEST_LINE + 1)],
      ...found(3, 'not-canonical'),
    },
    {
      name: 'a line too long',
      lines: [...lines.slice(0, 4), `${lines[4]?.slice(0, -1)}${' '.repeat(LONGEST_LINE)}\n`, ...lines.slice(5)],
      ...found(3, 'not-canonical'),
    },
    { name: 'a first line too long', lines: [' '.repeat(LONGEST_LINE), ...lines], ...found(0, 'header-malformed') },
    { name: 'an event deleted from the middle', lines: without(placeOf(lines, 6)), ...found(6, 'not-dense') },
    { name: 'the first event deleted', lines: without(placeOf(lines, 1)), ...found(1, 'not-dense') },
    {
      name: 'an event deleted, those behind it renumbered',
      lines: without(placeOf(lines, 5)).map((line, at) => (at >= placeOf(lines, 5) ? renumbered(line, -1) : line)),
      ...found(5, 'chain-broken'),
    },
    { name: 'the tail deleted', lines: lines.slice(0, -2), ...found(12, 'end-missing') },
    { name: 'the tail deleted up to a seal', lines: lines.slice(0, (seals[1] ?? 0) + 1), ...found(7, 'end-missing') },
    {
      name: 'the file cut off within a line',
      lines: [...lines.slice(0, -2), '{"accountingPer'],
      ...found(12, 'not-canonical'),
    },
    { name: 'everything but the first line gone', lines: [header], ...found(1, 'end-missing') },
    {
      name: 'an event inserted',
      lines: [...lines.slice(0, placeOf(lines, 6)), eventLine(insert ?? never()), ...lines.slice(placeOf(lines, 6))],
      ...found(7, 'not-dense'),
    },
    {
      name: 'an event inserted, those behind it renumbered',
      lines: [
        ...lines.slice(0, placeOf(lines, 6)),
        eventLine(insert ?? never()),
        ...lines.slice(placeOf(lines, 6)).map((line) => renumbered(line, 1)),
      ],
      ...found(7, 'chain-broken'),
    },
    { name: 'an event twice', lines: [...lines.slice(0, 4), ...lines.slice(3)], ...found(3, 'not-dense') },
    { name: 'two events in the other order', lines: swapped(lines, 4, 5), ...found(4, 'not-dense') },
    {
      name: 'two events in the other order, renumbered',
      lines: swapped(lines, 4, 5, true),
      ...found(4, 'chain-broken'),
    },
    { name: 'another book’s events', lines: [header, ...otherBook.lines.slice(1)], ...found(1, 'other-book') },
    {
      name: 'another book’s events, under this one’s name',
      lines: [header, ...otherBook.lines.slice(1).map((line) => line.replace('"book":"YT02"', '"book":"YT01"'))],
      ...found(1, 'chain-broken'),
    },
    { name: 'another book’s head', lines: [headOf(header, otherBook), ...lines.slice(1)], ...found(0, 'head-forged') },
    {
      name: 'everything rewritten with a fresh chain and fresh seals, under the old checkpoint',
      lines: [header, ...rewritten.lines.slice(1)],
      ...found(1, 'not-included'),
    },
    {
      name: 'everything rewritten with a fresh chain, under the old seals',
      lines: rewritten.lines.map((line, at) => (at === 0 || seals.includes(at) ? (lines[at] ?? '') : line)),
      ...found(1, 'seal-broken'),
    },
    {
      name: 'everything rewritten, signed again',
      lines: rewritten.lines,
      checkpoints: [older],
      ...found(1, 'consistency-broken'),
    },
    { name: 'everything rewritten, by its own word', lines: rewritten.lines, found: null },
    {
      name: 'everything rewritten, against a point',
      lines: rewritten.lines,
      points: [{ position: 7, hash: hashAt(lines, 7) }],
      ...found(7, 'chain-broken'),
    },
    { name: 'another key', lines: otherKey.lines, key: vkey, ...found(0, 'key-mismatch') },
    {
      name: 'another key than the older checkpoint’s',
      lines: otherKey.lines,
      checkpoints: [older],
      ...found(0, 'key-mismatch'),
    },
    {
      name: 'no proof for an older checkpoint',
      lines: [withoutProofs(header), ...lines.slice(1)],
      checkpoints: [older],
      ...found(1, 'consistency-missing'),
    },
    { name: 'a younger checkpoint', lines, checkpoints: [younger()], ...found(13, 'bundle-older') },
    {
      name: 'two points that contradict each other',
      lines,
      points: [
        { position: 7, hash: GENESIS_HASH },
        { position: 7, hash: hashAt(lines, 7) },
      ],
      ...found(7, 'chain-broken'),
    },
    {
      name: 'a point beyond the end',
      lines,
      points: [{ position: 14, hash: hashAt(lines, 7) }],
      ...found(13, 'end-missing'),
    },
    {
      name: 'a byte of the checkpoint edited',
      lines: [header.replace('propledger/east\\n7', 'propledger/east\\n8'), ...lines.slice(1)],
      ...found(0, 'checkpoint-forged'),
    },
    {
      name: 'a byte of the head edited',
      lines: [header.replace('YT01\\n12', 'YT01\\n11'), ...lines.slice(1)],
      ...found(0, 'head-forged'),
    },
    {
      name: 'a witness’s signature',
      lines: [cosigned(header, 'witness.example'), ...lines.slice(1)],
      found: null,
    },
    {
      name: 'a witness’s name with a byte order mark, which is no blank',
      lines: [cosigned(header, 'witness\ufeff'), ...lines.slice(1)],
      found: null,
    },
    ...['\u0085', '\u2028', '\u001f', '\u0000', ' ', '\r'].map((blank) => ({
      name: `a witness’s name with ${JSON.stringify(blank)}`,
      lines: [cosigned(header, `witness${blank}`), ...lines.slice(1)],
      ...found(0, 'checkpoint-forged'),
    })),
    {
      name: 'a book with a separator of lines in its name',
      lines: makeBundle(smallLedger(), KEY, 'YT\u2028').lines,
      found: null,
    },
    {
      name: 'a book with a control character in its name',
      lines: makeBundle(smallLedger(), KEY, 'YT\u001b').lines,
      ...found(0, 'head-forged'),
    },
    {
      name: 'a blank in the first line',
      lines: [header.replace(':', ': '), ...lines.slice(1)],
      ...found(0, 'header-malformed'),
    },
    { name: 'no first line', lines: lines.slice(1), ...found(0, 'header-malformed') },
    { name: 'nothing', lines: [], ...found(0, 'header-malformed') },

    { name: 'a seal gone', lines: without(seals[0]), ...found(6, 'seal-broken') },
    { name: 'the last seal gone', lines: without(seals[2]), ...found(7, 'not-sealed') },
    {
      name: 'a seal of another range',
      lines: sealed(lines, seals[1], '"last":6', '"last":5'),
      ...found(6, 'seal-broken'),
    },
    {
      name: 'a seal at another place',
      lines: sealed(lines, seals[1], /"index":\d/, '"index":1'),
      ...found(6, 'not-included'),
    },
    {
      name: 'a seal with another proof',
      lines: sealed(lines, seals[1], /"proof":\["[^"]*/, `"proof":["${'0'.repeat(64)}`),
      ...found(6, 'not-included'),
    },
    { name: 'a seal with a blank', lines: sealed(lines, seals[1], ',"', ', "'), ...found(6, 'not-canonical') },

    ledger('lines that do not balance', 4, 'not-balanced', (at, one) =>
      at === 4 ? bodyOf(one, { lines: [{ account: 'income', amount: '1.00' }] }) : one,
    ),
    ledger('lines that are no money', 4, 'not-balanced', (at, one) =>
      at === 4 ? bodyOf(one, { lines: [{ account: 'income', amount: '0' }] }) : one,
    ),
    ledger('lines of no period', 4, 'not-posted', (at, one) => (at === 4 ? { ...one, accountingPeriod: null } : one)),
    ledger('lines of a month that is none', 4, 'not-posted', (at, one) =>
      at === 4 ? { ...one, accountingPeriod: '2026-13' } : one,
    ),
    ledger('an event reversed twice', 7, 'reversed-twice', (at, one) =>
      at === 7 ? { ...one, reversesPosition: 3 } : one,
    ),
    ledger('a reversal of itself', 5, 'reversed-twice', (at, one) =>
      at === 5 ? { ...one, reversesPosition: 5 } : one,
    ),
    ledger('a posting into a closed period', 7, 'posted-into-closed', (at, one) =>
      at === 7 ? { ...one, accountingPeriod: '2026-01' } : one,
    ),
    ledger('a posting behind a closing', 11, 'posted-into-closed', (at, one) =>
      at === 11 ? { ...one, accountingPeriod: '2025-12' } : one,
    ),
    ledger('a closing out of order', 6, 'close-out-of-order', (at, one) =>
      at === 6 ? bodyOf(one, { period: '2026-02' }) : one,
    ),
    ledger('an opening entry after the first close', 7, 'posted-into-closed', (at, one) =>
      at === 7 ? broughtIn : one,
    ),
    ledger('a reopening of an open period', 8, 'close-out-of-order', (at, one) =>
      at === 8 ? bodyOf(one, { period: '2026-02' }) : one,
    ),
    ledger('a reopening that nobody approved', 8, 'reopened-alone', (at, one) =>
      at === 8 ? bodyOf(one, { approval: undefined }) : one,
    ),
    ledger('a reopening that its own asker approved', 8, 'reopened-alone', (at, one) =>
      at === 8 ? bodyOf(one, { approval: { requestedBy: 'li', approvedBy: 'li' } }) : one,
    ),
    ledger('an opening in a book that is closed', 8, 'opened-late', (at, one) =>
      at === 8 ? { type: 'book.opened', body: { project: 'YT01', firstPeriod: '2026-01' } } : one,
    ),
    ledger('an opening in a book in which entries stand', 4, 'opened-late', (at, one) =>
      at === 4 ? { type: 'book.opened', body: { project: 'YT01', firstPeriod: '2026-01' } } : one,
    ),
    {
      name: 'a book that is opened anew after all of it was taken back',
      lines: ownLedger('2026-01', [
        postedTo('a', 'c'),
        postedTo('c', 'a'),
        { type: 'book.opened', body: { project: 'YT01', firstPeriod: '2026-01' } },
      ]),
      found: null,
    },
    ledger('a trial balance that is not the sum', 6, 'trial-balance-wrong', (at, one) =>
      at === 6 ? bodyOf(one, { trialBalance: [] }) : one,
    ),
    ledger('an entry less before a closing', 5, 'trial-balance-wrong', (at, one) =>
      at === 4 ? [] : at === 5 ? one : one,
    ),
    {
      name: 'a trial balance of another account and item that read the same, put together',
      lines: ownLedger('2026-01', [
        postedTo('a\u0000b', 'c'),
        closing('2026-01', [
          { account: 'a', item: 'b', amount: '1.00' },
          { account: 'c', item: null, amount: '-1.00' },
        ]),
      ]),
      ...found(3, 'trial-balance-wrong'),
    },
    {
      name: 'a trial balance with a member that JavaScript would ask',
      lines: ownLedger('2026-01', [
        postedTo('a', 'c'),
        closing('2026-01', [
          { account: 'a', item: null, amount: '1.00', toJSON: '' },
          { account: 'c', item: null, amount: '-1.00' },
        ]),
      ]),
      found: null,
    },
    { name: 'the last month that there is', lines: ownLedger('9999-12', [closing('9999-12', [])]), found: null },
    {
      name: 'a closing after the last month that there is',
      lines: ownLedger('9999-12', [closing('9999-12', []), closing('2026-01', [])]),
      ...found(3, 'close-out-of-order'),
    },
    { name: 'a month of no year', lines: ownLedger('0000-01', []), ...found(1, 'close-out-of-order') },
    ledger('a wrong hash of a trial balance', 10, 'trial-balance-hash-wrong', (at, one) =>
      at === 10 ? bodyOf(one, { trialBalanceHash: '0' }) : one,
    ),
    ledger('a time before the last', 9, 'time-reversed', (at, one) =>
      at === 9 ? { ...one, recordedAt: '2026-01-31T08:00:01.000001Z' } : one,
    ),
  ];
};

const never = (): never => {
  throw new Error('there is none');
};

const hashAt = (lines: readonly string[], position: number): string =>
  /"hash":"([0-9a-f]{64})","position"/.exec(lines[placeOf(lines, position)] ?? '')?.[1] ?? never();

const checkpointOf = ({ lines }: MadeBundle): string =>
  (JSON.parse(lines[0] ?? '') as { checkpoint: string }).checkpoint;

/** A checkpoint of the same log's key, of a greater tree. */
const younger = (): string => checkpointSigner(ORIGIN, KEY).sign(99, GENESIS_HASH).text;

/** With one more line below the checkpoint’s signature. */
const cosigned = (header: string, name: string): string => {
  const own = JSON.parse(header) as BundleHeader;
  return headerLine({ ...own, checkpoint: `${own.checkpoint}— ${name} AAAAAAAA\n` });
};

const headOf = (header: string, other: MadeBundle): string => {
  const own = JSON.parse(header) as { head: string };
  const others = JSON.parse(other.lines[0] ?? '') as { head: string };
  return header.replace(JSON.stringify(own.head), JSON.stringify(others.head));
};

const withoutProofs = (header: string): string =>
  header.replace(/"consistency":\[.*?\],"format"/, '"consistency":[],"format"');

const sealed = (lines: readonly string[], at: number | undefined, from: string | RegExp, to: string): string[] =>
  lines.map((line, index) => (index === at ? line.replace(from, to) : line));

const swapped = (lines: readonly string[], one: number, other: number, renumber = false): string[] => {
  const [a, b] = [placeOf(lines, one), placeOf(lines, other)];
  const by = renumber ? other - one : 0;
  return lines.map((line, at) =>
    at === a ? renumbered(lines[b] ?? '', -by) : at === b ? renumbered(lines[a] ?? '', by) : line,
  );
};
