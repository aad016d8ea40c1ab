import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { All, Controller, Get, HttpCode, type INestApplication, Post } from '@nestjs/common';
import axios, { type AxiosInstance } from 'axios';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Authenticated, Public } from '../guard/declare/access.decorators.js';
import { Sensitive } from '../guard/declare/sensitive.decorator.js';
import { adapters, EveryKindOfRoute, exchange, startGuarded } from '../guard/guarded-service.fixture.js';
import type { ServiceAuthOptions } from '../guard/service-auth.options.js';
import { memoryReplayStore } from '../proof/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../testing/index.js';
import type { Caller } from '../verify/index.js';
import { runWithAuthority } from './authority.js';
import { HopUnknown } from './hop-answer.js';
import { ServiceClient } from './service-client.js';
import { readTarget, resolveAt, type TargetOptions } from './target.js';

const keys = [{ caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' }];
/** As if shared: the worker that runs these tests may be less than a second old, and a store of its own would say so. */
const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
const [first, next] = ['order.service', 'payment.service'];

@Controller()
class FirstHop {
  constructor(private readonly client: ServiceClient) {}

  @Post('pay')
  @Authenticated()
  async pay() {
    await delay(Math.random() * 20);
    try {
      return await this.client
        .to(next)
        .request({ method: 'POST', path: '/payments', body: { n: 1 }, idempotencyKey: 'o1' });
    } catch (error) {
      if (error instanceof HopUnknown) return { unknown: error.reason, sent: error.sent };
      throw error;
    }
  }

  @Get('nobody')
  @Public()
  nobody() {
    return this.client.to(next).request({ method: 'GET', path: '/whoami' });
  }
}

const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;

@Controller()
class BodilessCalls {
  constructor(private readonly client: ServiceClient) {}

  @Post('bodiless')
  @Authenticated()
  async call() {
    const requests = methods.map((method) => this.client.to(next).request({ method, path: '/signed' }));
    return (await Promise.all(requests)).map(({ status }) => status);
  }
}

@Controller()
class SignedRoute {
  @All('signed')
  @Authenticated()
  @Sensitive({ signature: { callers: ['order'] } })
  @HttpCode(200)
  signed() {
    return {};
  }
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('the service client on %s', (adapter) => {
  let issuer: TestIssuer;
  const apps: INestApplication[] = [];
  const servers: Server[] = [];

  beforeEach(async () => {
    issuer = await createTestIssuer();
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await issuer.close();
  });

  async function start(
    audience: string,
    options: Partial<ServiceAuthOptions>,
    controllers: Parameters<typeof startGuarded>[2],
  ) {
    const issuers = [{ issuer: issuer.url, audience }];
    const { app, url } = await startGuarded(adapter, { issuers, ...options }, controllers);
    apps.push(app);
    return url;
  }

  const startFirst = (url: string, caller = 'order') =>
    start(first, { signatures: { caller, keys }, targets: [{ audience: next, url, timeoutMs: 300, sign: true }] }, [
      FirstHop,
    ]);
  const startNext = (secret = keys[0]?.secret ?? '') =>
    start(next, { signatures: { caller: 'payment', keys: [{ caller: 'order', id: 'k1', secret }], replayStore } }, [
      EveryKindOfRoute,
    ]);

  async function standIn(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const send = (url: string, path: string, claims: TestClaims = {}) => {
    const token = issuer.token({ audience: [first, next], scopes: ['payment.create'], ...claims });
    return exchange(url + path, ['authorization', `Bearer ${token}`], { method: 'POST' });
  };

  test('carries the token on, signed, and the next service verifies both for itself', async () => {
    const { status, body } = await send(await startFirst(await startNext()), '/pay');
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 201, body: { body: { n: 1 } } });
  });

  test('sends a request without a body so that its signature holds', async () => {
    const signatures = { caller: 'payment', keys, replayStore };
    const url = await start(next, { signatures }, [SignedRoute]);
    const target = { audience: next, url, timeoutMs: 2000, sign: true };
    const caller = await start(first, { signatures: { caller: 'order', keys }, targets: [target] }, [BodilessCalls]);
    expect((await send(caller, '/bodiless')).body).toEqual([200, 200, 200, 200]);
  });

  test('passes on the refusal of the next hop, and names the hop', async () => {
    const { status, challenge, body } = await send(await startFirst(await startNext()), '/pay', { scopes: [] });
    expect(status).toBe(403);
    expect(challenge).toBe(`Bearer realm="${first}", error="insufficient_scope", scope="payment.create"`);
    expect(body).toMatchObject({ code: 'insufficient_scope', hop: next, scope: 'payment.create', instance: '/pay' });
  });

  test('says that it is misconfigured where the next hop does not know its signature', async () => {
    const { status, body } = await send(
      await startFirst(await startNext('quite another secret of enough bytes')),
      '/pay',
    );
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'hop_misconfigured', hop: next });
  });

  test('sends nothing where the token does not name the next service', async () => {
    const received: IncomingMessage[] = [];
    const url = await startFirst(await standIn((request, response) => received.push(request) && response.end('{}')));
    const { status, body, challenge } = await send(url, '/pay', { audience: first });
    expect({ status, code: body.code, hop: body.hop, challenge }).toEqual({
      status: 403,
      code: 'audience_missing',
      hop: next,
      challenge: undefined,
    });
    expect(received).toHaveLength(0);
  });

  test('passes on no more of a refusal than it knows', async () => {
    const problem = JSON.stringify({ code: 'constructor', detail: 'internal', scope: 'a\r\nb' });
    const url = await startFirst(await standIn((_, response) => response.writeHead(403).end(problem)));
    const { status, body, challenge } = await send(url, '/pay');
    expect({ status, code: body.code, detail: body.detail, challenge }).toEqual({
      status: 403,
      code: 'access_denied',
      detail: 'A service behind this one refused the request.',
      challenge: undefined,
    });
  });

  test.each(['a\r\nX-Evil: 1', '€', '', 'a b', 'k'.repeat(256)])(
    'takes no idempotency key like %j',
    async (idempotencyKey) => {
      const http = {} as AxiosInstance;
      const targets = [{ audience: next, url: 'http://payment.internal' }];
      const hop = new ServiceClient(http, { targets, clockToleranceSeconds: 10 }).to(next);
      await expect(hop.request({ method: 'POST', path: '/payments', idempotencyKey })).rejects.toThrow(
        'idempotency key',
      );
    },
  );

  test('shows its requests to nothing that the application hangs on the common axios', async () => {
    const seen: unknown[] = [];
    const hook = axios.interceptors.request.use((config) => {
      seen.push(config);
      return config;
    });
    const { status } = await send(await startFirst(await startNext()), '/pay');
    axios.interceptors.request.eject(hook);
    expect({ status, seen }).toEqual({ status: 201, seen: [] });
  });

  test('has no authority to carry outside of a guarded request', async () => {
    const url = await startFirst(await startNext());
    expect((await exchange(`${url}/nobody`)).status).toBe(500);
  });

  test.each<[string, RequestListener]>([
    ['silence', () => undefined],
    ['a redirect', (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()],
    ['garbage', (_, response) => response.writeHead(201).end('{"id"')],
    [
      'a cut body',
      (_, response) => response.writeHead(201, { 'content-length': '100' }).write('{}') && response.destroy(),
    ],
    ['a page that is far too large', (_, response) => response.end(Buffer.alloc(2_000_000, 32))],
  ])('knows nothing after %s', async (_, listener) => {
    const { body } = await send(await startFirst(await standIn(listener)), '/pay');
    expect(body).toEqual({ unknown: expect.any(String), sent: true });
  });

  test.each([
    ['ECONNREFUSED', 'http://127.0.0.1:1'],
    ['ENOTFOUND', `http://${'x'.repeat(64)}.invalid`], // too long a label to be asked for
  ])('knows that nothing was sent after %s', async (unknown, url) => {
    const { body } = await send(await startFirst(url), '/pay');
    expect(body).toEqual({ unknown, sent: false });
  });
});

describe('a signed target', () => {
  const pair = { caller: 'order', id: 'k2', algorithm: 'ed25519', ...generateKeyPairSync('ed25519') } as const;
  const { privateKey: _, ...verifying } = pair;
  const foreign = { ...pair, caller: 'payment', ...generateKeyPairSync('ed25519') };
  const signatures = { caller: 'order', keys: [{ ...verifying, id: 'k0' }, ...keys, pair, foreign] };
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Header fields of a request that is relayed to a target with this option. */
  async function fieldsSent(sign: TargetOptions['sign'], clientAddress?: string): Promise<IncomingMessage['headers']> {
    const seen: IncomingMessage['headers'][] = [];
    const server = createServer((request, response) => seen.push(request.headers) && response.end('{}'));
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const targets = [{ audience: next, url, ...(sign !== undefined && { sign }) }];
    const client = new ServiceClient(axios.create(), { targets, signatures, clockToleranceSeconds: 10 });
    const caller = { audience: [next], expiresAt: Date.now() / 1000 + 60 } as unknown as Caller;
    const authority = { caller, token: 'a.b.c', ...(clientAddress !== undefined && { clientAddress }) };
    await runWithAuthority(authority, () => client.to(next).request({ method: 'GET', path: '/' }));
    return seen[0] ?? {};
  }

  test.each([
    [true, 'order/k1', 'hmac-sha256'],
    [{ key: 'order/k2' }, 'order/k2', 'ed25519'],
    [{ key: 'order/k1' }, 'order/k1', 'hmac-sha256'],
  ] as const)('gets requests signed as configured: %j', async (sign, id, algorithm) => {
    expect((await fieldsSent(sign))['signature-input']).toMatch(`keyid="${id}";alg="${algorithm}"`);
  });

  test.each([undefined, false] as const)('is none where that is not asked for: %j', async (sign) => {
    expect(await fieldsSent(sign)).not.toHaveProperty('signature');
  });

  test("is told the client's address, in what is signed, and nobody else is", async () => {
    const fields = await fieldsSent(true, '192.0.2.7');
    expect(fields['client-address']).toBe('192.0.2.7');
    expect(fields['signature-input']).toContain('"client-address"');
    expect(await fieldsSent(true)).not.toHaveProperty('client-address');
    expect(await fieldsSent(false, '192.0.2.7')).not.toHaveProperty('client-address');
  });

  test.each([
    [{ key: 'order/k0' }, '"order/k0" is no signature key with which "order" can sign'],
    [{ key: 'order/k9' }, '"order/k9" is no signature key'],
    [{ key: 'payment/k2' }, '"payment/k2" is no signature key with which "order" can sign'],
    [{ key: 2 } as never, 'sign of payment.service must be true, or name a key of this service'],
    ['order/k1' as never, 'sign of payment.service must be true'],
    [null as never, 'sign of payment.service must be true'],
  ])('cannot be configured with %j', (sign, message) => {
    const targets = [{ audience: next, url: 'http://a', sign }];
    const make = () => new ServiceClient({} as AxiosInstance, { targets, signatures, clockToleranceSeconds: 10 });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test('needs keys', () => {
    const targets = [{ audience: next, url: 'http://a', sign: true }];
    expect(() => new ServiceClient({} as AxiosInstance, { targets, clockToleranceSeconds: 10 })).toThrow(
      'Configure `signatures` of ServiceAuthModule',
    );
  });
});

describe('a path at a target', () => {
  const target = readTarget({ audience: next, url: 'http://payment.internal:8080/v1/' });

  test('stays at the target', () => {
    expect(resolveAt(target, '/payments?limit=1').href).toBe('http://payment.internal:8080/v1/payments?limit=1');
  });

  test.each([
    'http://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\evil',
    'payments',
    '',
    '/../admin',
    '/a/%2e%2e/b',
    '/a\r\nb',
    '/a b',
    '/a#b',
  ])('is not %j', (path) => {
    expect(() => resolveAt(target, path)).toThrow(TypeError);
  });
});

describe('a target', () => {
  test.each([
    [{ audience: '', url: 'http://a' }],
    [{ audience: next, url: 'http//user:secret@a' }],
    [{ audience: next, url: 'ftp://user:secret@a' }],
    [{ audience: next, url: 'a' }],
    [{ audience: next, url: 'ftp://a' }],
    [{ audience: next, url: 'http://user:secret@a' }],
    [{ audience: next, url: 'http://a?b' }],
    [{ audience: next, url: 'http://a', timeoutMs: 0 }],
    [{ audience: next, url: 'http://a', serviceScopes: ['payment.settle payment.create'] }],
    [{ audience: next, url: 'http://a', serviceScopes: 'secret' as never }],
  ])('is not %j', (options) => {
    expect(() => readTarget(options)).toThrow(TypeError);
    expect(() => readTarget(options)).not.toThrow('secret');
  });
});
