import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { Controller, Get, type INestApplication, type Type } from '@nestjs/common';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDpopKey, createDpopProof, type DpopOptions, memoryReplayStore } from '../../proof/index.js';
import { createTestIssuer, type TestIssuer } from '../../testing/index.js';
import { Authenticated } from '../declare/access.decorators.js';
import { Caller } from '../declare/caller.decorator.js';
import { adapters, EveryKindOfRoute, exchange, startGuarded } from '../guarded-service.fixture.js';

const audience = 'order.service';
const publicUrl = 'https://orders.example';
const key = createDpopKey();
const lasting = () => ({ ...memoryReplayStore(), forgetsOnRestart: false });
const nonceSecret = 'a secret of more than thirty-two bytes';

let issuer: TestIssuer;
const running: INestApplication[] = [];

beforeAll(async () => {
  issuer = await createTestIssuer();
  return () => issuer.close();
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function start(
  adapter: keyof typeof adapters,
  dpop: Partial<DpopOptions> = {},
  setting: Parameters<typeof startGuarded>[3] = {},
  controllers: Type[] = [EveryKindOfRoute],
): Promise<string> {
  const options = {
    issuers: [{ issuer: issuer.url, audience }],
    dpop: { publicUrls: [publicUrl], replayStore: lasting(), ...dpop },
  };
  const { app, url } = await startGuarded(adapter, options, controllers, setting);
  running.push(app);
  return url;
}

const boundToken = () => issuer.token({ audience, scopes: ['order.write'], claims: { cnf: { jkt: key.thumbprint } } });

function proven(path: string, nonce?: string, accessToken = boundToken()): string[] {
  const proof = createDpopProof({ key, method: 'GET', url: publicUrl + path, accessToken, nonce });
  return ['authorization', `DPoP ${accessToken}`, 'dpop', proof];
}

/** A route that takes any path below it. */
@Controller()
class Files {
  @Get('files/*')
  @Authenticated()
  read() {
    return {};
  }
}

/** Sends a request target as it is: a URL would have its dot segments resolved. */
async function sendTo(url: string, target: string, headers: string[]): Promise<{ status: number; code?: unknown }> {
  const { hostname: host, port } = new URL(url);
  const request = http.request({ host, port, path: target, headers: ['host', host, ...headers] as never }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const { code } = JSON.parse(await text(response));
  return { status: response.statusCode ?? 0, ...(code !== undefined && { code }) };
}

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('proofs on %s', (adapter) => {
  test('without a nonce are asked for one, where nonces are demanded, and pass with it', async () => {
    const url = await start(adapter, { nonceSecret });
    const asked = await exchange(`${url}/whoami`, proven('/whoami'));
    const nonce = String(asked.headers['dpop-nonce']);
    expect({ status: asked.status, code: asked.body.code, challenge: asked.challenge }).toEqual({
      status: 401,
      code: 'use_dpop_nonce',
      challenge: `DPoP realm="${audience}", error="use_dpop_nonce", algs="ES256 EdDSA Ed25519 RS256 PS256"`,
    });
    const passed = await exchange(`${url}/whoami`, proven('/whoami', nonce));
    expect({ status: passed.status, nonce: passed.headers['dpop-nonce'] }).toEqual({ status: 200, nonce: undefined });
  });

  test('with the nonce of before pass, and the answer brings the next one', async () => {
    const url = await start(adapter, { nonceSecret });
    vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    const nonce = String((await exchange(`${url}/whoami`, proven('/whoami'))).headers['dpop-nonce']);
    vi.setSystemTime(1_800_000_125_000);
    const { status, headers } = await exchange(`${url}/whoami`, proven('/whoami', nonce));
    const next = String(headers['dpop-nonce']);
    expect({ status, next }).toEqual({ status: 200, next: expect.stringMatching(/^[\w-]{43}$/) });
    expect(next).not.toBe(nonce);
    expect((await exchange(`${url}/whoami`, proven('/whoami', next))).headers['dpop-nonce']).toBeUndefined();
  });

  test('with a nonce of former days are asked for another', async () => {
    const url = await start(adapter, { nonceSecret });
    expect((await exchange(`${url}/whoami`, proven('/whoami', 'former'))).body.code).toBe('use_dpop_nonce');
  });

  test('that hold in nothing else are not told a nonce', async () => {
    const url = await start(adapter, { nonceSecret });
    const refused = await exchange(`${url}/whoami`, proven('/elsewhere'));
    expect({ code: refused.body.code, nonce: refused.headers['dpop-nonce'] }).toEqual({
      code: 'invalid_dpop_proof',
      nonce: undefined,
    });
  });

  test('cannot be judged while the replay store is away', async () => {
    const away = { forgetsOnRestart: false, record: () => Promise.reject(new Error('away')) };
    const url = await start(adapter, { replayStore: away });
    const { status, headers } = await exchange(`${url}/whoami`, proven('/whoami'));
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '5' });
  });

  test('are taken in the algorithms that are configured, and the challenge names those', async () => {
    const url = await start(adapter, { algorithms: ['EdDSA'] });
    const { status, challenge } = await exchange(`${url}/whoami`, proven('/whoami'));
    expect({ status, challenge }).toEqual({
      status: 401,
      challenge: `DPoP realm="${audience}", error="invalid_dpop_proof", algs="EdDSA"`,
    });
  });

  test.each([
    '/files/../whoami',
    '/files/tree/%2e%2e/%2e%2e/whoami',
    '/files/.%2E/whoami#',
    '/files/../../shop/whoami',
  ])('for another route are not taken at %s, which a router does not resolve', async (target) => {
    const url = await start(adapter, { publicUrls: [publicUrl, `${publicUrl}/shop`] }, {}, [EveryKindOfRoute, Files]);
    expect((await sendTo(url, '/files/whoami', proven('/files/whoami'))).status).toBe(200);
    const refused = await sendTo(url, target, proven(target.includes('shop') ? '/shop/whoami' : '/whoami'));
    expect(refused).toEqual({ status: 401, code: 'invalid_dpop_proof' });
  });

  test('go under the name of the scheme in every refusal that follows', async () => {
    const url = await start(adapter);
    const { challenge } = await exchange(`${url}/orders`, proven('/orders'));
    expect(challenge).toMatch(/^DPoP realm="order.service", error="insufficient_scope", scope="order.read", algs="/);
  });
});

@Resolver()
class TwiceAsked {
  @Query()
  @Authenticated()
  whoami(@Caller() caller: Caller) {
    return caller.subject;
  }
}

test('one proof is enough for all fields of a GraphQL request, and for no second request', async () => {
  const graphql = GraphQLModule.forRoot({ driver: MercuriusDriver, typeDefs: 'type Query { whoami: String }' });
  const url = await start('Fastify', { nonceSecret }, { imports: [graphql], providers: [TwiceAsked] }, []);
  const query = new URLSearchParams({ query: '{ a: whoami b: whoami }' });
  const ask = (headers: string[]) => exchange(`${url}/graphql?${query}`, headers);
  const asked = await ask(proven('/graphql'));
  const headers = proven('/graphql', String(asked.headers['dpop-nonce']));
  expect((await ask(headers)).body.data).toEqual({ a: 'alice', b: 'alice' });
  expect(JSON.stringify((await ask(headers)).body)).toContain('invalid_dpop_proof');
});

describe('a service that takes no proofs', () => {
  test('does not boot with a route that demands one', async () => {
    const options = { issuers: [{ issuer: issuer.url, audience }], dpop: undefined };
    await expect(startGuarded('Fastify', options as never)).rejects.toThrow(/Configure `dpop` of ServiceAuthModule/);
  });
});

test.each<[Partial<DpopOptions>, RegExp]>([
  [{ publicUrls: [] }, /must be a list of what callers call this service/],
  [{ publicUrls: ['orders.example'] }, /must list what callers call this service/],
  [{ publicUrls: ['https://orders.example?a=1'] }, /must list what callers call this service/],
  [{ algorithms: [] }, /must be some of ES256/],
  [{ algorithms: ['HS256' as never] }, /must be some of ES256/],
  [{ maxAgeSeconds: 301 }, /at most 300/],
  [{ nonceSecret: 'short' }, /openssl rand/],
])('options that cannot be meant stop the boot: %j', async (options, remedy) => {
  await expect(start('Fastify', options)).rejects.toThrow(remedy);
});
