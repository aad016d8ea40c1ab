import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceAuthModule } from '@waybill/auth';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, serviceConfig } from './index.js';

const guardOf = (variables: NodeJS.ProcessEnv, service: 'auth' | 'order' = 'order') =>
  serviceConfig(service, {}, { WAYBILL_DATA_DIR: join(tmpdir(), 'waybill-guard-config'), ...variables }).guard;
const issuersOf = (...issuers: unknown[]) => guardOf({ TOKEN_ISSUERS: JSON.stringify(issuers) }).issuers;
const issuer = 'https://id.example.com';
const secret = 's'.repeat(32);

function linesOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return [];
}

describe('TOKEN_ISSUERS', () => {
  test('gives each issuer what it says itself', () => {
    const full = {
      issuer,
      jwksUri: 'https://id.example.com/keys',
      audience: 'urn:order',
      algorithms: ['RS256'],
      scopeClaim: 'realm_access.roles',
      typ: ['JWT'],
      requireJti: false,
      maxLifetimeSeconds: 3600,
    };
    expect(issuersOf(full, { issuer: 'https://b.example', scopeClaim: ['https://b.example/scopes'] })).toEqual([
      full,
      {
        issuer: 'https://b.example',
        audience: 'order.service',
        maxLifetimeSeconds: 900,
        scopeClaim: ['https://b.example/scopes'],
      },
    ]);
  });

  test('takes what holds for all from the variables for a single one', () => {
    const TOKEN_ISSUERS = JSON.stringify([{ issuer }, { issuer: 'https://b.example', maxLifetimeSeconds: 60 }]);
    const shared = { TOKEN_AUDIENCE: 'urn:order', TOKEN_ALGORITHMS: 'PS256', TOKEN_MAX_LIFETIME_SECONDS: '300' };
    expect(guardOf({ TOKEN_ISSUERS, ...shared }).issuers).toEqual([
      { issuer, audience: 'urn:order', algorithms: ['PS256'], maxLifetimeSeconds: 300 },
      { issuer: 'https://b.example', audience: 'urn:order', algorithms: ['PS256'], maxLifetimeSeconds: 60 },
    ]);
  });

  test('keeps an issuer to the letter', () => {
    expect(issuersOf({ issuer: 'https://shop.eu.auth0.com/' })[0]?.issuer).toBe('https://shop.eu.auth0.com/');
  });

  test.each(['keycloak', 'auth0', 'entra-id'])('takes every configuration of the guide %s', (guide) => {
    const text = readFileSync(join(import.meta.dirname, `../../../../docs/guides/${guide}.md`), 'utf8');
    const blocks = [...text.matchAll(/<!-- issuers[^>]*-->\n```json\n(.*?)```/gs)].map(([, json = '']) => json);
    expect(blocks).toHaveLength(2);
    for (const TOKEN_ISSUERS of blocks) {
      const guard = guardOf({ TOKEN_ISSUERS });
      expect(guard.issuers).toMatchObject(JSON.parse(TOKEN_ISSUERS));
      expect(() => ServiceAuthModule.forRoot(guard)).not.toThrow();
    }
  });

  test.each<[string, unknown, string]>([
    ['no JSON', 'https://id.example.com', 'must be a JSON array of one or more issuers. Set it to'],
    ['an object', { issuer }, 'must be a JSON array of one or more issuers. Set it to'],
    ['no issuer', [], 'must be a JSON array of one or more issuers. Set it to'],
    ['a name instead of an issuer', [issuer], 'issuer 1 must be an object. Set it to'],
    ['a typing error', [{ issuer, scopeclaim: 'scp' }], 'issuer 1 has the unknown member scopeclaim. Set it to'],
    ['a feed that is no address', [{ issuer, eventsUrl: '' }], 'issuer 1: eventsUrl must be an http or https URL'],
    ['a secret', [{ issuer, secret }], 'issuer 1 has the unknown member secret.'],
    ['no identifier', [{ issuer }, { audience: 'a' }], 'issuer 2: issuer is missing, must be an http or https URL'],
    ['an address that is none', [{ issuer, jwksUri: 'keys' }], 'issuer 1: jwksUri must be an http or https URL'],
    ['an algorithm that is none', [{ issuer, algorithms: ['none'] }], 'issuer 1: algorithms.0 must be one of ES256, '],
    ['HS256, which has no keys', [{ issuer, algorithms: ['HS256'] }], 'issuer 1: algorithms.0 must be one of ES256, '],
    ['no algorithm', [{ issuer, algorithms: [] }], 'issuer 1: algorithms must name an algorithm.'],
    ['a type that is no list', [{ issuer, typ: 'JWT' }], 'issuer 1: typ must be a list of media types.'],
    ['a word for a flag', [{ issuer, requireJti: 'no' }], 'issuer 1: requireJti must be true or false.'],
    [
      'a text for a number',
      [{ issuer, maxLifetimeSeconds: '900' }],
      'issuer 1: maxLifetimeSeconds must be a whole number.',
    ],
    ['a week', [{ issuer, maxLifetimeSeconds: 604_800 }], 'issuer 1: maxLifetimeSeconds must be from 1 to 86400.'],
    ['an empty path', [{ issuer, scopeClaim: '' }], 'issuer 1: scopeClaim must not be empty.'],
    [
      'a path that is none',
      [{ issuer, scopeClaim: 7 }],
      'issuer 1: scopeClaim must be a path of claims, e.g. "realm_access.roles".',
    ],
  ])('is refused with the remedy: %s', (_, value, line) => {
    const TOKEN_ISSUERS = typeof value === 'string' ? value : JSON.stringify(value);
    const [told, ...more] = linesOf(() => guardOf({ TOKEN_ISSUERS }));
    expect(told).toContain(`TOKEN_ISSUERS: ${line}`);
    expect(told).toContain(
      'Set it to a JSON array like [{"issuer":"https://id.example.com"}], with these members: issuer, ',
    );
    expect(more).toEqual([]);
  });

  test('tells all that is wrong at once, and no value', () => {
    const [told] = linesOf(() => issuersOf({ issuer: 'https://u:hidden@a' }, { issuer, secret: 'hidden' }));
    expect(told).toMatch(/issuer 1: issuer must be .*; issuer 2 has the unknown member secret\./);
    expect(told).not.toContain('hidden');
  });

  test.each([
    ['TOKEN_ISSUER', issuer],
    ['TOKEN_JWKS_URI', `${issuer}/keys`],
    ['TOKEN_SECRET', secret],
    ['SECURITY_EVENTS_URL', `${issuer}/events`],
  ])('is refused beside %s', (name, value) => {
    expect(linesOf(() => guardOf({ TOKEN_ISSUERS: JSON.stringify([{ issuer }]), [name]: value }))).toEqual([
      `TOKEN_ISSUERS: is set, and so is ${name}. Unset one of them.`,
    ]);
  });
});

