import { signBookHead, type BookHead } from './book-head';
import { bytesOf, noteSigner, openNote } from './signed-note';

// Checkpoints as https://c2sp.org/tlog-checkpoint describes them.

/** What a checkpoint says: the log named `origin` has `size` leaves and this root (hex). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
}

/** A checkpoint as its signed note, `text` being exactly what was signed and sent. */
export interface SignedCheckpoint extends Checkpoint {
  readonly text: string;
}

/** Signs checkpoints under a name: the log's origin. */
export interface CheckpointSigner {
  readonly origin: string;
  /** What a verifier must be given: name, key id and public key. */
  readonly vkey: string;
  sign(size: number, root: string): SignedCheckpoint;
  /** Where a book stands in the log: a signed note. */
  signHead(head: BookHead): string;
}

const BODY = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/u;

/** The origin of a region's log. */
export const originOf = (region: string): string => `propledger/${region}`;

/**
 * @param key an Ed25519 private key: PKCS #8, as PEM or as the base64 of its DER.
 * @throws TypeError for another kind of key, or an origin with blanks or `+`. The message does not hold the key.
 */
export const checkpointSigner = (origin: string, key: string): CheckpointSigner => {
  const signer = noteSigner(origin, key);
  return {
    origin,
    vkey: signer.vkey,
    sign: (size, root) => {
      const text = signer.sign(`${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`);
      return { origin, size, root, text };
    },
    signHead: (head) => signBookHead(signer, head),
  };
};

/**
 * Reads a checkpoint and checks its signature by this key. Signatures of others (witnesses) may stand beside it.
 *
 * @param vkey `NAME+KEYID+BASE64`, as the log publishes it.
 * @returns null: not a checkpoint of this log, or not signed with its key.
 */
export const openCheckpoint = (text: string, vkey: string): Checkpoint | null => {
  const note = openNote(text, vkey);
  const [, origin, size, root] = BODY.exec(note?.body ?? '') ?? [];
  const rootBytes = bytesOf(root ?? '');
  if (note === null || origin !== note.name || rootBytes === null || !Number.isSafeInteger(Number(size))) return null;
  return { origin, size: Number(size), root: rootBytes.toString('hex') };
};
