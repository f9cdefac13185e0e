import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

// Signed notes and checkpoints as https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint describe them.

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
}

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of an Ed25519 key, without the key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u;
const BODY = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/u;

/** The origin of a region's log. */
export const originOf = (region: string): string => `propledger/${region}`;

/**
 * @param key an Ed25519 private key: PKCS #8, as PEM or as the base64 of its DER.
 * @throws TypeError for another kind of key, or an origin with blanks or `+`. The message does not hold the key.
 */
export const checkpointSigner = (origin: string, key: string): CheckpointSigner => {
  if (!/^[^\s+]+$/u.test(origin)) throw new TypeError('the name of a log has no blanks and no +');
  const privateKey = ed25519Of(key);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  const id = keyId(origin, publicKey);
  return {
    origin,
    vkey: `${origin}+${id.toString('hex')}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`,
    sign: (size, root) => {
      const body = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`;
      const signature = Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]).toString('base64');
      return { origin, size, root, text: `${body}\n— ${origin} ${signature}\n` };
    },
  };
};

const ed25519Of = (key: string): KeyObject => {
  try {
    const privateKey = key.includes('-----BEGIN')
      ? createPrivateKey(key)
      : createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' });
    if (privateKey.asymmetricKeyType === 'ed25519') return privateKey;
  } catch {
    // Said below, without what was given.
  }
  throw new TypeError('not an Ed25519 private key in PKCS #8');
};

const keyId = (name: string, publicKey: Uint8Array): Buffer =>
  createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519)).update(publicKey).digest().subarray(0, 4);

/**
 * Reads a checkpoint and checks its signature by this key. Signatures of others (witnesses) may stand beside it.
 *
 * @param vkey `NAME+KEYID+BASE64`, as the log publishes it.
 * @returns null: not a checkpoint of this log, or not signed with its key.
 */
export const openCheckpoint = (text: string, vkey: string): Checkpoint | null => {
  const key = verifierOf(vkey);
  const end = text.indexOf('\n\n') + 1;
  const [, origin, size, root] = BODY.exec(text.slice(0, end)) ?? [];
  if (key === null || origin !== key.name || !text.endsWith('\n')) return null;

  const signatures = text
    .slice(end + 1, -1)
    .split('\n')
    .map((line) => signatureOf(line, key));
  // One line that is no signature makes it no note; one wrong signature by this key makes it a forgery.
  if (signatures.some((signature) => signature === null)) return null;
  const ours = signatures.filter((signature) => signature !== OTHERS);
  const rootBytes = bytesOf(root ?? '');
  const signed = Buffer.from(text.slice(0, end));
  if (rootBytes === null || ours.length !== 1 || !verify(null, signed, key.publicKey, ours[0] as Buffer)) return null;
  return { origin, size: Number(size), root: rootBytes.toString('hex') };
};

interface VerifierKey {
  readonly name: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
}

const verifierOf = (vkey: string): VerifierKey | null => {
  const [, name = '', id = '', encoded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(vkey) ?? [];
  const bytes = bytesOf(encoded);
  if (bytes === null || bytes.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return null;
  const raw = bytes.subarray(1);
  const computed = keyId(name, raw);
  if (computed.toString('hex') !== id) return null;
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  return { name, id: computed, publicKey };
};

const OTHERS = Symbol('a signature of somebody else');

/** The signature of a line; null: it is none. */
const signatureOf = (line: string, key: VerifierKey): Buffer | typeof OTHERS | null => {
  const [, name, encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = bytesOf(encoded);
  if (bytes === null || bytes.length <= key.id.length) return null;
  if (name !== key.name || !bytes.subarray(0, 4).equals(key.id)) return OTHERS;
  return bytes.length === key.id.length + SIGNATURE_BYTES ? bytes.subarray(4) : null;
};

/** Base64 in its one canonical form; null: it is not. */
const bytesOf = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : null;
};
