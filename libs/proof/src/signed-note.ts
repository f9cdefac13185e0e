import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

// Signed notes as https://c2sp.org/signed-note describes them.

/** Signs notes under a name. */
export interface NoteSigner {
  readonly name: string;
  /** What a verifier must be given: name, key id and public key. */
  readonly vkey: string;
  /** @param body whole lines, none of them empty. */
  sign(body: string): string;
}

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of an Ed25519 key, without the key. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Of a log or a witness. `\s` is something else in every language. */
const NAME = String.raw`[^\p{White_Space}+]+`;
const LOG_NAME = new RegExp(`^${NAME}$`, 'u');
const SIGNATURE_LINE = new RegExp(`^— (${NAME}) ([A-Za-z0-9+/]+=*)$`, 'u');
const VERIFIER_KEY = new RegExp(String.raw`^(${NAME})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$`, 'u');
/** No note has any, but for its line feeds. */
const CONTROL_CHARACTER = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * @param key an Ed25519 private key: PKCS #8, as PEM or as the base64 of its DER.
 * @throws TypeError for another kind of key, or a name with blanks or `+`. The message does not hold the key.
 */
export const noteSigner = (name: string, key: string): NoteSigner => {
  if (!LOG_NAME.test(name) || CONTROL_CHARACTER.test(name))
    throw new TypeError('the name of a log has no blanks and no +');
  const privateKey = ed25519Of(key);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  const id = keyId(name, publicKey);
  return {
    name,
    vkey: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`,
    sign: (body) => {
      const signature = Buffer.concat([id, sign(null, Buffer.from(body), privateKey)]).toString('base64');
      return `${body}\n— ${name} ${signature}\n`;
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
 * Checks a note's signature by this key. Signatures of others (witnesses) may stand beside it.
 *
 * @param vkey `NAME+KEYID+BASE64`, as the signer publishes it.
 * @returns its lines, each ended; null: not a note, or not signed with this key.
 */
export const openNote = (text: string, vkey: string): { readonly name: string; readonly body: string } | null => {
  const key = verifierOf(vkey);
  const end = text.indexOf('\n\n') + 1;
  if (key === null || end === 0 || !text.endsWith('\n') || CONTROL_CHARACTER.test(text)) return null;

  const signatures = text
    .slice(end + 1, -1)
    .split('\n')
    .map((line) => signatureOf(line, key));
  // One line that is no signature makes it no note; one wrong signature by this key makes it a forgery.
  if (signatures.some((signature) => signature === null)) return null;
  const ours = signatures.filter((signature) => signature !== OTHERS);
  const body = text.slice(0, end);
  if (ours.length !== 1 || !verify(null, Buffer.from(body), key.publicKey, ours[0] as Buffer)) return null;
  return { name: key.name, body };
};

interface VerifierKey {
  readonly name: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
}

/** Whether the text is a verifier key of Ed25519. */
export const isVerifierKey = (vkey: string): boolean => verifierOf(vkey) !== null;

const verifierOf = (vkey: string): VerifierKey | null => {
  const [, name = '', id = '', encoded = ''] = VERIFIER_KEY.exec(vkey) ?? [];
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
export const bytesOf = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : null;
};
