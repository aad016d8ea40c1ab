import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigurationError, developmentClientSecret, serviceConfig } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'waybill-credentials-'));
const credentialsOf = (variables: NodeJS.ProcessEnv, service: 'auth' | 'order' | 'payment' = 'order') =>
  serviceConfig(service, {}, { WAYBILL_DATA_DIR: folder, ...variables }).clientCredentials;
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.example.com/order',
  SIGNATURE_KEYS: `order/k1:${'s'.repeat(32)}`,
};
const foreign = { TOKEN_ISSUER: 'https://id.example.com' };
const SERVICE_TOKEN_URL = 'https://id.example.com/oauth/token';
const SERVICE_CLIENT_SECRET = 'a-secret-that-an-issuer-gave';

function linesOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return [];
}

test.each(['order', 'payment'] as const)(
  '%s knows the local auth service by a generated secret of its own in development',
  (service) => {
    expect(credentialsOf({ AUTH_PORT: '4000' }, service)).toEqual({
      tokenUrl: 'http://127.0.0.1:4000/token',
      issuer: 'http://127.0.0.1:4000',
      clientId: service,
      clientSecret: developmentClientSecret(folder, service),
    });
  },
);

test('the token endpoint is below the issuer', () => {
  expect(credentialsOf({ AUTH_ISSUER: 'https://auth.example.com/' })?.tokenUrl).toBe('https://auth.example.com/token');
});

test('among several issuers they are known to be the local one’s, unless the token endpoint is told', () => {
  const several = [{ issuer: 'http://127.0.0.1:3000' }, { issuer: 'https://id.example.com' }];
  const variables = { TOKEN_ISSUERS: JSON.stringify(several) };
  expect(credentialsOf(variables)?.issuer).toBe('http://127.0.0.1:3000');
  expect(credentialsOf({ ...variables, SERVICE_TOKEN_URL, SERVICE_CLIENT_SECRET })?.issuer).toBeUndefined();
});

test('auth has none', () => {
  expect(credentialsOf({ SERVICE_CLIENT_SECRET }, 'auth')).toBeUndefined();
});

test.each(['order', 'payment'] as const)('production demands the secret of %s, and shows none', (service) => {
  expect(linesOf(() => credentialsOf(production, service))).toEqual([
    expect.stringMatching(/^SERVICE_CLIENT_SECRET: is missing, .*\(the auth service: in SERVICE_CLIENT_SECRETS\)\.$/),
  ]);
  const [line, ...more] = linesOf(() =>
    credentialsOf({ ...production, SERVICE_CLIENT_SECRET: 'hidden secret' }, service),
  );
  expect(line).toMatch(/^SERVICE_CLIENT_SECRET: must be the secret/);
  expect(line).not.toContain('hidden');
  expect(more).toEqual([]);
  expect(credentialsOf({ ...production, SERVICE_CLIENT_SECRET }, service)).toMatchObject({
    clientSecret: SERVICE_CLIENT_SECRET,
  });
});

test('a client of another name has no generated secret', () => {
  expect(linesOf(() => credentialsOf({ SERVICE_CLIENT_ID: 'shop-order' }))).toHaveLength(1);
});

test('at a foreign issuer there are none, in production too, unless they are given', () => {
  expect(credentialsOf(foreign)).toBeUndefined();
  expect(credentialsOf({ ...production, ...foreign })).toBeUndefined();
  expect(credentialsOf({ ...foreign, SERVICE_TOKEN_URL, SERVICE_CLIENT_SECRET, SERVICE_CLIENT_ID: 'o-7' })).toEqual({
    tokenUrl: SERVICE_TOKEN_URL,
    clientId: 'o-7',
    clientSecret: SERVICE_CLIENT_SECRET,
  });
});

test('an issuer that shares its secret is not the local auth service, whatever it is called', () => {
  expect(credentialsOf({ TOKEN_SECRET: 's'.repeat(32) })).toBeUndefined();
});

test.each([
  [{ SERVICE_TOKEN_URL }, 'SERVICE_CLIENT_SECRET'],
  [{ SERVICE_CLIENT_SECRET }, 'SERVICE_TOKEN_URL'],
  [{ SERVICE_CLIENT_ID: 'order', SERVICE_CLIENT_SECRET }, 'SERVICE_TOKEN_URL'],
  [{ SERVICE_TOKEN_URL: 'https://u:hidden@id.example.com', SERVICE_CLIENT_SECRET }, 'SERVICE_TOKEN_URL'],
])('at a foreign issuer a part alone is refused: %j', (variables, missing) => {
  const lines = linesOf(() => credentialsOf({ ...foreign, ...variables }));
  expect(lines.map((line) => line.split(':')[0])).toEqual([missing]);
  expect(lines.join()).not.toContain('hidden');
});

test('in containers the token endpoint stands elsewhere than its issuer says', () => {
  const containers = { TOKEN_ISSUER: 'http://127.0.0.1:4000', SERVICE_TOKEN_URL: 'http://auth:3000/token' };
  expect(credentialsOf({ ...production, ...containers, SERVICE_CLIENT_SECRET })).toEqual({
    tokenUrl: 'http://auth:3000/token',
    clientId: 'order',
    clientSecret: SERVICE_CLIENT_SECRET,
  });
});