describe('the feed of security events', () => {
  const local = 'http://127.0.0.1:3000';
  const credentials = {
    SERVICE_TOKEN_URL: `${issuer}/token`,
    SERVICE_CLIENT_ID: 'order-7',
    SERVICE_CLIENT_SECRET: 'a-secret-that-an-issuer-gave',
  };
  const feedsOf = (variables: NodeJS.ProcessEnv, service?: 'auth') =>
    guardOf(variables, service).issuers.map(({ eventsUrl }) => eventsUrl);

  test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ["the local auth service's by default", {}, `${local}/security-events`],
    ['where AUTH_ISSUER says', { AUTH_ISSUER: 'https://auth.example/' }, 'https://auth.example/security-events'],
    ['elsewhere, where it is said', { SECURITY_EVENTS_URL: 'http://127.0.0.1:1/e' }, 'http://127.0.0.1:1/e'],
    ['none, where it is empty', { SECURITY_EVENTS_URL: '' }, undefined],
    ['none of a foreign issuer', { TOKEN_ISSUER: issuer }, undefined],
    ['none of an issuer that shares its secret', { TOKEN_SECRET: secret }, undefined],
    [
      "a foreign issuer's, where it is said",
      { TOKEN_ISSUER: issuer, SECURITY_EVENTS_URL: `${issuer}/events`, ...credentials },
      `${issuer}/events`,
    ],
  ])('is %s', (_, variables, eventsUrl) => {
    expect(feedsOf(variables)).toEqual([eventsUrl]);
  });

  test('is told for each of several issuers, and the local auth service has its own', () => {
    const eventsUrl = 'https://id.example.com/events';
    const TOKEN_ISSUERS = JSON.stringify([{ issuer, eventsUrl }, { issuer: local }, { issuer: 'https://b.example' }]);
    expect(feedsOf({ TOKEN_ISSUERS })).toEqual([eventsUrl, `${local}/security-events`, undefined]);
    expect(feedsOf({ TOKEN_ISSUERS, SECURITY_EVENTS_URL: '' })).toEqual([eventsUrl, undefined, undefined]);
  });

  test('is none of auth, which follows its own log', () => {
    expect(feedsOf({}, 'auth')).toEqual([undefined]);
    expect(() => guardOf({ SECURITY_EVENTS_URL: `${local}/e`, TOKEN_ISSUER: issuer }, 'auth')).not.toThrow();
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['SECURITY_EVENTS_URL', { TOKEN_ISSUER: issuer, SECURITY_EVENTS_URL: `${issuer}/events` }],
    ['TOKEN_ISSUERS', { TOKEN_ISSUERS: JSON.stringify([{ issuer, eventsUrl: `${issuer}/events` }]) }],
  ])('is refused without credentials to read it with: %s', (name, variables) => {
    expect(linesOf(() => guardOf(variables))).toEqual([
      expect.stringMatching(
        new RegExp(`^${name}: names a feed .* Set SERVICE_TOKEN_URL, .* or leave the feed out\\.$`),
      ),
    ]);
  });

  test('may be so old as is said', () => {
    expect(guardOf({ REVOCATION_MAX_STALENESS_SECONDS: '30' }).maxRevocationStalenessSeconds).toBe(30);
    expect(linesOf(() => guardOf({ REVOCATION_MAX_STALENESS_SECONDS: '301' }))).toEqual([
      expect.stringContaining('REVOCATION_MAX_STALENESS_SECONDS: must be a whole number from 1 to 300'),
    ]);
  });
});

