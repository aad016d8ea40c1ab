import { request } from 'node:http';
import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { developmentClientSecret } from '@waybill/service-defaults';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addClient } from '../clients/clients.js';
import { basic, decode, isSignedByJwks, type RunningAuth, startAuth, token } from '../testing/auth-service.js';

const clientCredentials = { grant_type: 'client_credentials' };
const demo = basic('demo-service', 'waybill-demo');
const header = (credentials: string) => ({ Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });

describe.each(testDatabases())('POST /token on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  test('gives a confidential client a token of its own, and no refresh token', async () => {
    const { status, headers, body } = await token(auth, clientCredentials, demo);
    expect(status).toBe(200);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('Pragma')).toBe('no-cache');
    const scope = 'order.read payment.read';
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900, scope });
    expect(decode(body.access_token).claims).toMatchObject({
      sub: 'demo-service',
      client_id: 'demo-service',
      aud: ['order.service', 'payment.service'],
      sid: expect.any(String),
      scope,
    });
    expect(await isSignedByJwks(body.access_token, auth)).toBe(true);
  });

  test('lets the order service act as itself, at payment and only to settle', async () => {
    const order = basic('order', developmentClientSecret(database.folder, 'order'));
    const { status, body } = await token(auth, { ...clientCredentials, scope: 'payment.settle' }, order);
    expect(status).toBe(200);
    expect(decode(body.access_token).claims).toMatchObject({
      sub: 'order',
      client_id: 'order',
      aud: ['payment.service'],
      service_scopes: ['payment.settle'],
    });
    const { body: more } = await token(auth, { ...clientCredentials, scope: 'payment.create' }, order);
    expect(more).toMatchObject({ error: 'invalid_scope' });
  });

  test('takes the credentials from the form as well', async () => {
    const form = { ...clientCredentials, client_id: 'demo-service', client_secret: 'waybill-demo' };
    expect((await token(auth, form)).status).toBe(200);
  });

  test('decodes the parts of Basic as a form does (RFC 6749 §2.3.1)', async () => {
    const secret = 'a b:c%+ä';
    await auth.db.transaction((tx) =>
      addClient(tx, { clientId: 'odd:one', secret, scopes: ['order.read'], demo: false }),
    );
    expect((await token(auth, clientCredentials, basic('odd:one', secret))).status).toBe(200);
    expect((await token(auth, clientCredentials, header(`odd:one:${secret}`))).status).toBe(401);
  });

  test('narrows to the scope that is asked for, and an empty parameter counts as none', async () => {
    const { body } = await token(auth, { ...clientCredentials, scope: 'payment.read' }, demo);
    expect(decode(body.access_token).claims).toMatchObject({
      aud: ['payment.service'],
      service_scopes: ['payment.read'],
    });
    expect((await token(auth, { ...clientCredentials, scope: '' }, demo)).body.scope).toBe('order.read payment.read');
  });

  test.each(['order.write', 'order.read order.write', 'order.read  payment.read'])(
    'refuses the scope "%s" to a client that does not have it',
    async (scope) => {
      const { status, body } = await token(auth, { ...clientCredentials, scope }, demo);
      expect([status, body.error]).toEqual([400, 'invalid_scope']);
    },
  );

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['a wrong secret', {}, basic('demo-service', 'waybill-dem0')],
    ['an unknown client', {}, basic('nobody', 'waybill-demo')],
    ['no secret', {}, basic('demo-service', '')],
    ['a secret for a public client', {}, basic('shop', 'waybill-demo')],
    ['an account in place of a client', {}, basic('alice', 'waybill-demo')],
    ['a wrong secret in the form', { client_id: 'demo-service', client_secret: 'x' }, {}],
    ['a confidential client without a secret', { client_id: 'demo-service' }, {}],
    ['nobody', {}, {}],
    ['a name that no database can hold', { client_id: 'shop\0' }, {}],
    ['Basic without a colon', {}, header('demo-service')],
    ['Basic with a broken escape', {}, header('demo%-service:x')],
    ['Basic that is no base64', {}, { Authorization: 'Basic ~~~' }],
    ['another scheme', {}, { Authorization: 'Bearer abc' }],
    ['a secret over 1,024 bytes', {}, basic('demo-service', 'x'.repeat(1025))],
  ])('refuses %s with 401 invalid_client and a Basic challenge', async (_, form, headers) => {
    const answer = await token(auth, { ...clientCredentials, ...form }, headers);
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Basic realm="/);
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  test('answers an unknown client and a wrong secret alike', async () => {
    const wrong = await token(auth, clientCredentials, basic('demo-service', 'waybill-dem0'));
    expect((await token(auth, clientCredentials, basic('nobody', 'waybill-dem0'))).body).toEqual(wrong.body);
  });

  test.each<[string, string, string, Record<string, string>]>([
    [
      'Basic and a secret in the form',
      'invalid_request',
      'grant_type=client_credentials&client_secret=waybill-demo',
      demo,
    ],
    ['two different names', 'invalid_request', 'grant_type=client_credentials&client_id=shop', demo],
    ['a repeated grant_type', 'invalid_request', 'grant_type=client_credentials&grant_type=client_credentials', demo],
    ['a repeated scope', 'invalid_request', 'grant_type=client_credentials&scope=order.read&scope=order.read', demo],
    ['a parameter repeated without a value', 'invalid_request', 'grant_type=client_credentials&scope=&scope=', demo],
    ['no grant_type', 'invalid_request', 'scope=order.read', demo],
    ['no body', 'invalid_request', '', demo],
    ['the password grant', 'unsupported_grant_type', 'grant_type=password&username=alice&password=waybill-demo', demo],
    ['a grant type of the prototype', 'unsupported_grant_type', 'grant_type=constructor', demo],
    ['a public client that acts for itself', 'unauthorized_client', 'grant_type=client_credentials&client_id=shop', {}],
  ])('refuses %s with 400 %s', async (_, error, form, headers) => {
    const answer = await token(auth, form, headers);
    expect([answer.status, answer.body.error]).toEqual([400, error]);
    expect(answer.body.error_description).toEqual(expect.any(String));
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  test('takes the name of the client beside Basic if it is the same', async () => {
    expect((await token(auth, { ...clientCredentials, client_id: 'demo-service' }, demo)).status).toBe(200);
  });

  test('refuses a client without grants its own token', async () => {
    await auth.db.transaction((tx) => addClient(tx, { clientId: 'idle', secret: 'a-secret', scopes: [], demo: false }));
    const { status, body } = await token(auth, clientCredentials, basic('idle', 'a-secret'));
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
  });

  test('refuses two Authorization headers', async () => {
    const response = await fetchRaw(auth.url, [
      ['Authorization', demo.Authorization],
      ['Authorization', demo.Authorization],
    ]);
    expect(response).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('refuses JSON with 400', async () => {
    const { status, body } = await token(auth, '{}', { ...demo, 'Content-Type': 'application/json' });
    expect(status).toBe(400);
    expect(body.code ?? body.error).toEqual(expect.any(String));
  });
});

/** Sends a client_credentials request with header fields that fetch would join. */
function fetchRaw(url: string, fields: [string, string][]): Promise<{ status?: number; body: unknown }> {
  const form = new URLSearchParams(clientCredentials).toString();
  const headers = [
    ['Host', new URL(url).host],
    ...fields,
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Length', `${form.length}`],
  ];
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/token`, { method: 'POST', headers: headers.flat() }, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    sent.on('error', reject).end(form);
  });
}
