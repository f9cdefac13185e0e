import type { Day } from '@propledger/contracts';
import {
  BUNDLE_FORMAT,
  canonicalJson,
  chainHash,
  checkpointSigner,
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
  signBookHead,
  type HashedHeader,
  type ReadNode,
  type SealedRange,
} from '@propledger/proof';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Fact } from '../workload/book-rows';
import { Dice } from '../workload/dice';
import { GROUP, projectsOf, type Scale } from '../workload/group';
import { LedgerHistory } from '../workload/history';

const ORIGIN = 'propledger/bench';
const EVENTS_A_LEAF = 4096;

/** One project's year. */
const SCALE: Scale = { ...GROUP, seed: 'verify', projects: 1, resources: 3_000, charges: 6_250, months: 12 };

/** A book as lines of a bundle, and the ranges that its seals cover. */
class BookLines {
  position = 0;
  readonly lines: string[] = [];
  readonly sealed: SealedRange[] = [];
  private hash = GENESIS_HASH;
  private readonly dice = new Dice('verify events');

  constructor(readonly book: string) {}

  append(facts: readonly Fact[], day: Day, source = 'workload'): void {
    for (const { type, body, effectiveDate, accountingPeriod, reversesPosition = null } of facts) {
      const header: HashedHeader = {
        ...{ eventId: this.dice.uuid(), commandId: `key:workload:${this.position}`, type, schemaVersion: 1 },
        ...{ effectiveDate, accountingPeriod, recordedAt: `${day}T08:00:00.000000Z`, actor: 'workload', source },
        ...{ reversesPosition, correlationId: this.dice.uuid(), causationId: null },
      };
      const bodyText = canonicalJson(body);
      const content = contentHash(header, bodyText);
      const position = (this.position += 1);
      this.hash = chainHash(this.hash, this.book, position, content);
      this.lines.push(
        eventLine({ ...header, book: this.book, position, bodyText, contentHash: content, hash: this.hash }),
      );
      if (position % EVENTS_A_LEAF === 0) this.seal();
    }
  }

  /** Seals what is not sealed yet. */
  seal(): void {
    const firstPosition = (this.sealed.at(-1)?.lastPosition ?? 0) + 1;
    if (firstPosition > this.position) return;
    this.sealed.push({ topic: 'ledger', book: this.book, firstPosition, lastPosition: this.position, hash: this.hash });
  }
}

/** Writes the bundle of a year of a project. @returns how many events it has. */
export const makeBundle = async (path: string): Promise<number> => {
  const [data] = [...projectsOf(SCALE)];
  if (!data) throw new RangeError('the scale has no project');
  const book = new BookLines(data.project.project);
  await new LedgerHistory(data, SCALE, book, async () => undefined).play();
  book.seal();

  const file = openSync(path, 'w');
  try {
    for (const line of bundleLines(book)) writeSync(file, line);
  } finally {
    closeSync(file);
  }
  return book.position;
};

/** With as many leaves of others in the log as a region has in some hours. */
function* bundleLines({ book, lines, sealed }: BookLines): Generator<string> {
  const others = 40;
  const leaves = sealed.flatMap((range) => [
    ...Array.from({ length: others }, (_, nth) => sealLeafHash({ ...range, book: `other ${nth}` })),
    sealLeafHash(range),
  ]);
  const nodes = new Map(
    nodesAdded(0, leaves, () => '').map(({ level, index, hash }) => [`${level}/${index}`, hash] as const),
  );
  const read: ReadNode = ({ level, index }) => nodes.get(`${level}/${index}`) ?? '';
  const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = checkpointSigner(ORIGIN, key);
  const size = leaves.length;
  const last = sealed.at(-1);
  const head = { size, topic: 'ledger' as const, book, position: last?.lastPosition ?? 0, hash: last?.hash ?? '' };
  yield headerLine({
    ...{ format: BUNDLE_FORMAT, topic: 'ledger', book, key: signer.vkey, consistency: [] },
    checkpoint: signer.sign(size, rootOf(size, read)).text,
    head: signBookHead(noteSigner(ORIGIN, key), head),
  });
  for (const [nth, { firstPosition: first, lastPosition, hash }] of sealed.entries()) {
    yield* lines.slice(first - 1, lastPosition);
    const index = nth * (others + 1) + others;
    yield sealLine({ first, last: lastPosition, hash, index, proof: inclusionProof(index, size, read) });
  }
}
