import type { RecordedEvent, Topic } from '@propledger/contracts';
import {
  canonicalJson,
  chainHash,
  checkpointSigner,
  consistencyProof,
  contentHash,
  eventLine,
  GENESIS_HASH,
  headerLine,
  inclusionProof,
  nodesAdded,
  noteSigner,
  rootOf,
  sealLeafHash,
  sealLine,
  BUNDLE_FORMAT,
  type BundleSeal,
  type NodeId,
} from '@propledger/proof';
import { createHash, generateKeyPairSync } from 'node:crypto';

export type Stored = RecordedEvent & { readonly bodyText: string };
/** What an event says; the rest is made up, in order. */
export type Told = { readonly type: string; readonly body: object } & Partial<RecordedEvent>;

export const ORIGIN = 'propledger/east';

/** An Ed25519 key for signing, PEM. */
export const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Events chained into a book, a second apart. */
export const chained = (book: string, told: readonly Told[]): Stored[] => {
  const events: Stored[] = [];
  told.forEach((one, index) => {
    const position = index + 1;
    const { body } = one;
    const header = {
      accountingPeriod: null,
      actor: 'zhang',
      book,
      causationId: null,
      commandId: `key:zhang:${position}`,
      correlationId: 'c"\\',
      effectiveDate: '2026-01-31',
      eventId: `01890a5d-ac96-774b-bcce-${String(position).padStart(12, '0')}`,
      position,
      recordedAt: `2026-01-31T08:00:${String(position).padStart(2, '0')}.000001Z`,
      reversesPosition: null,
      schemaVersion: 1,
      source: 'api',
      ...one,
    };
    const bodyText = canonicalJson(body);
    const content = contentHash(header, bodyText);
    const hash = chainHash(events.at(-1)?.hash ?? GENESIS_HASH, book, position, content);
    events.push({ ...header, bodyText, contentHash: content, hash });
  });
  return events;
};

