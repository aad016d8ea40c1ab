import { generateKeyPairSync } from 'node:crypto';
import { Controller, type INestApplication, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { memoryReplayStore, RequestKey, type SignatureKey, signRequest } from '../../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/test-issuer.js';
import { Authenticated } from '../declare/access.decorators.js';
import { Sensitive } from '../declare/sensitive.decorator.js';
import { adapters, exchange, startGuarded } from '../guarded-service.fixture.js';

const audience = 'payment.service';
const secret = 'a secret of more than thirty-two bytes';
const pair = { caller: 'order', id: 'k2', algorithm: 'ed25519' } as const;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const first: SignatureKey = { caller: 'order', id: 'k1', secret };
const second: SignatureKey = { ...pair, privateKey };
const third: SignatureKey = { caller: 'order', id: 'k3', algorithm: 'ecdsa-p256-sha256', ...curve };
const audit: SignatureKey = { caller: 'audit', id: 'k1', secret: `${secret} of audit` };
const retired: SignatureKey = { caller: 'order', id: 'k0', secret: `${secret} of old` };

@Controller()
class Routes {
  @Post('ordinary')
  @Authenticated()
  ordinary() {
    return {};
  }

  @Post('signed')
  @Authenticated()
  @Sensitive({ signature: { callers: ['order'] } })
  signed() {
    return {};
  }
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('request signatures on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
    const signatures = {
      caller: 'payment',
      keys: [first, { ...pair, publicKey }, { ...third, privateKey: undefined } as SignatureKey, audit],
      replayStore,
      addressVouchers: ['order'],
    };
    const issuers = [{ issuer: issuer.url, audience }];
    ({ app, url } = await startGuarded(adapter, { issuers, signatures }, [Routes]));
  });

  afterAll(() => Promise.all([app.close(), issuer.close()]));

  const tokenBoundTo = (cnf?: object) => issuer.token({ audience, claims: { cnf } });
  const ask = async (path: string, token: string, key?: SignatureKey, more: Record<string, string> = {}) => {
    const fields = { authorization: `Bearer ${token}`, ...more };
    const message = { method: 'POST', authority: new URL(url).host, target: path, fields };
    const added = key && signRequest(message, Buffer.alloc(0), new RequestKey(key));
    const headers = Object.entries({ ...fields, ...added }).flat();
    return exchange(url + path, headers, { method: 'POST' });
  };
  const codeOf = async (...request: Parameters<typeof ask>) => {
    const { status, body } = await ask(...request);
    return status === 201 ? 'passed' : body.code;
  };

  test.each([
    ['hmac-sha256', first],
    ['ed25519', second],
    ['ecdsa-p256-sha256', third],
  ])('hold by any key of the caller, the newer beside the older: %s', async (_, key) => {
    expect(await codeOf('/signed', tokenBoundTo(), key)).toBe('passed');
  });

  test('hold by no key that was taken out of the list', async () => {
    expect(await codeOf('/signed', tokenBoundTo(), retired)).toBe('signature_invalid');
  });

  test('are asked for without an algorithm where the caller may choose', async () => {
    const { headers } = await ask('/signed', tokenBoundTo());
    expect(headers['accept-signature']).toMatch(/;created;nonce;keyid$/);
  });

  describe('of a token that is bound to a signing key', () => {
    const bound = () => tokenBoundTo({ kid: 'order/k2' });

    test('are demanded on every route', async () => {
      for (const path of ['/ordinary', '/signed']) {
        expect(await codeOf(path, bound(), second)).toBe('passed');
        expect(await codeOf(path, bound())).toBe('signature_invalid');
      }
    });

    test('hold by this very key: with another one the token is not valid', async () => {
      for (const path of ['/ordinary', '/signed']) expect(await codeOf(path, bound(), first)).toBe('invalid_token');
      expect(await codeOf('/ordinary', bound(), audit)).toBe('invalid_token');
      expect(await codeOf('/signed', bound(), audit)).toBe('signature_invalid');
    });

    test('hold by no key that is unknown here, though the token names it', async () => {
      expect(await codeOf('/ordinary', tokenBoundTo({ kid: 'order/k0' }), retired)).toBe('signature_invalid');
    });

    test('pass once', async () => {
      const fields = { authorization: `Bearer ${bound()}` };
      const message = { method: 'POST', authority: new URL(url).host, target: '/ordinary', fields };
      const added = signRequest(message, Buffer.alloc(0), new RequestKey(second));
      const headers = Object.entries({ ...fields, ...added }).flat();
      const send = () => exchange(`${url}/ordinary`, headers, { method: 'POST' });
      expect((await send()).status).toBe(201);
      expect((await send()).body.code).toBe('signature_invalid');
    });
  });

  describe('over the address of the client', () => {
    const bound = () => tokenBoundTo({ client_address: '192.0.2.0/24' });
    const address = { 'client-address': '192.0.2.7' };

    test('must hold where they are given and the token is bound to an address', async () => {
      expect(await codeOf('/ordinary', bound(), retired, address)).toBe('signature_invalid');
      const unsigned = { ...address, signature: 'waybill=:AAAA:' };
      expect(await codeOf('/ordinary', bound(), undefined, unsigned)).toBe('signature_invalid');
    });

    test('say where the client is, on a route that names no callers, where their caller may vouch for addresses', async () => {
      expect(await codeOf('/ordinary', bound(), second, address)).toBe('passed');
      expect(await codeOf('/ordinary', bound(), second)).toBe('invalid_token');
      expect(await codeOf('/ordinary', bound(), second, { 'client-address': '198.51.100.7' })).toBe('invalid_token');
    });

    test('lift nothing there where their caller may not: the field is ignored', async () => {
      expect(await codeOf('/ordinary', bound(), audit, address)).toBe('invalid_token');
      const boundTwice = tokenBoundTo({ client_address: '192.0.2.0/24', kid: 'audit/k1' });
      expect(await codeOf('/ordinary', boundTwice, audit, address)).toBe('invalid_token');
      expect(await codeOf('/ordinary', tokenBoundTo({ client_address: '127.0.0.1/32' }), audit, address)).toBe(
        'passed',
      );
    });

    test('say where the client is on a route that names their caller', async () => {
      expect(await codeOf('/signed', bound(), second, address)).toBe('passed');
      expect(await codeOf('/signed', bound(), audit, address)).toBe('signature_invalid');
    });

    test('need not be there: then it says nothing, and the token is used from elsewhere', async () => {
      expect(await codeOf('/ordinary', bound(), undefined, address)).toBe('invalid_token');
    });

    test('are not looked at where neither route nor token asks for them', async () => {
      expect(await codeOf('/ordinary', tokenBoundTo(), retired, address)).toBe('passed');
    });
  });
});

