import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceConfig } from '@waybill/service-defaults';
import { expect, test } from 'vitest';
import { authConfig } from './config.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const secret = randomBytes(32).toString('hex');
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.example.com/auth',
  SERVICE_CLIENT_SECRETS: `order:${secret},payment:${secret}`,
};

test('runs without any configuration in development', () => {
  expect(authConfig({})).toMatchObject({
    authIssuer: 'http://127.0.0.1:3000',
    authSigningAlgorithm: 'ES256',
    authKeyEncryptionKeys: [],
    tokenTtlSeconds: 900,
    demoAccounts: true,
  });
});

test('keeps the issuer to the letter', () => {
  expect(authConfig({ AUTH_ISSUER: 'https://auth.example.com/' }).authIssuer).toBe('https://auth.example.com/');
});

test('refuses a plain http issuer beyond this machine, unless it is allowed by name', () => {
  const AUTH_ISSUER = 'http://auth.example.com';
  expect(() => authConfig({ AUTH_ISSUER })).toThrow(/^AUTH_ISSUER: must be https.*ALLOW_HTTP_ISSUER=true/);
  expect(authConfig({ AUTH_ISSUER, ALLOW_HTTP_ISSUER: 'true' }).authIssuer).toBe(AUTH_ISSUER);
  expect(authConfig({ AUTH_ISSUER: 'http://localhost:4000' }).authIssuer).toBe('http://localhost:4000');
});

test('reads the encryption keys, the first of which encrypts', () => {
  const { authKeyEncryptionKeys: keys } = authConfig({ AUTH_KEY_ENCRYPTION_KEYS: `${key('k2')}, ${key('k1')}` });
  expect(keys.map(({ id, bytes }) => [id, bytes.length])).toEqual([
    ['k2', 32],
    ['k1', 32],
  ]);
});

test.each([
  ['no id', randomBytes(32).toString('base64')],
  ['too short a key', `k1:${randomBytes(31).toString('base64')}`],
  ['too long a key', `k1:${randomBytes(33).toString('base64')}`],
  ['no base64', `k1:${'ä'.repeat(43)}=`],
  ['an empty entry', `${key('k1')},`],
  ['an id twice', `${key('k1')},${key('k1')}`],
])('refuses encryption keys with %s, and does not show them', (_, value) => {
  const attempt = () => authConfig({ AUTH_KEY_ENCRYPTION_KEYS: value });
  expect(attempt).toThrow(/^AUTH_KEY_ENCRYPTION_KEYS: must be .* Set it to such a list/);
  expect(attempt).not.toThrow(value);
});

test('demands encryption keys in production, and gives no demo accounts there', () => {
  expect(() => authConfig(production)).toThrow(/^AUTH_KEY_ENCRYPTION_KEYS: is missing/);
  expect(authConfig({ ...production, AUTH_KEY_ENCRYPTION_KEYS: key('k1') }).demoAccounts).toBe(false);
});

test('generates the secrets of the service clients in development, as the services do, and demands them in production', () => {
  const WAYBILL_DATA_DIR = mkdtempSync(join(tmpdir(), 'waybill-auth-config-'));
  const own = (name: 'order' | 'payment') => serviceConfig(name, {}, { WAYBILL_DATA_DIR }).clientCredentials;
  expect(authConfig({ WAYBILL_DATA_DIR }).serviceClientSecrets).toEqual([
    { clientId: 'order', secret: own('order')?.clientSecret },
    { clientId: 'payment', secret: own('payment')?.clientSecret },
  ]);
  const configured = { ...production, AUTH_KEY_ENCRYPTION_KEYS: key('k1') };
  expect(authConfig(configured).serviceClientSecrets).toEqual([
    { clientId: 'order', secret },
    { clientId: 'payment', secret },
  ]);
  expect(() => authConfig({ ...configured, SERVICE_CLIENT_SECRETS: undefined })).toThrow(
    /^SERVICE_CLIENT_SECRETS: is missing, .* Set it to such a list, e\.g\. order:\$\(openssl rand -hex 32\),payment:\$\(openssl rand -hex 32\)\.$/,
  );
});

test.each([
  ['no client', secret],
  ['too short a secret', `order:${secret.slice(0, 31)},payment:${secret}`],
  ['a space', `order:${secret} ${secret},payment:${secret}`],
  ['a client twice', `order:${secret},payment:${secret},order:${secret}`],
  ['a client that is no service', `order:${secret},payment:${secret},shop:${secret}`],
  ['one client alone', `payment:${secret}`],
  ['an empty entry', `order:${secret},payment:${secret},`],
])('refuses secrets of service clients with %s, and does not show them', (_, value) => {
  const attempt = () => authConfig({ SERVICE_CLIENT_SECRETS: value });
  expect(attempt).toThrow(/^SERVICE_CLIENT_SECRETS: must be a comma-separated list of client:secret/);
  expect(attempt).not.toThrow(secret.slice(0, 31));
});

test.each(['0', '901', '1.5', 'long'])('refuses %s as the lifetime of a token', (value) => {
  expect(() => authConfig({ TOKEN_TTL_SECONDS: value })).toThrow(
    /^TOKEN_TTL_SECONDS: must be a whole number from 1 to 900/,
  );
});

test.each(['HS256', 'none', 'es256'])('refuses to sign with %s', (value) => {
  expect(() => authConfig({ AUTH_SIGNING_ALGORITHM: value })).toThrow(/^AUTH_SIGNING_ALGORITHM: must be one of ES256/);
});

test('reads how much of an address counts, and refuses what is no length of a prefix', () => {
  const lengths = (value: string) => authConfig({ ADDRESS_PREFIX_LENGTHS: value }).addressPrefixLengths;
  expect(authConfig({}).addressPrefixLengths).toEqual({ ipv4: 32, ipv6: 64 });
  expect(lengths('24, 56')).toEqual({ ipv4: 24, ipv6: 56 });
  for (const wrong of ['24', '24,56,1', '7,64', '33,64', '32,15', '32,129', '/24,/64', '-1,64'])
    expect(() => lengths(wrong)).toThrow(/^ADDRESS_PREFIX_LENGTHS: must be two prefix lengths .*e\.g\. 32,64/);
});