describe('TOKEN_SECRET', () => {
  test('is the secret of the issuer', () => {
    expect(guardOf({ TOKEN_SECRET: secret, TOKEN_ISSUER: issuer }).issuers).toEqual([
      { issuer, audience: 'order.service', secret, maxLifetimeSeconds: 900 },
    ]);
  });

  test('is refused beside TOKEN_JWKS_URI', () => {
    expect(linesOf(() => guardOf({ TOKEN_SECRET: secret, TOKEN_JWKS_URI: `${issuer}/keys` }))).toEqual([
      'TOKEN_SECRET: is set, and so is TOKEN_JWKS_URI. Unset one of them.',
    ]);
  });

  test('is refused where it is short, without being shown', () => {
    expect(linesOf(() => guardOf({ TOKEN_SECRET: 'hidden' }))).toEqual([
      'TOKEN_SECRET: must be a secret of at least 32 bytes. Generate one with: openssl rand -base64 32',
    ]);
  });
});

describe('TOKEN_ALGORITHMS', () => {
  test.each(['ES256', 'ES256,HS256'])('%s is refused beside TOKEN_SECRET', (TOKEN_ALGORITHMS) => {
    expect(linesOf(() => guardOf({ TOKEN_SECRET: secret, TOKEN_ALGORITHMS }))).toEqual([
      `TOKEN_ALGORITHMS: must be HS256 beside TOKEN_SECRET, is "${TOKEN_ALGORITHMS}". Unset one of them.`,
    ]);
  });

  test('names HS256 beside TOKEN_SECRET only', () => {
    expect(guardOf({ TOKEN_SECRET: secret, TOKEN_ALGORITHMS: 'HS256' }).issuers[0]?.algorithms).toEqual(['HS256']);
    expect(linesOf(() => guardOf({ TOKEN_ALGORITHMS: 'ES256,HS256' }))).toEqual([
      expect.stringContaining('(HS256 goes with TOKEN_SECRET only), is "ES256,HS256". Set it to such a list'),
    ]);
  });
});
