import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutsideApp } from './outside-app.js';
import { readmeSnippet } from './snippet.js';

const snippet = readmeSnippet();
let issuer: TestIssuer;

/** Each proof made and verified by itself, as in a service on Express or on nothing. */
const proofsAlone = `import * as proof from '@waybill/auth/proof';

const key = proof.createDpopKey();
const request = { method: 'GET', path: '/orders', accessToken: 'a.b.c' };
const made = proof.createDpopProof({ key, method: 'GET', url: 'https://orders.example/orders', accessToken: 'a.b.c' });
const replayStore = { ...proof.memoryReplayStore(), forgetsOnRestart: false };
const proofs = new proof.DpopProofs({ publicUrls: ['https://orders.example'], replayStore });
const { keyThumbprint } = await proofs.verify({ ...request, fields: [made] });

const second = proof.createSecondKey();
const home = proof.AddressPrefix.parse('203.0.113.0/24');

const signing = { caller: 'order', id: 'k1', secret: 'a secret of more than thirty-two bytes' };
const message = { method: 'GET', authority: 'payment', target: '/payments', fields: { authorization: 'Bearer a.b.c' } };
const body = new Uint8Array();
const fields = Object.entries(proof.signRequest(message, body, new proof.RequestKey(signing)));
const signed = { ...message, fields: { ...message.fields } };
for (const [name, value] of fields) signed.fields[name.toLowerCase()] = value;
const expected = { keys: new proof.SignatureKeyRing([signing]), replayStore, callers: ['order'], maxAgeSeconds: 60, clockToleranceSeconds: 10 };
const { caller } = await proof.verifyRequest(signed, body, expected);
const again = await proof.verifyRequest(signed, body, expected).catch(({ name }) => name);

console.log(keyThumbprint === key.thumbprint, proof.secondKeyMatches(second.key, second.hash), home.contains('203.0.113.7'), caller, again);
`;

beforeAll(async () => {
  issuer = await createTestIssuer();
});

afterAll(() => issuer.close());

describe.each([
  ['copied as a folder', (app: OutsideApp) => app.copyLibrary()],
  ['installed from the packed tarball', (app: OutsideApp) => app.installLibrary()],
])('the guard library, %s', (_, bring) => {
  let app: OutsideApp;
  let service: Awaited<ReturnType<OutsideApp['start']>>;

  beforeAll(async () => {
    app = await OutsideApp.make(snippet.code);
    await bring(app);
    await app.compile();
    service = await app.start({ TOKEN_ISSUER: issuer.url });
  });

  afterAll(async () => {
    await service?.stop();
    await app?.remove();
  });

  function get(token?: string): Promise<Response> {
    return fetch(service.url + snippet.path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  }

  test('refuses a request without a token, with a challenge and no error', async () => {
    const response = await get();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]*"$/);
  });

  test('lets a token with the scope through', async () => {
    const response = await get(issuer.token({ audience: snippet.audience, scopes: [snippet.scope] }));
    expect(response.status).toBe(200);
    expect(JSON.stringify(await response.json())).toContain('alice');
  });

  test('refuses a token without the scope, and names it', async () => {
    const response = await get(issuer.token({ audience: snippet.audience, scopes: ['other.read'] }));
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${snippet.scope}"`);
  });

  test('refuses a token for another audience', async () => {
    const response = await get(issuer.token({ audience: 'other.service', scopes: [snippet.scope] }));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'invalid_token' });
  });
});

describe('the proofs of the library, installed from the packed tarball', () => {
  let app: OutsideApp;

  beforeAll(async () => {
    app = await OutsideApp.make(snippet.code);
    await app.installLibrary();
  });

  afterAll(() => app?.remove());

  test('are of use without Nest', async () => {
    expect(await app.runWithoutNest(proofsAlone)).toBe('true true true order SignatureInvalid\n');
  });

  test('and the guard is not, so that the absence of Nest is one', async () => {
    await expect(app.runWithoutNest("await import('@waybill/auth');")).rejects.toThrow('@nestjs/');
  });
});

test('the tarball holds code and types, and no test', async () => {
  const app = await OutsideApp.make(snippet.code);
  const files = await app.installLibrary();
  await app.remove();
  expect(files).toEqual(expect.arrayContaining(['package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']));
  expect(files.filter((file) => /\.(spec|fixture)\.|tsbuildinfo/.test(file))).toEqual([]);
});
