import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import axios from 'axios';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClientCredentialsOptions, readClientCredentials } from './client-credentials.js';
import { withDeadline } from './deadline.js';
import { HopUnknown } from './hop-answer.js';
import { HopMisconfigured } from './hop-refusal.js';
import { ServiceAuthority } from './service-authority.js';
import { ServiceClient } from './service-client.js';
import { ServiceTokenUnavailable } from './service-token-unavailable.js';
import { readTarget } from './target.js';

const audience = 'payment.service';
const clientSecret = 'a secret: with+all%that/needs=encoding&~';
const settle = { method: 'GET', path: '/payments/by-order/1/fence' } as const;

interface Received {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

describe('a service that acts as itself', () => {
  const servers: Server[] = [];
  /** What the token endpoint, and what the target was sent. */
  const asked: Received[] = [];
  const called: Received[] = [];
  let answerToken: RequestListener;
  let answerCall: RequestListener;
  let tokenUrl: string;
  let url: string;

  const json = (response: Parameters<RequestListener>[1], body: unknown, status = 200) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const tokenOf = (n: number) => `opaque-token-number-${n}`;
  const good =
    (members: object = {}): RequestListener =>
    (_, response) =>
      json(response, { access_token: tokenOf(asked.length), token_type: 'Bearer', expires_in: 300, ...members });

  beforeEach(async () => {
    asked.length = called.length = 0;
    answerToken = good();
    answerCall = (_, response) => json(response, { fence: 'held' });
    tokenUrl = `${await listen(asked, (...exchange) => answerToken(...exchange))}/token`;
    url = await listen(called, (...exchange) => answerCall(...exchange));
  });

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(received: Received[], answer: RequestListener): Promise<string> {
    const server = createServer(async (request, response) => {
      const form = Object.fromEntries(new URLSearchParams((await request.toArray()).join('')));
      received.push({ path: request.url, authorization: request.headers.authorization, form });
      answer(request, response);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const credentials = (): ClientCredentialsOptions => ({ tokenUrl, clientId: 'order', clientSecret });
  const target = () => ({ audience, url, serviceScopes: ['payment.settle', 'payment.read'] });
  const client = () =>
    new ServiceClient(axios.create(), {
      targets: [target()],
      clientCredentials: credentials(),
      clockToleranceSeconds: 10,
    });
  const hop = () => client().asService(audience);
  const authority = (now?: () => number) =>
    new ServiceAuthority(axios.create(), readClientCredentials(credentials(), false), readTarget(target()), now);
  const failure = async (attempt: Promise<unknown>) => attempt.catch((error: unknown) => error);

  test('asks for a token by its credentials, for the scopes of the target, and sends it', async () => {
    expect(await hop().request(settle)).toMatchObject({ status: 200, body: { fence: 'held' } });
    const [request] = asked;
    expect(request?.form).toEqual({ grant_type: 'client_credentials', scope: 'payment.settle payment.read' });
    const [scheme, pair = ''] = request?.authorization?.split(' ') ?? [];
    const parts = Buffer.from(pair, 'base64').toString().split(':');
    expect([scheme, ...parts.map((part) => new URLSearchParams(`part=${part}`).get('part'))]).toEqual([
      'Basic',
      'order',
      clientSecret,
    ]);
    expect(called).toMatchObject([{ path: settle.path, authorization: `Bearer ${tokenOf(1)}` }]);
  });

  test('uses a token again until shortly before it expires', async () => {
    let now = 1000;
    const service = authority(() => now);
    answerToken = good({ expires_in: 100 });
    expect(await service.accessToken()).toBe(tokenOf(1));
    now += 89_999;
    expect(await service.accessToken()).toBe(tokenOf(1));
    now += 1;
    answerToken = good({ expires_in: 900 });
    expect(await service.accessToken()).toBe(tokenOf(2));
    now += 869_999;
    expect(await service.accessToken()).toBe(tokenOf(2));
    now += 1;
    expect(await service.accessToken()).toBe(tokenOf(3));
  });

  test('asks anew each time where the issuer does not say how long a token lives', async () => {
    answerToken = good({ expires_in: undefined });
    const service = authority();
    expect(await service.accessToken()).toBe(tokenOf(1));
    expect(await service.accessToken()).toBe(tokenOf(2));
  });

  test('asks once for all who ask at the same time', async () => {
    const service = hop();
    await Promise.all(Array.from({ length: 64 }, () => service.request(settle)));
    expect(asked).toHaveLength(1);
    expect(new Set(called.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${tokenOf(1)}`]));
    expect(called).toHaveLength(64);
  });

  test('does not remember a failed request', async () => {
    answerToken = (_, response) => json(response, { error: 'temporarily_unavailable' }, 503);
    const service = hop();
    const failures = await Promise.all([1, 2].map(() => failure(service.request(settle))));
    for (const error of failures)
      expect(error).toMatchObject({ hop: audience, reason: 'the token endpoint answered 503', sent: false });
    expect(asked).toHaveLength(1);
    answerToken = good();
    expect(await service.request(settle)).toMatchObject({ status: 200 });
  });

  test('drops a token that the target does not take, and gets a new one for the next attempt', async () => {
    const service = hop();
    await service.request(settle);
    answerCall = (_, response) => json(response, { code: 'invalid_token', decisionId: 'd-1' }, 401);
    const refused = await failure(service.request(settle));
    expect(refused).toBeInstanceOf(HopMisconfigured);
    expect(refused).toMatchObject({ reason: 'hop.invalid_token', hopDecisionId: 'd-1', terms: { status: 503 } });
    expect(asked).toHaveLength(1);
    answerCall = (_, response) => json(response, {});
    await service.request(settle);
    expect(called.at(-1)?.authorization).toBe(`Bearer ${tokenOf(2)}`);
  });

  test('keeps a token that lacks a scope: another would lack it too', async () => {
    const service = hop();
    answerCall = (_, response) => json(response, { code: 'insufficient_scope', scope: 'payment.settle' }, 403);
    for (let attempt = 0; attempt < 2; attempt += 1)
      expect(await failure(service.request(settle))).toMatchObject({ reason: 'hop.insufficient_scope' });
    expect(asked).toHaveLength(1);
  });

  test('keeps a newer token where the target refused an older one', async () => {
    let now = 0;
    const service = authority(() => now);
    const old = await service.accessToken();
    now += 300_000;
    const fresh = await service.accessToken();
    service.refusal(old, { status: 401, headers: {}, body: undefined });
    expect(await service.accessToken()).toBe(fresh);
  });

  test.each<[string, RequestListener, string]>([
    ['a refusal', (_, response) => json(response, { error: 'invalid_client' }, 401), 'answered 401 invalid_client'],
    [
      'a refusal that repeats the secret',
      ({ headers }, response) => json(response, { error: headers.authorization, access_token: clientSecret }, 400),
      'answered 400',
    ],
    [
      'a token under another status',
      (_, response) => json(response, { access_token: tokenOf(1), token_type: 'Bearer' }, 202),
      'answered 202',
    ],
    ['a page', (_, response) => response.end('<html>Sign in</html>'), 'gave no access token'],
    ['nothing', (_, response) => response.end(), 'gave no access token'],
    ['null', (_, response) => json(response, null), 'gave no access token'],
    ['a list', (_, response) => json(response, [tokenOf(1)]), 'gave no access token'],
    ['no token', good({ access_token: undefined }), 'gave no access token'],
    ['a token with a line break', good({ access_token: 'a\r\nX-Evil: 1' }), 'gave no access token'],
    ['an endless token', good({ access_token: 'a'.repeat(9000) }), 'gave no access token'],
    ['no type', good({ token_type: undefined }), 'gave a token that is no Bearer token'],
    ['a token of another type', good({ token_type: 'DPoP' }), 'gave a token that is no Bearer token'],
    ['a negative lifetime', good({ expires_in: -1 }), 'gave a token of an impossible lifetime'],
    ['a lifetime in milliseconds', good({ expires_in: 1e12 }), 'gave a token of an impossible lifetime'],
    ['a lifetime as a text', good({ expires_in: '300' }), 'gave a token of an impossible lifetime'],
    ['half a second', good({ expires_in: 0.5 }), 'gave a token of an impossible lifetime'],
    ['10 MB', (_, response) => response.end(Buffer.alloc(10_000_000, 32)), 'gave no answer (ERR_BAD_RESPONSE)'],
    ['a lost connection', (_, response) => response.destroy(), 'gave no answer (ECONNRESET)'],
  ])('sends nothing where the token endpoint answers with %s', async (_, answer, reason) => {
    answerToken = answer;
    const error = await failure(hop().request(settle));
    expect(error).toBeInstanceOf(ServiceTokenUnavailable);
    expect(error).toMatchObject({ sent: false, reason: expect.stringContaining(reason) });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(clientSecret);
    expect(called).toEqual([]);
  });

  test.each([301, 302, 303, 307, 308])('follows no redirect of the token endpoint (%d)', async (status) => {
    answerToken = (_, response) => response.writeHead(status, { location: `${url}/token` }).end();
    expect(await failure(hop().request(settle))).toMatchObject({ reason: `the token endpoint answered ${status}` });
    expect(called).toEqual([]);
  });

  test('takes a bearer token under any spelling of its type', async () => {
    answerToken = good({ token_type: 'bEARER' });
    expect(await hop().request(settle)).toMatchObject({ status: 200 });
  });

  test('gives up on a token endpoint that never answers', async () => {
    answerToken = () => undefined;
    const service = authority();
    const start = performance.now();
    expect(await failure(service.accessToken())).toMatchObject({
      reason: 'the token endpoint gave no answer (ERR_CANCELED)',
    });
    expect(performance.now() - start).toBeGreaterThan(4000);
    answerToken = good();
    expect(await service.accessToken()).toBe(tokenOf(2));
  }, 20_000);

  test('waits for a token no longer than the call may take, while others go on waiting', async () => {
    let release: () => void = () => undefined;
    answerToken = (request, response) => {
      release = () => good()(request, response);
    };
    const service = hop();
    const hurried = failure(withDeadline(100, () => service.request(settle)));
    const patient = service.request(settle);
    expect(await hurried).toMatchObject({ name: 'ServiceTokenUnavailable', reason: 'deadline_passed', sent: false });
    release();
    expect(await patient).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(1);
  });

  test('sends nothing once the deadline has passed, neither to the target nor for a token', async () => {
    const service = hop();
    const late = await failure(withDeadline(0, () => service.request(settle)));
    expect(late).toBeInstanceOf(HopUnknown);
    expect(late).toMatchObject({ reason: 'deadline_passed', sent: false });
    await delay(20);
    expect([asked, called]).toEqual([[], []]);
  });

  test('shows neither secret nor token to what prints its client', async () => {
    const services = client();
    await services.asService(audience).request(settle);
    const shown = inspect(services, { depth: null, showHidden: true }) + JSON.stringify(services);
    expect(shown).toContain('payment.settle');
    for (const hidden of [clientSecret, tokenOf(1), asked[0]?.authorization ?? '']) expect(shown).not.toContain(hidden);
  });

  test('relays nobody', async () => {
    await expect(hop().ensureAllowed()).rejects.toThrow('No caller');
    await expect(client().to(audience).ensureAllowed()).rejects.toThrow('There is no caller');
  });
});

describe('acting as the service', () => {
  const target = { audience, url: 'http://127.0.0.1:3002' };
  const clientCredentials = { tokenUrl: 'http://127.0.0.1:3000/token', clientId: 'order', clientSecret };
  const configure = (options: object = {}) =>
    new ServiceClient(axios.create(), { targets: [target], clockToleranceSeconds: 10, ...options });

  test('is not possible without credentials, and says how it becomes so', () => {
    expect(configure().canActAsService).toBe(false);
    expect(() => configure().asService(audience)).toThrow(/Configure `clientCredentials` of ServiceAuthModule\.$/);
  });

  test('is not possible where no scopes are named, for a token would carry all that are granted', () => {
    expect(configure({ clientCredentials }).canActAsService).toBe(true);
    expect(() => configure({ clientCredentials }).asService(audience)).toThrow(/as `serviceScopes` of the target\.$/);
  });

  test('is possible at configured targets only', () => {
    expect(() => configure({ clientCredentials }).asService('evil.service')).toThrow('"evil.service" is no target');
  });

  test.each([
    [{ tokenUrl: 'http://auth.example/token' }, 'tokenUrl of clientCredentials must be https'],
    [{ tokenUrl: 'token' }, 'tokenUrl of clientCredentials is not a URL'],
    [{ tokenUrl: 'https://order:secret@auth.example/token' }, 'must not carry credentials'],
    [{ tokenUrl: `https://${clientSecret}` }, 'tokenUrl of clientCredentials is not a URL'],
    [{ tokenUrl: 'https://auth.example/token#here' }, 'must have no fragment'],
    [{ clientId: '' }, 'clientId of clientCredentials must be'],
    [{ clientSecret: '' }, 'clientSecret of clientCredentials must be'],
    [{ clientSecret: `${clientSecret}\n` }, 'clientSecret of clientCredentials must be'],
  ])('is refused with %j, without showing the secret', (wrong, message) => {
    const attempt = () => configure({ clientCredentials: { ...clientCredentials, ...wrong } });
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(clientSecret);
  });

  test('may use plain http beyond this machine where that is allowed', () => {
    const plain = { ...clientCredentials, tokenUrl: 'http://auth:3000/token' };
    expect(configure({ clientCredentials: plain, allowHttp: true }).canActAsService).toBe(true);
  });
});
