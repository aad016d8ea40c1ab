import type { INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionEvent } from '../observe/index.js';
import { memoryReplayStore, signRequest } from '../proof/index.js';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../testing/index.js';
import { adapters, exchange, startGuarded } from './guarded-service.fixture.js';

const audience = 'order.service';
const key = { caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' };

describe.each(Object.keys(adapters) as (keyof typeof adapters)[])('the guard on %s', (adapter) => {
  let issuer: TestIssuer;
  let app: INestApplication;
  let url: string;
  const decisions: DecisionEvent[] = [];
  let listen: (() => unknown) | undefined;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const onDecision = (event: DecisionEvent) => (listen ? listen() : decisions.push(event));
    const replayStore = { ...memoryReplayStore(), forgetsOnRestart: false };
    const signatures = { caller: 'payment', keys: [key], replayStore };
    ({ app, url } = await startGuarded(adapter, {
      issuers: [{ issuer: issuer.url, audience }],
      signatures,
      onDecision,
    }));
  });

  afterAll(async () => {
    await app.close();
    await issuer.close();
  });

  const get = (path: string, ...headers: string[]) => exchange(url + path, headers);
  const bearer = (claims: TestClaims = {}) => ['authorization', `Bearer ${issuer.token({ audience, ...claims })}`];

  test('lets a good token through and hands over its caller', async () => {
    const { status, body } = await get('/whoami', ...bearer({ subject: 'alice', scopes: ['order.read'] }));
    expect({ status, body }).toEqual({
      status: 200,
      body: { subject: 'alice', issuer: issuer.url, scopes: ['order.read'] },
    });
  });

  test('takes the scheme in any case', async () => {
    const token = issuer.token({ audience });
    expect((await get('/whoami', 'Authorization', `bearer ${token}`)).status).toBe(200);
  });

  test('leaves a public route open', async () => {
    expect((await get('/public')).status).toBe(200);
  });

  test.each([
    ['no credentials', []],
    ['another scheme', ['authorization', 'Basic YTpi']],
  ])('challenges %s without an error code', async (_, headers) => {
    const { status, challenge, body } = await get('/whoami', ...headers);
    expect(status).toBe(401);
    expect(challenge).toBe(`Bearer realm="${audience}"`);
    expect(body).toMatchObject({ status: 401, code: 'credentials_missing', instance: '/whoami' });
  });

  test('never takes a token from the query, and does not repeat it', async () => {
    const { status, challenge, body } = await get(`/whoami?access_token=${issuer.token({ audience })}`);
    expect(status).toBe(401);
    expect(challenge).not.toContain('error');
    expect(body.instance).toBe('/whoami');
  });

  test.each([
    ['an empty token', (token: string) => ['/whoami', 'authorization', 'Bearer', token] as const],
    [
      'two tokens in one field',
      (token: string) => ['/whoami', 'authorization', `Bearer ${token}, Bearer ${token}`] as const,
    ],
    [
      'a token in header and query',
      (token: string) => [`/whoami?access_token=${token}`, 'authorization', `Bearer ${token}`] as const,
    ],
  ])('calls %s malformed', async (_, request) => {
    const [path, name, value] = request(issuer.token({ audience }));
    const { status, challenge, body } = await get(path, name, value);
    expect(status).toBe(400);
    expect(challenge).toBe(`Bearer realm="${audience}", error="invalid_request"`);
    expect(body.code).toBe('invalid_request');
  });

  test('calls two Authorization fields malformed, even where both are good', async () => {
    expect((await get('/whoami', ...bearer(), ...bearer())).status).toBe(400);
  });

  test('refuses a bad token without saying why, and tells the log', async () => {
    decisions.length = 0;
    const expired = await get('/whoami', ...bearer({ expiresIn: -11 }));
    const elsewhere = await get('/whoami', ...bearer({ audience: 'payment.service' }));
    const tampered = await get('/whoami', 'authorization', `Bearer ${tamper(issuer.token({ audience }))}`);
    for (const { status, challenge, headers } of [expired, elsewhere, tampered]) {
      expect(status).toBe(401);
      expect(challenge).toBe(`Bearer realm="${audience}", error="invalid_token"`);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(headers['cache-control']).toBe('no-store');
    }
    const bodies = [expired, elsewhere, tampered].map(({ body: { decisionId, ...rest } }) => rest);
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
    expect(bodies[0]).toEqual({
      type: 'urn:waybill:problem:invalid_token',
      title: 'The access token is not valid',
      status: 401,
      detail: 'The access token is not valid for this service. Obtain a new one and try again.',
      instance: '/whoami',
      code: 'invalid_token',
    });
    expect(decisions.map(({ reason }) => reason)).toEqual(['exp.passed', 'aud.other_service', 'signature.mismatch']);
    expect(decisions.map(({ decisionId }) => decisionId)).toEqual(
      [expired, elsewhere, tampered].map(({ body }) => body.decisionId),
    );
  });

  test('tolerates ten seconds of skew', async () => {
    expect((await get('/whoami', ...bearer({ expiresIn: -9 }))).status).toBe(200);
  });

  test('names every scope that the route needs', async () => {
    const { status, challenge, body } = await exchange(`${url}/orders`, bearer({ scopes: ['order.write'] }), {
      method: 'POST',
    });
    expect(status).toBe(403);
    expect(challenge).toBe(
      `Bearer realm="${audience}", error="insufficient_scope", scope="order.write payment.create"`,
    );
    expect(body).toMatchObject({ code: 'insufficient_scope', scope: 'order.write payment.create' });
  });

  test.each([
    '',
    'order.write.all',
    'order.writ',
    'Order.Read',
    'оrder.read',
    'order.read\u200b',
    'order.read\torder.write',
    '*',
  ])('does not take %j for a scope that it resembles', async (scope) => {
    expect((await get('/orders', ...bearer({ scopes: [scope] }))).status).toBe(403);
  });

  test('takes any of the scopes where the route says so', async () => {
    expect((await get('/any', ...bearer({ scopes: ['order.write'] }))).status).toBe(200);
    expect((await get('/any', ...bearer({ scopes: ['payment.read'] }))).status).toBe(403);
  });

  test('wants the signature that a sensitive route demands, and says which', async () => {
    const paid = bearer({ scopes: ['payment.create'] });
    const { status, challenge, body, headers } = await exchange(`${url}/payments`, paid, { method: 'POST' });
    expect({ status, challenge, code: body.code }).toEqual({
      status: 401,
      challenge: `Bearer realm="${audience}"`,
      code: 'signature_invalid',
    });
    expect(headers['accept-signature']).toContain(
      '"@method" "@authority" "@path" "@query" "content-digest" "authorization"',
    );
  });

  test.each(['authorization', 'content-digest', 'signature', 'signature-input', 'idempotency-key'])(
    'sees a repeated %s field of a signed request',
    async (name) => {
      const { host } = new URL(url);
      const authorization = `Bearer ${issuer.token({ audience, scopes: ['payment.create'] })}`;
      const fields = { authorization, 'idempotency-key': 'o1' };
      const message = { method: 'POST', authority: host, target: '/payments', fields };
      const signed = { ...fields, ...signRequest(message, Buffer.alloc(0), key) };
      const lines = Object.entries(signed).flatMap(([field, value]) => [field.toLowerCase(), value]);
      expect((await exchange(`${url}/payments`, lines, { method: 'POST' })).status).toBe(201);
      const again = { ...fields, ...signRequest(message, Buffer.alloc(0), key) };
      const fresh = Object.entries(again).flatMap(([field, value]) => [field.toLowerCase(), value]);
      const repeated = [...fresh, name, fresh[fresh.indexOf(name) + 1] ?? ''];
      const { status } = await exchange(`${url}/payments`, repeated, { method: 'POST' });
      expect(status).toBe(name === 'authorization' ? 400 : 401);
    },
  );

  test('does not take a no-break space for white space around a signed field', async () => {
    const fields = {
      authorization: `Bearer ${issuer.token({ audience, scopes: ['payment.create'] })}`,
      'idempotency-key': 'o1',
    };
    const message = { method: 'POST', authority: new URL(url).host, target: '/payments', fields };
    const signed = { ...fields, ...signRequest(message, Buffer.alloc(0), key), 'idempotency-key': '\u00a0o1' };
    const lines = Object.entries(signed).flat();
    expect((await exchange(`${url}/payments`, lines, { method: 'POST' })).body.code).toBe('signature_invalid');
    expect((await get('/whoami', 'authorization', `\u00a0${fields.authorization}`)).status).toBe(401);
  });

  test('refuses a signed route whose body was not kept, rather than fail', async () => {
    const headers = [
      ...bearer({ scopes: ['payment.create'] }),
      'content-type',
      'text/plain',
      'signature',
      'waybill=:AA==:',
    ];
    const { status } = await exchange(`${url}/payments`, headers, { method: 'POST', body: 'text' });
    expect(status).toBe(401);
  });

  test('finds a token in a query behind a second question mark', async () => {
    expect((await get(`/whoami?a=1?&access_token=x`, ...bearer())).status).toBe(400);
  });

  test('stays closed where a route is both public and sensitive', async () => {
    expect((await exchange(`${url}/contradictory`, [], { method: 'POST' })).status).toBe(500);
  });

  test('answers alike whatever becomes of the listener', async () => {
    listen = async () => {
      throw new Error('listener');
    };
    expect((await get('/whoami')).status).toBe(401);
    listen = () => {
      throw new Error('listener');
    };
    expect((await get('/whoami')).status).toBe(401);
    listen = undefined;
  });

  test('does not let an answer look complete that a refusal cut', async () => {
    await expect(get('/cut')).rejects.toThrow();
  });

  test('closes a route that declares nothing', async () => {
    expect((await get('/unannotated')).challenge).toBe(`Bearer realm="${audience}"`);
    const { status, body } = await get('/unannotated', ...bearer({ scopes: ['order.read'] }));
    expect(status).toBe(403);
    expect(body.code).toBe('route_unannotated');
  });
});

/** Changes one character in the middle of the signature. */
function tamper(token: string): string {
  const at = token.length - 40;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}
