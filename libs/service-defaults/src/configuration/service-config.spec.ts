import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureKeyRing } from '@waybill/auth';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigurationError, httpUrl, integer, secret, serviceConfig } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'waybill-config-'));
const read = (variables: NodeJS.ProcessEnv, service: 'auth' | 'order' | 'payment' = 'order') =>
  serviceConfig(service, {}, { WAYBILL_DATA_DIR: folder, ...variables });
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.example.com/order',
  SIGNATURE_KEYS: `order/k1:${'s'.repeat(32)}`,
  SERVICE_CLIENT_SECRET: 'c'.repeat(32),
};

function linesOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return [];
}

describe('defaults', () => {
  test('run a service on this machine', () => {
    expect(read({})).toMatchObject({
      ...{ service: 'order', production: false, host: '127.0.0.1', port: 3001, dataDir: folder },
      ...{ databaseUrl: undefined, redisUrl: undefined, trustedProxies: [], publicUrl: 'http://127.0.0.1:3001' },
      ...{ logLevel: 'info', demoAccounts: true, authIssuer: 'http://127.0.0.1:3000' },
      guard: {
        issuers: [
          {
            issuer: 'http://127.0.0.1:3000',
            audience: 'order.service',
            maxLifetimeSeconds: 900,
            eventsUrl: 'http://127.0.0.1:3000/security-events',
          },
        ],
        clockToleranceSeconds: 10,
        allowHttp: false,
        maxRevocationStalenessSeconds: 5,
      },
    });
  });

  test('follow the ports', () => {
    expect(read({ AUTH_PORT: '4000' }).authIssuer).toBe('http://127.0.0.1:4000');
    expect(read({ PORT: '4001', AUTH_PORT: '4000' }, 'auth').authIssuer).toBe('http://127.0.0.1:4001');
    expect(read({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3001');
  });

  test('hold for a variable that is empty', () => {
    expect(read({ ORDER_PORT: '', TOKEN_ISSUER: '' })).toMatchObject({ port: 3001 });
  });
});

describe('precedence', () => {
  test('PORT goes before ORDER_PORT, and concerns the service itself alone', () => {
    expect(read({ PORT: '5000', ORDER_PORT: '5001' })).toMatchObject({ port: 5000, ports: { auth: 3000 } });
  });

  test("a service's own database goes before DATABASE_URL", () => {
    const own = read({ ORDER_DATABASE_URL: 'postgres://a/own', DATABASE_URL: 'postgres://a/all' });
    expect(own.databaseUrl).toBe('postgres://a/own');
    expect(read({ PAYMENT_DATABASE_URL: 'postgres://a/other' }).databaseUrl).toBeUndefined();
  });

  test('the issuer is taken to the letter', () => {
    expect(read({ TOKEN_ISSUER: 'https://a.example/' }).guard.issuers[0]?.issuer).toBe('https://a.example/');
  });
});

describe('what is wrong', () => {
  test('is told all at once, one line a variable', () => {
    const wrong = { ORDER_PORT: 'abc', LOG_LEVEL: 'loud', ALLOW_HTTP_ISSUER: 'yes', TOKEN_ALGORITHMS: 'none' };
    expect(linesOf(() => read(wrong)).map((line) => line.split(':')[0])).toEqual([
      'ORDER_PORT',
      'LOG_LEVEL',
      'TOKEN_ALGORITHMS',
      'ALLOW_HTTP_ISSUER',
    ]);
  });

  test.each([
    ['ORDER_PORT', 'abc', 'ORDER_PORT: must be a port (1–65535), is "abc". Set it to a free port, e.g. 3001.'],
    ['PORT', '65536', 'PORT: must be a port (1–65535), is "65536". Set it to a free port, e.g. 3001.'],
    ['NODE_ENV', 'prod', 'NODE_ENV: must be one of production, development, test, is "prod"'],
    ['CLOCK_TOLERANCE_SECONDS', '1e3', 'CLOCK_TOLERANCE_SECONDS: must be a whole number from 0 to 60, is "1e3"'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'TRUSTED_PROXIES: must be a comma-separated list of addresses or ranges'],
    ['TRUSTED_PROXIES', '10.0.0.1,', 'TRUSTED_PROXIES: must be a comma-separated list of addresses or ranges'],
    ['PUBLIC_URL', 'ftp://a', 'PUBLIC_URL: must be an http or https URL'],
    ['WAYBILL_DEMO_ACCOUNTS', 'TRUE', 'WAYBILL_DEMO_ACCOUNTS: must be true, false, 1 or 0, is "TRUE"'],
    ['HOST', 'a\nb', 'HOST: must be a host name or an address, is "a\\nb"'],
  ])('%s=%j is told with the remedy', (name, value, line) => {
    const [told, ...more] = linesOf(() => read({ [name]: value }));
    expect(told).toContain(line);
    expect(told).toMatch(/[.\d]$/);
    expect(more).toEqual([]);
  });

  test.each([
    ['DATABASE_URL', 'mysql://root:hidden@a/b'],
    ['REDIS_URL', 'hidden'],
    ['SIGNATURE_KEYS', 'order/k1:hidden'],
    ['TOKEN_ISSUER', 'https://user:hidden@a'],
  ])('never shows what may be a secret in %s', (name, value) => {
    const lines = linesOf(() => read({ [name]: value }));
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('hidden');
  });
});

describe('NAME_FILE', () => {
  const file = join(folder, 'database-url');
  writeFileSync(file, 'postgres://a/from-file\n');

  test('gives a variable from a file', () => {
    expect(read({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://a/from-file');
  });

  test('is refused beside the variable', () => {
    expect(linesOf(() => read({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://a/b' }))).toEqual([
      'DATABASE_URL: is set, and so is DATABASE_URL_FILE. Unset one of them.',
    ]);
  });

  test('is refused where the file cannot be read', () => {
    expect(linesOf(() => read({ DATABASE_URL_FILE: join(folder, 'none') }))).toEqual([
      expect.stringMatching(/^DATABASE_URL_FILE: ENOENT.* Set it to a file that this process may read\.$/),
    ]);
  });
});

describe('production', () => {
  test('starts with a database and keys, and without demo accounts', () => {
    expect(read(production)).toMatchObject({ production: true, demoAccounts: false });
  });

  test('refuses the embedded database and generated secrets', () => {
    expect(linesOf(() => read({ NODE_ENV: 'production' }))).toEqual([
      expect.stringMatching(/^SERVICE_CLIENT_SECRET: is missing/),
      expect.stringMatching(/^DATABASE_URL: is missing.*ALLOW_EMBEDDED_DATABASE=true\.$/),
      expect.stringMatching(/^SIGNATURE_KEYS: is missing/),
    ]);
  });

  test('takes what it refuses if it is asked for by name', () => {
    const { DATABASE_URL, ...rest } = production;
    const asked = read({ ...rest, ALLOW_EMBEDDED_DATABASE: 'true', WAYBILL_DEMO_ACCOUNTS: '1' });
    expect(asked).toMatchObject({ databaseUrl: undefined, demoAccounts: true });
  });

  test('gives the auth service no request-signing keys', () => {
    expect(read({ ...production, SIGNATURE_KEYS: undefined }, 'auth').signatureKeys).toEqual([]);
  });
});

describe('request-signing keys', () => {
  test('are read in their order', () => {
    const [first, second] = ['a'.repeat(32), 'b:/+='.repeat(8)];
    expect(read({ SIGNATURE_KEYS: `order/k2:${first}, order/k1:${second}` }).signatureKeys).toEqual([
      { caller: 'order', id: 'k2', secret: first },
      { caller: 'order', id: 'k1', secret: second },
    ]);
  });

  test('are halves of key pairs too, each service holding what it needs', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const [signs, verifies] = [
      `order/k1:ed25519-private:${privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')}`,
      `order/k1:ed25519-public:${publicKey.export({ format: 'der', type: 'spki' }).toString('base64')}`,
    ];
    const readings = [read({ SIGNATURE_KEYS: signs }), read({ SIGNATURE_KEYS: verifies }, 'payment')];
    const [own, known] = readings.map(({ signatureKeys }) => new SignatureKeyRing(signatureKeys).find('order/k1'));
    expect([own?.canSign, known?.canSign]).toEqual([true, false]);
    expect(known?.holds('base', own?.sign('base') ?? Buffer.alloc(0))).toBe(true);
  });

  test.each([
    ['order/k1:hidden', 'The secret of signature key order/k1 is shorter than 32 bytes.'],
    ['order/k1:ed25519-private:hidden', 'Signature key order/k1 is none. Write ed25519-private:'],
    [`order/k1:${'hidden'.repeat(6)},order/k1:${'hidden'.repeat(6)}`, 'Two signature keys share one caller/id.'],
    ['hidden', 'A signature key is written as caller/id:secret.'],
  ])('that cannot be used are told with the remedy, and not shown: %s', (SIGNATURE_KEYS, fault) => {
    const lines = linesOf(() => read({ SIGNATURE_KEYS }));
    expect(lines).toEqual([expect.stringContaining(`SIGNATURE_KEYS: cannot be used: ${fault}`)]);
    expect(lines.join()).not.toContain('hidden');
    expect(lines.join()).toContain('Set it to a comma-separated list');
  });

  test('are the same for all services of a data folder in development', () => {
    expect(read({}).signatureKeys).toEqual(read({}, 'payment').signatureKeys);
    expect(read({}).signatureKeys).toMatchObject([{ caller: 'order', secret: expect.stringMatching(/^.{43}$/) }]);
  });
});

describe("an app's own settings", () => {
  test('are read from the variables that their names say, and may depend on the surroundings', () => {
    const config = serviceConfig(
      'order',
      ({ ports }) => ({
        paymentUrl: httpUrl('http://127.0.0.1:3002').default(`http://127.0.0.1:${ports.payment}`),
        paymentTimeoutMs: integer(1, 60_000).default(2000),
        anything: z.string().optional(),
      }),
      { WAYBILL_DATA_DIR: folder, PAYMENT_PORT: '4002', PAYMENT_TIMEOUT_MS: '500' },
    );
    const typed: { paymentUrl: string; paymentTimeoutMs: number; anything?: string | undefined } = config;
    expect(typed).toMatchObject({ paymentUrl: 'http://127.0.0.1:4002', paymentTimeoutMs: 500 });
  });

  test('are refused together with the shared ones', () => {
    const variables = { WAYBILL_DATA_DIR: folder, ORDER_PORT: '0', CLIENT_SECRET: 'short' };
    const lines = linesOf(() => serviceConfig('order', { clientSecret: secret(32) }, variables));
    expect(lines.map((line) => line.split(':')[0])).toEqual(['ORDER_PORT', 'CLIENT_SECRET']);
  });
});
