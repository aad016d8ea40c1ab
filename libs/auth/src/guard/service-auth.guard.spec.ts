import type { INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecisionEvent } from '../observe/index.js';
import { memoryReplayStore, RequestKey, signRequest } from '../proof/index.js';
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

  test('does not take a no-break space for white space around a signed field', async () => {
    const authorization = `Bearer ${issuer.token({ audience, scopes: ['payment.create'] })}`;
    const fields = { authorization, 'idempotency-key': 'o1' };
    const message = { method: 'POST', authority: new URL(url).host, target: '/payments', fields };
    const signed = {
      ...fields,
      ...signRequest(message, Buffer.alloc(0), new RequestKey(key)),
      'idempotency-key': '\u00a0o1',
    };
    const refused = await exchange(`${url}/payments`, Object.entries(signed).flat(), { method: 'POST' });
    expect(refused.body.code).toBe('signature_invalid');
    expect((await get('/whoami', 'authorization', `\u00a0${authorization}`)).status).toBe(401);
  });

  test('refuses a signed route whose body was not kept, rather than fail', async () => {
    const unread = ['content-type', 'text/plain', 'signature', 'waybill=:AA==:'];
    const headers = [...bearer({ scopes: ['payment.create'] }), ...unread];
    expect((await exchange(`${url}/payments`, headers, { method: 'POST', body: 'text' })).status).toBe(401);
  });

  test.each([
    ['later', () => Promise.reject(new Error('listener'))],
    ['at once', () => JSON.parse('{')],
  ])('answers alike where the listener fails %s', async (_, fails) => {
    listen = fails;
    expect((await get('/whoami')).status).toBe(401);
    listen = undefined;
  });

  test('does not let an answer look complete that a refusal cut', async () => {
    await expect(get('/cut')).rejects.toThrow();
  });

  test('leaves a public route open', async () => {
    expect((await get('/public')).status).toBe(200);
  });

  test('tells the log which check refused, under the decision id of the answer', async () => {
    decisions.length = 0;
    const refused = [
      await get('/whoami', ...bearer({ expiresIn: -11 })),
      await get('/whoami', ...bearer({ audience: 'payment.service' })),
      await get('/whoami', 'authorization', `Bearer ${tamper(issuer.token({ audience }))}`),
    ];
    expect(decisions.map(({ reason }) => reason)).toEqual(['exp.passed', 'aud.other_service', 'signature.mismatch']);
    expect(decisions.map(({ decisionId }) => decisionId)).toEqual(refused.map(({ body }) => body.decisionId));
  });

  test('does not repeat a token of the query', async () => {
    decisions.length = 0;
    const { body } = await get(`/whoami?access_token=${issuer.token({ audience })}`);
    expect(body.instance).toBe('/whoami');
    expect(JSON.stringify([body, decisions])).not.toContain('eyJ');
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
