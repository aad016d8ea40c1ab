import { createTestIssuer, type TestIssuer } from '@waybill/auth/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutsideApp } from './outside-app.js';
import { readmeSnippet } from './snippet.js';

const snippet = readmeSnippet();
let issuer: TestIssuer;

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

test('the tarball holds code and types, and no test', async () => {
  const app = await OutsideApp.make(snippet.code);
  const files = await app.installLibrary();
  await app.remove();
  expect(files).toEqual(expect.arrayContaining(['package.json', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']));
  expect(files.filter((file) => /\.(spec|fixture)\.|tsbuildinfo/.test(file))).toEqual([]);
});