describe('a service that says of nobody that he may vouch for addresses', () => {
  const boot = async (more: object) => {
    const issuer = await createTestIssuer();
    const signatures = { caller: 'payment', keys: [first], ...more };
    onTestFinished(() => issuer.close());
    const { app, url } = await startGuarded('Fastify', { issuers: [{ issuer: issuer.url, audience }], signatures }, [
      Routes,
    ]);
    onTestFinished(() => app.close());
    return { issuer, url };
  };
  const send = async (url: string, token: string, path: string) => {
    const fields = { authorization: `Bearer ${token}`, 'client-address': '192.0.2.7' };
    const message = { method: 'POST', authority: new URL(url).host, target: path, fields };
    const added = signRequest(message, Buffer.alloc(0), new RequestKey(first));
    return exchange(url + path, Object.entries({ ...fields, ...added }).flat(), { method: 'POST' });
  };

  test('believes nobody where the route names no callers', async () => {
    const { issuer, url } = await boot({});
    const bound = issuer.token({ audience, claims: { cnf: { client_address: '192.0.2.0/24' } } });
    await vi.waitFor(async () => expect((await send(url, bound, '/signed')).status).toBe(201), 5000);
    expect((await send(url, bound, '/ordinary')).body.code).toBe('invalid_token');
  });

  test.each([
    ['of whom there is no key', ['ordr'], 'addressVouchers of signatures names "ordr", of whom there is no key.'],
    ['in a text', 'order', 'addressVouchers of signatures must be a list of callers: ["order"].'],
  ])('does not boot where he is named %s', async (_, addressVouchers, message) => {
    await expect(boot({ addressVouchers })).rejects.toThrow(message);
  });
});
