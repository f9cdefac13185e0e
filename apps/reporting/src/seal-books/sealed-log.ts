import type { Topic } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  type CheckpointSigner,
  consistencyNodes,
  consistencyProof,
  inclusionNodes,
  inclusionProof,
} from '@propledger/proof';
import { Problem } from '@propledger/service-kit';
import {
  checkpointOf,
  checkpointsBelow,
  type KeptCheckpoint,
  lastLeaf,
  type Leaf,
  leavesFrom,
  nodesFor,
} from './log-store';

/** A leaf with its audit path in the tree of a checkpoint. */
export interface ProvenLeaf {
  readonly leaf: Leaf;
  readonly inclusion: string[];
}

/** The log as it is asked for proofs. */
export class SealedLog {
  constructor(
    private readonly tx: Tx,
    /** Null: this deployment seals nothing. */
    private readonly signer: CheckpointSigner | null,
  ) {}

  /** @throws Problem `no-log`. */
  key(): string {
    return this.signing().vkey;
  }

  /**
   * Where a book stands in the tree of a checkpoint, signed: proofs show what is in the tree, not what is missing.
   *
   * @throws Problem `no-log`, `not-sealed-yet` when nothing of the book is in that tree.
   */
  async head(topic: Topic, book: string, { size }: KeptCheckpoint): Promise<string> {
    const signer = this.signing();
    const end = await lastLeaf(this.tx, { topic, book }, size);
    if (end === null) throw new Problem('not-sealed-yet', { retryAfterSeconds: 3 });
    return signer.signHead({ size, topic, book, ...end });
  }

  private signing(): CheckpointSigner {
    if (this.signer === null) throw new Problem('no-log');
    return this.signer;
  }

  /**
   * The checkpoint of a size, or the latest.
   *
   * @throws Problem `no-log`, `not-sealed-yet` when the log is empty, `checkpoint-not-found`.
   */
  async checkpoint(size: number | null): Promise<KeptCheckpoint> {
    this.key();
    const found = await checkpointOf(this.tx, size);
    if (found !== null) return found;
    throw size === null ? new Problem('not-sealed-yet', { retryAfterSeconds: 3 }) : new Problem('checkpoint-not-found');
  }

  checkpoints(below: number | null, limit: number): Promise<KeptCheckpoint[]> {
    this.key();
    return checkpointsBelow(this.tx, below, limit);
  }

  /** That the tree of `from` leaves is the beginning of the checkpoint's. */
  async consistency(from: number, { size }: KeptCheckpoint): Promise<string[]> {
    const read = await nodesFor(this.tx, consistencyNodes(from, size));
    return consistencyProof(from, size, read);
  }

  /** The leaf that covers a position; null: none in the checkpoint's tree. */
  async covering(topic: Topic, book: string, position: number, { size }: KeptCheckpoint): Promise<ProvenLeaf | null> {
    const [proven] = await this.leaves({ topic, book, position }, size, 1);
    return proven ?? null;
  }

  /** Leaves of a book that end at or behind a position, in order, with their paths in the tree of `size` leaves. */
  async leaves(
    place: { readonly topic: Topic; readonly book: string; readonly position: number },
    size: number,
    limit: number,
  ): Promise<ProvenLeaf[]> {
    const leaves = await leavesFrom(this.tx, place, size, limit);
    const read = await nodesFor(
      this.tx,
      leaves.flatMap(({ index }) => inclusionNodes(index, size)),
    );
    return leaves.map((leaf) => ({ leaf, inclusion: inclusionProof(leaf.index, size, read) }));
  }
}
