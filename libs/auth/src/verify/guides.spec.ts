import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TokenInvalid } from '../refuse/index.js';
import { foreignIssuer, verifierFor } from './foreign-issuer.fixture.js';
import type { IssuerOptions } from './issuer-options.js';

type Claims = Record<string, unknown> & { iat: number; exp: number };

const folder = join(import.meta.dirname, '../../../../docs/guides');

/** The JSON after `<!-- mark -->` in a guide. */
function block<T>(guide: string, mark: string): T {
  const text = readFileSync(join(folder, `${guide}.md`), 'utf8');
  const [, json] = text.split(`<!-- ${mark} -->\n\`\`\`json\n`);
  if (json === undefined) throw new Error(`${guide}.md has no block "${mark}"`);
  return JSON.parse(json.slice(0, json.indexOf('\n```')));
}

/** The guide's claims, moved to the present. */
function presentClaims(guide: string, mark: string): Claims {
  const claims = block<Claims>(guide, mark);
  const shift = Math.floor(Date.now() / 1000) - claims.iat;
  const { nbf } = claims as { nbf?: number };
  return {
    ...claims,
    iat: claims.iat + shift,
    exp: claims.exp + shift,
    ...(nbf !== undefined && { nbf: nbf + shift }),
  };
}

/** What an ID token of that issuer says to the client `audience`; `own` are the issuer's peculiarities. */
interface IdToken {
  readonly audience?: string;
  readonly own: object;
}

interface Case {
  readonly guide: string;
  readonly issuers: string;
  readonly claims: string;
  readonly typ: string;
  readonly clientId: string;
  readonly idToken: IdToken;
}

const keycloakIdToken = {
  own: { typ: 'ID', azp: 'order.service', at_hash: 'x', realm_access: { roles: ['order.read'] } },
};
const auth0IdToken = { own: { nonce: 'n', sid: 's' } };
const entraIdToken = { own: { uti: 'u', ver: '2.0', roles: ['order.read'] } };
const entraClient = '33333333-3333-3333-3333-333333333333';
const auth0Client = 'kD3xJ0mY5bqT8wPzVn2cRf7sLh1aGu9e';

const cases: readonly Case[] = [
  {
    guide: 'keycloak',
    issuers: 'issuers: strict',
    claims: 'claims',
    typ: 'at+jwt',
    clientId: 'shop-web',
    idToken: keycloakIdToken,
  },
  {
    guide: 'keycloak',
    issuers: 'issuers: relaxed',
    claims: 'claims',
    typ: 'JWT',
    clientId: 'shop-web',
    idToken: keycloakIdToken,
  },
  {
    guide: 'auth0',
    issuers: 'issuers: strict',
    claims: 'claims: strict',
    typ: 'at+jwt',
    clientId: auth0Client,
    idToken: auth0IdToken,
  },
  {
    guide: 'auth0',
    issuers: 'issuers: relaxed',
    claims: 'claims: relaxed',
    typ: 'JWT',
    clientId: auth0Client,
    idToken: auth0IdToken,
  },
  {
    guide: 'entra-id',
    issuers: 'issuers: delegated',
    claims: 'claims: delegated',
    typ: 'JWT',
    clientId: entraClient,
    idToken: entraIdToken,
  },
  {
    guide: 'entra-id',
    issuers: 'issuers: application',
    claims: 'claims: application',
    typ: 'JWT',
    clientId: '55555555-5555-5555-5555-555555555555',
    idToken: entraIdToken,
  },
];

describe.each(cases)('the guide $guide, $issuers', ({ guide, issuers, claims: mark, typ, clientId, idToken }) => {
  const issuer = foreignIssuer();
  const [options] = block<IssuerOptions[]>(guide, issuers) as [IssuerOptions];
  const verifier = verifierFor({ ...options, jwks: issuer.jwks });
  const claims = presentClaims(guide, mark);
  const verify = (changed: object = {}, header: object = { typ }) =>
    verifier.verify(issuer.token({ ...claims, ...changed }, header));
  const reasonFor = async (changed: object, header?: object) => {
    const refusal = await verify(changed, header).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TokenInvalid);
    return (refusal as TokenInvalid).reason;
  };

  test('configures what takes the claims that it shows', async () => {
    const caller = await verify();
    expect(caller).toMatchObject({ issuer: options.issuer, subject: claims.sub, clientId });
    expect([...caller.scopes]).toEqual(expect.arrayContaining(['order.read', 'order.write']));
    expect(caller.tokenId).toBe(claims.jti);
  });

  test('relaxes nothing that these claims do not need', async () => {
    for (const relaxed of ['typ', 'requireJti', 'maxLifetimeSeconds'].filter((name) => name in options)) {
      const stricter = verifierFor({ ...options, [relaxed]: undefined, jwks: issuer.jwks });
      await expect(stricter.verify(issuer.token(claims, { typ })), relaxed).rejects.toBeInstanceOf(TokenInvalid);
    }
  });

  test.each(['its client', 'this service'])('refuses an ID token that is meant for %s', async (whom) => {
    const { iss, sub, iat, exp } = claims;
    const aud = whom === 'this service' ? options.audience : clientId;
    const idClaims = { iss, sub, iat, exp, aud, jti: 'id-1', ...idToken.own };
    const refusal = await verifier.verify(issuer.token(idClaims, { typ: 'JWT' })).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TokenInvalid);
  });

  test('refuses another audience, another issuer and another key under the same id', async () => {
    expect(await reasonFor({ aud: 'payment.service' })).toBe('aud.other_service');
    expect(await reasonFor({ iss: `${options.issuer}x` })).toBe('iss.not_trusted');
    const forged = foreignIssuer().token(claims, { typ });
    await expect(verifier.verify(forged)).rejects.toMatchObject({ reason: 'signature.mismatch' });
  });
});