const lines = (amount: string, minus: string): object[] => [
  { account: 'receivable', amount, item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
  { account: 'income', amount: minus, item: '物业费', resource: 'R1', customer: 'K1' },
];
const receipt = (amount: string, minus: string): object[] => [
  { account: 'channel-clearing', amount, channel: '微信' },
  { account: 'unapplied', amount: minus, customer: 'K1', tie: null },
];
/** The closing of a period, with the hash of its trial balance. */
export const closing = (period: string, trialBalance: readonly object[]): Told => ({
  type: 'period.closed',
  body: {
    period,
    trialBalance,
    trialBalanceHash: createHash('sha256').update(canonicalJson(trialBalance)).digest('hex'),
  },
});

/** A small ledger: two charges, one reversed, a receipt, January closed, opened again, corrected and closed, February begun. */
export const smallLedger = (): Told[] => [
  { type: 'book.opened', body: { project: 'YT01', firstPeriod: '2026-01' } },
  { type: 'charge.raised', accountingPeriod: '2026-01', body: { amount: '85.00', lines: lines('85.00', '-85.00') } },
  { type: 'charge.raised', accountingPeriod: '2026-01', body: { amount: '9.10', lines: lines('9.10', '-9.10') } },
  {
    type: 'receipt.taken',
    accountingPeriod: '2026-01',
    body: { receiptNo: '收据 1', lines: receipt('5.00', '-5.00') },
  },
  {
    type: 'entry.reversed',
    accountingPeriod: '2026-01',
    reversesPosition: 3,
    body: { of: 'charge.raised', lines: lines('-9.10', '9.10') },
  },
  closing('2026-01', [
    { account: 'receivable', item: '物业费', amount: '85.00' },
    { account: 'income', item: '物业费', amount: '-85.00' },
    { account: 'unapplied', item: null, amount: '-5.00' },
    { account: 'channel-clearing', item: null, amount: '5.00' },
  ]),
  { type: 'charge.raised', accountingPeriod: '2026-02', body: { amount: '7.00', lines: lines('7.00', '-7.00') } },
  { type: 'period.reopened', body: { period: '2026-01', approval: { requestedBy: 'li', approvedBy: 'wang' } } },
  { type: 'receipt.taken', accountingPeriod: '2026-01', body: { receiptNo: '2', lines: receipt('1.00', '-1.00') } },
  closing('2026-01', [
    { account: 'receivable', item: '物业费', amount: '85.00' },
    { account: 'income', item: '物业费', amount: '-85.00' },
    { account: 'unapplied', item: null, amount: '-6.00' },
    { account: 'channel-clearing', item: null, amount: '6.00' },
  ]),
  { type: 'receipt.taken', accountingPeriod: '2026-02', body: { receiptNo: '3', lines: receipt('2.00', '-2.00') } },
  { type: 'receipt.taken', accountingPeriod: '2026-03', body: { receiptNo: '4', lines: receipt('3.50', '-3.50') } },
];

/** A log of seals, in memory. */
export class SmallLog {
  private readonly nodes = new Map<string, string>();
  private readonly key: string;
  size = 0;

  constructor(key: string) {
    this.key = key;
  }

  get vkey(): string {
    return checkpointSigner(ORIGIN, this.key).vkey;
  }

  /** @returns the leaf's index. */
  seal(topic: Topic, book: string, range: { first: number; last: number; hash: string }): number {
    const leaf = sealLeafHash({ topic, book, firstPosition: range.first, lastPosition: range.last, hash: range.hash });
    for (const { level, index, hash } of nodesAdded(this.size, [leaf], this.read))
      this.nodes.set(`${level}/${index}`, hash);
    return this.size++;
  }

  checkpoint(size = this.size): string {
    return checkpointSigner(ORIGIN, this.key).sign(size, rootOf(size, this.read)).text;
  }

  inclusion(index: number): string[] {
    return inclusionProof(index, this.size, this.read);
  }

  /** The first line and the seals, each with the position behind which it stands. */
  prove(
    topic: Topic,
    book: string,
    sealed: readonly { first: number; last: number; hash: string; index: number }[],
    since: readonly number[],
  ): { header: string; seals: { last: number; line: string }[] } {
    const { size, read } = this;
    const end = sealed.at(-1);
    const head = [topic, book, end?.last, end?.hash].join('\n');
    return {
      header: headerLine({
        ...{ format: BUNDLE_FORMAT, topic, book, key: this.vkey, checkpoint: this.checkpoint() },
        head: noteSigner(ORIGIN, this.key).sign(`propledger/book-head/1\n${ORIGIN}\n${size}\n${head}\n`),
        consistency: since.map((older) => ({ size: older, proof: consistencyProof(older, size, read) })),
      }),
      seals: sealed.map((seal): { last: number; line: string } => {
        const proven: BundleSeal = { ...seal, proof: inclusionProof(seal.index, size, read) };
        return { last: seal.last, line: sealLine(proven) };
      }),
    };
  }

  private readonly read = ({ level, index }: NodeId): string => this.nodes.get(`${level}/${index}`) ?? '';
}

export interface MadeBundle {
  /** Each ended. */
  readonly lines: string[];
  readonly vkey: string;
  /** The checkpoint when the first three leaves stood. */
  readonly older: string;
}

/** A bundle of the book, sealed in three ranges with leaves of other books between. */
export const makeBundle = (told: readonly Told[], key: string, book = 'YT01'): MadeBundle => {
  const events = chained(book, told);
  const log = new SmallLog(key);
  const other = (last: number): number => log.seal('ledger', 'ZZ99', { first: 1, last, hash: GENESIS_HASH });
  const cuts = [1, Math.ceil(events.length / 2), events.length];
  let older = '';
  const sealed = cuts.map((last, nth) => {
    const range = { first: (cuts[nth - 1] ?? 0) + 1, last, hash: events[last - 1]?.hash ?? '' };
    const index = log.seal('ledger', book, range);
    other(nth + 1);
    if (nth === 0) other(9);
    older ||= log.checkpoint();
    return { ...range, index };
  });
  const { header, seals } = log.prove('ledger', book, sealed, [3]);
  const lines = [header];
  for (const event of events) {
    lines.push(eventLine(event));
    lines.push(...seals.filter(({ last }) => last === event.position).map(({ line }) => line));
  }
  return { lines, vkey: log.vkey, older };
};
