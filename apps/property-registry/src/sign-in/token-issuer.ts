import { AUDIENCE, OPERATOR_ISSUER } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';

const ALGORITHM = 'ES256';
export const TOKEN_SECONDS = 12 * 60 * 60;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Signs operators' tokens with a key pair that is made at the first start and kept in the registry's database. */
export class TokenIssuer {
  private key: SigningKey | null = null;

  constructor(private readonly tx: Tx) {}

  /** Reads the key pair, or makes it. Of several first starts at once one makes it, the others read it. */
  async start(): Promise<void> {
    const found = await this.read();
    if (found === null)
      await this.tx.rows('insert into signing_key (kid, jwk) values ($1, $2) on conflict do nothing', await newKey());
    const row = found ?? (await this.read());
    if (row === null) throw new Error('the signing key cannot be read');
    const { kty, crv, x, y } = row.jwk;
    this.key = {
      kid: row.kid,
      privateKey: (await importJWK(row.jwk, ALGORITHM)) as CryptoKey,
      publicJwk: { kty, crv, x, y, kid: row.kid, alg: ALGORITHM, use: 'sig' } as JWK,
    };
  }

  /** `position`: of the group's book, up to which other services must know the grants before they go by this token. */
  sign(operator: string, position: number): Promise<string> {
    const { kid, privateKey } = this.current();
    return new SignJWT({ pos: position })
      .setProtectedHeader({ alg: ALGORITHM, kid })
      .setIssuer(OPERATOR_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(operator)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_SECONDS}s`)
      .sign(privateKey);
  }

  publicKeys(): { keys: JWK[] } {
    return { keys: [this.current().publicJwk] };
  }

  /** For this service's own guard. */
  readonly verifyKey: JWTVerifyGetKey = (header, token) => createLocalJWKSet(this.publicKeys())(header, token);

  private current(): SigningKey {
    if (this.key === null) throw new Error('the signing key is read at start');
    return this.key;
  }

  private async read(): Promise<{ kid: string; jwk: JWK } | null> {
    const [row] = await this.tx.rows<{ kid: string; jwk: JWK }>('select kid, jwk from signing_key');
    return row ?? null;
  }
}

const newKey = async (): Promise<[kid: string, jwk: string]> => {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return [await calculateJwkThumbprint(jwk), JSON.stringify(jwk)];
};
