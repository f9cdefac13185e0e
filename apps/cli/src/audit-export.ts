import type { Topic } from '@propledger/contracts';
import { BUNDLE_FORMAT, headerLine, sealLine, type Consistency } from '@propledger/proof';
import { readFileSync } from 'node:fs';
import type { ApiClient } from './api-client';
import { eventLines, headOf } from './event-lines';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { FileWriter } from './file-writer';
import { signedIn, type Invocation } from './session';
import { showing } from './showing';

export interface AuditExportAsked {
  readonly topic: Topic;
  readonly out: string;
  /** Files of older checkpoints, which the bundle is to be proved consistent with. */
  readonly since: readonly string[];
}

interface Leaf {
  readonly leaf: {
    readonly firstPosition: number;
    readonly lastPosition: number;
    readonly hash: string;
    readonly index: number;
  };
  readonly inclusion: readonly string[];
}

/**
 * Writes a book as an audit bundle (docs/decisions/0011-audit-bundle.md): up to its head now, which is waited for until it is
 * sealed. Nothing is checked here; that is for `propledger-verify`, elsewhere.
 */
export const auditExport = (invocation: Invocation, book: string, asked: AuditExportAsked): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { topic, out } = asked;
    const older = asked.since.map(sizeIn);
    const position = await headOf(client, topic, book);
    const place = { topic, book };
    const { checkpoint } = await client.get<{ checkpoint: string }>('/reports/v1/log/inclusion', {
      query: { ...place, position: String(position) },
    });
    const size = sizeOf(checkpoint);
    const end = await textOf(client, '/reports/v1/log/head', { ...place, size: String(size) });
    const upTo = Number(end.split('\n')[5]);
    const header = headerLine({
      ...{ format: BUNDLE_FORMAT, topic, book, checkpoint, head: end },
      key: (await textOf(client, '/reports/v1/log/key')).trim(),
      consistency: await consistencyOf(client, older, size),
    });
    const progress = showing(invocation, upTo, '条 events');
    const seals = await FileWriter.write(out, async (writer) => {
      await writer.add(header);
      return addBook(client, place, { size, upTo }, writer, progress.show);
    }).finally(progress.end);
    const written = { topic, book, out, position: upTo, seals, size };
    invocation.print(
      invocation.json
        ? JSON.stringify(written)
        : `已写入 written: ${out} (${upTo} 条 events, ${seals} 处封存 seals, 日志 log ${size})`,
    );
  });

/** Every event, and every seal behind the event that it ends with. @returns how many seals. */
const addBook = async (
  client: ApiClient,
  { topic, book }: { readonly topic: Topic; readonly book: string },
  { size, upTo }: { readonly size: number; readonly upTo: number },
  writer: FileWriter,
  show: (position: number) => void,
): Promise<number> => {
  const leaves = leavesOf(client, { topic, book, size: String(size) });
  let next = await leaves.next();
  let seals = 0;
  const addSealsUpTo = async (position: number): Promise<void> => {
    while (!next.done && next.value.leaf.lastPosition <= position) {
      const { leaf, inclusion } = next.value;
      const { firstPosition: first, lastPosition: last, hash, index } = leaf;
      await writer.add(sealLine({ first, last, hash, index, proof: inclusion }));
      seals += 1;
      next = await leaves.next();
    }
  };
  for await (const { position, line } of eventLines(client, topic, book, upTo)) {
    await writer.add(line);
    await addSealsUpTo(position);
    show(position);
  }
  // Seals of events that are not there: the verifier names the first one that is missing.
  await addSealsUpTo(upTo);
  return seals;
};

async function* leavesOf(client: ApiClient, query: Readonly<Record<string, string>>): AsyncGenerator<Leaf> {
  let cursor: string | undefined;
  do {
    const page = await client.get<{ items: Leaf[]; nextCursor: string | null }>('/reports/v1/log/leaves', {
      query: { ...query, limit: '500', cursor },
    });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

const consistencyOf = async (client: ApiClient, older: readonly number[], size: number): Promise<Consistency[]> => {
  const sizes = [...new Set(older)].sort((one, other) => one - other).filter((one) => one !== size);
  const proofs: Consistency[] = [];
  for (const from of sizes) {
    const query = { from: String(from), to: String(size) };
    const { consistency } = await client.get<{ consistency: string[] }>('/reports/v1/log/consistency', { query });
    proofs.push({ size: from, proof: consistency });
  }
  return proofs;
};

const textOf = (client: ApiClient, path: string, query: Record<string, string> = {}): Promise<string> =>
  client.text(path, { query, accept: 'text/plain' });

/** The second line of a checkpoint; NaN: it is none. */
const sizeOf = (checkpoint: string): number => {
  const [, size = ''] = checkpoint.split('\n');
  return /^(0|[1-9]\d{0,15})$/.test(size) ? Number(size) : Number.NaN;
};

const sizeIn = (file: string): number => {
  try {
    const size = sizeOf(readFileSync(file, 'utf8'));
    if (Number.isSafeInteger(size)) return size;
  } catch (error) {
    throw new Failure(EXIT.usage, `文件无法读取 cannot read the file: ${(error as Error).message}`);
  }
  throw new Failure(EXIT.usage, `不是检查点 not a checkpoint: ${file}`);
};
