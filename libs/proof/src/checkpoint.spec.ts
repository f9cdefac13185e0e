import fc from 'fast-check';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { checkpointSigner, openCheckpoint, originOf } from './checkpoint';

const newKey = (): string => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
};
const ROOT = '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62';
const signer = checkpointSigner(originOf('local'), newKey());
const { text } = signer.sign(20_852_163, ROOT);

it('has the key id and verifier key that the reference implementation publishes', () => {
  // golang.org/x/mod/sumdb/note, example: PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz
  const seed = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]).toString('base64');
  expect(checkpointSigner('PeterNeumann', key).vkey).toBe(
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  );
});

it('is a signed note in the form of C2SP', () => {
  const lines = text.split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'propledger/local',
    '20852163',
    'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
    '',
  ]);
  expect(lines.slice(5)).toEqual(['']);
  const [dash, name, encoded = ''] = (lines[4] ?? '').split(' ');
  expect([dash, name]).toEqual(['—', 'propledger/local']);
  const bytes = Buffer.from(encoded, 'base64');
  const [, id, key = ''] = signer.vkey.split('+');
  expect(bytes.subarray(0, 4).toString('hex')).toBe(id);
  const rest = signer.vkey.slice(signer.vkey.indexOf(key));
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(rest, 'base64').subarray(1).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  expect(verify(null, Buffer.from(`${lines.slice(0, 3).join('\n')}\n`), publicKey, bytes.subarray(4))).toBe(true);
});

it('is opened with the key it was signed with, and with no other', () => {
  const said = { origin: 'propledger/local', size: 20_852_163, root: ROOT };
  expect(openCheckpoint(text, signer.vkey)).toEqual(said);
  expect(openCheckpoint(text, checkpointSigner('propledger/local', newKey()).vkey)).toBeNull();
  expect(openCheckpoint(text, checkpointSigner('propledger/other', newKey()).vkey)).toBeNull();
  for (const vkey of ['', 'propledger/local', signer.vkey.replace('+', '-'), `${signer.vkey}A`])
    expect(openCheckpoint(text, vkey)).toBeNull();
});

it('is not opened with any one bit of it changed', () => {
  const bytes = Buffer.from(text);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect([bit, openCheckpoint(changed.toString(), signer.vkey)]).toEqual([bit, null]);
  }
});

it('is opened with a witness’s signature beside it', () => {
  const witness = checkpointSigner('witness.example', newKey()).sign(1, ROOT).text.split('\n')[4];
  expect(openCheckpoint(`${text}${witness}\n`, signer.vkey)).toMatchObject({ size: 20_852_163 });
  expect(openCheckpoint(`${text}no signature\n`, signer.vkey)).toBeNull();
  expect(openCheckpoint(text + text.slice(text.indexOf('— ')), signer.vkey)).toBeNull();
});

it('is none of a size that is no exact number', () => {
  expect(openCheckpoint(signer.sign(2 ** 53, '00'.repeat(32)).text, signer.vkey)).toBeNull();
});

it('says of any tree what was signed', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, bytes) => {
      const root = Buffer.from(bytes).toString('hex');
      const signed = signer.sign(size, root);
      expect(signed).toMatchObject({ size, root });
      expect(openCheckpoint(signed.text, signer.vkey)).toEqual({ origin: signer.origin, size, root });
    }),
  );
});

it('takes PEM, and refuses what is no Ed25519 key without repeating it', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const der = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  expect(checkpointSigner('a', String(pem)).vkey).toBe(checkpointSigner('a', der).vkey);
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  for (const key of ['', 'secret', String(ec)])
    expect(() => checkpointSigner('a', key)).toThrow(/^not an Ed25519 private key in PKCS #8$/);
  for (const name of ['', 'a b', 'a+b']) expect(() => checkpointSigner(name, der)).toThrow(/no blanks/);
});
