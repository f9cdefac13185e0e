import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plainToInstance } from 'class-transformer';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { ServiceConfig } from './config';
import { serviceTokens, TokenVerifier } from './tokens';

const base = {
  databaseUrl: 'postgres://nowhere',
  peers: { registry: 'http://127.0.0.1:1', customers: '', billing: '', reports: '', onboarding: '' },
  serviceKey: 's'.repeat(40),
};
const configOf = (more: object = {}): ServiceConfig => plainToInstance(ServiceConfig, { ...base, ...more });

describe('checking tokens', () => {
  let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
  let others: { publicKey: CryptoKey; privateKey: CryptoKey };
  let issuer: Server;
  let issuerUrl: string;
  let discoveries = 0;

  beforeAll(async () => {
    keys = await generateKeyPair('ES256');
    others = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
    issuer = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration') {
        discoveries += 1;
        response.end(JSON.stringify({ issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` }));
      } else response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    issuer.closeAllConnections();
    issuer.close();
  });

  const token = (
    claims: Record<string, unknown>,
    { key = keys.privateKey, iss = issuerUrl, aud = 'propledger', exp = '1h' } = {},
  ): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(iss)
      .setAudience(aud)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(key);

  it('takes the operator from the configured claim of a token that the OIDC issuer signed', async () => {
    const verifier = new TokenVerifier(
      configOf({ oidcIssuer: issuerUrl, oidcOperatorClaim: 'employee', oidcAudience: 'propledger' }),
    );
    expect(await verifier.verify(await token({ employee: 'li', sub: 'x' }))).toEqual({
      subject: 'li',
      isService: false,
      seenPosition: 0,
    });
    expect(await verifier.verify(await token({ sub: 'x' }))).toBeNull();
    expect(await verifier.verify(await token({ employee: 'li' }, { aud: 'another' }))).toBeNull();
    expect(await verifier.verify(await token({ employee: 'li' }, { exp: '-1s' }))).toBeNull();
    expect(await verifier.verify(await token({ employee: 'li' }, { key: others.privateKey }))).toBeNull();
    expect(await verifier.verify('nonsense')).toBeNull();
    expect(discoveries).toBe(1);
  });

  it('does not accept the embedded issuer where an OIDC issuer is configured', async () => {
    const embedded = createLocalJWKSet({ keys: [await exportJWK(others.publicKey)] });
    const own = await token({ sub: 'admin' }, { key: others.privateKey, iss: 'propledger' });
    expect(await new TokenVerifier(configOf({ oidcIssuer: issuerUrl }), embedded).verify(own)).toBeNull();
    const kid = { ...(await exportJWK(others.publicKey)), kid: 'k1', alg: 'ES256' };
    expect(await new TokenVerifier(configOf(), createLocalJWKSet({ keys: [kid] })).verify(own)).toMatchObject({
      subject: 'admin',
    });
  });

  it('tells an issuer that is away from a token that is wrong', async () => {
    const away = new TokenVerifier(configOf({ oidcIssuer: 'http://127.0.0.1:1' }));
    await expect(away.verify(await token({ sub: 'li' }, { iss: 'http://127.0.0.1:1' }))).rejects.toThrow();
    const registryAway = new TokenVerifier(configOf());
    await expect(registryAway.verify(await token({ sub: 'li' }, { iss: 'propledger' }))).rejects.toThrow();
  });

  it('knows the other services by the shared key alone', async () => {
    const verifier = new TokenVerifier(configOf());
    const own = await serviceTokens(configOf(), 'billing')();
    expect(await verifier.verify(own)).toMatchObject({ subject: 'billing', isService: true });
    const foreign = await serviceTokens(configOf({ serviceKey: 'x'.repeat(40) }), 'billing')();
    expect(await verifier.verify(foreign)).toBeNull();
    const byIssuer = await token({ sub: 'billing' }, { iss: 'propledger-services' });
    expect(await verifier.verify(byIssuer)).toBeNull();
  });
});
