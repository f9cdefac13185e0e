import { hash } from 'node:crypto';
import { AUDIENCE, OPERATOR_ISSUER, SERVICE_ISSUER } from '@propledger/contracts';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, SignJWT, type JWTVerifyGetKey } from 'jose';
import type { ServiceConfig } from './config';

/** Who a token speaks for. `seenPosition`: the position of the registry's group book that the caller's grants reach. */
export interface TokenSubject {
  readonly subject: string;
  readonly isService: boolean;
  readonly seenPosition: number;
}

const SERVICE_TOKEN_SECONDS = 300;

/** A source of tokens with which this service calls the others; renewed before they end. */
export const serviceTokens = (config: ServiceConfig, service: string): (() => Promise<string>) => {
  let current: { token: string; until: number } | null = null;
  const key = new TextEncoder().encode(config.serviceKey);
  return async () => {
    if (current && current.until > Date.now()) return current.token;
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(SERVICE_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(service)
      .setIssuedAt()
      .setExpirationTime(`${SERVICE_TOKEN_SECONDS}s`)
      .sign(key);
    current = { token, until: Date.now() + (SERVICE_TOKEN_SECONDS - 60) * 1000 };
    return token;
  };
};

const CACHED_TOKENS = 10_000;

/**
 * Checks bearer tokens: signature, issuer, audience and end. Operators' tokens come from the configured OIDC issuer, or
 * else from the embedded one; services' from the shared key. A token that passed is remembered until it ends.
 */
export class TokenVerifier {
  private readonly passed = new Map<string, { subject: TokenSubject; until: number }>();
  private oidcKeys: Promise<JWTVerifyGetKey> | null = null;
  private readonly serviceKey: Uint8Array;

  /** `embeddedKeys`: the keys of the embedded issuer; the registry has them at hand, others read them from it. */
  constructor(
    private readonly config: ServiceConfig,
    private readonly embeddedKeys: JWTVerifyGetKey = remoteKeys(`${config.peers.registry}/registry/v1/jwks`),
  ) {
    this.serviceKey = new TextEncoder().encode(config.serviceKey);
  }

  /** Null: not a token that this deployment accepts. */
  async verify(token: string): Promise<TokenSubject | null> {
    const id = hash('sha256', token, 'base64');
    const known = this.passed.get(id);
    if (known && known.until > Date.now()) return known.subject;
    const checked = await this.check(token).catch((error: unknown) => {
      if (error instanceof IssuerUnreachable) throw error;
      return null;
    });
    if (checked === null) return null;
    if (this.passed.size >= CACHED_TOKENS) this.passed.clear();
    this.passed.set(id, checked);
    return checked.subject;
  }

  private async check(token: string): Promise<{ subject: TokenSubject; until: number } | null> {
    const issuer = decodeJwt(token).iss;
    if (issuer === SERVICE_ISSUER) {
      const { payload } = await jwtVerify(token, this.serviceKey, {
        issuer,
        audience: AUDIENCE,
        algorithms: ['HS256'],
      });
      return payload.sub === undefined || payload.exp === undefined
        ? null
        : { subject: { subject: payload.sub, isService: true, seenPosition: 0 }, until: payload.exp * 1000 };
    }
    const { oidcIssuer, oidcAudience, oidcOperatorClaim } = this.config;
    const algorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'];
    const { payload } = oidcIssuer
      ? await jwtVerify(token, await this.keysOfOidc(oidcIssuer), {
          issuer: oidcIssuer,
          algorithms,
          ...(oidcAudience ? { audience: oidcAudience } : {}),
        })
      : await jwtVerify(token, this.embeddedKeys, { issuer: OPERATOR_ISSUER, audience: AUDIENCE, algorithms });
    const subject = payload[oidcIssuer ? oidcOperatorClaim : 'sub'];
    if (typeof subject !== 'string' || payload.exp === undefined) return null;
    const seen = payload['pos'];
    return {
      subject: { subject, isService: false, seenPosition: typeof seen === 'number' ? seen : 0 },
      until: payload.exp * 1000,
    };
  }

  /** Reads the issuer's discovery document once; a failed read is tried again at the next token. */
  private keysOfOidc(issuer: string): Promise<JWTVerifyGetKey> {
    this.oidcKeys ??= (async () => {
      const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
      const read = async (): Promise<{ jwks_uri?: string }> => {
        const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
        if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
        return (await answer.json()) as { jwks_uri?: string };
      };
      const { jwks_uri } = await read().catch((cause: unknown) => {
        throw new IssuerUnreachable(issuer, { cause });
      });
      if (jwks_uri === undefined) throw new IssuerUnreachable(`${issuer} names no jwks_uri`);
      return remoteKeys(jwks_uri);
    })();
    this.oidcKeys.catch(() => (this.oidcKeys = null));
    return this.oidcKeys;
  }
}

/** The issuer's keys cannot be read now: an outage, not a wrong token. */
export class IssuerUnreachable extends Error {}

/** Keys that are read when needed. That there is no such key is the token's fault; anything else is an outage. */
const remoteKeys = (url: string): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: 5_000, cooldownDuration: 2_000 });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
      throw new IssuerUnreachable(url, { cause });
    }
  };
};
