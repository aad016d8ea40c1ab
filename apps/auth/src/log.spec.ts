import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { basic, login, type RunningAuth, startAuth, token } from './testing/auth-service.js';

let database: TestDatabase | undefined;
let auth: RunningAuth;
const log: string[] = [];

beforeAll(async () => {
  database = await testDatabases().at(-1)?.create();
  if (!database) throw new Error('there is no database');
  auth = await startAuth(database, {}, { write: (line) => void log.push(line) });
});

afterAll(async () => {
  await auth.close();
  await database?.drop();
});

test('no password, token, client secret or key ever stands in the log', async () => {
  const { body: first } = await login(auth, { username: 'alice', password: 'waybill-demo' });
  const form = { grant_type: 'refresh_token', client_id: 'shop', refresh_token: first.refresh_token ?? '' };
  const { body: second } = await token(auth, form);
  await token(auth, form);
  await token(auth, { ...form, refresh_token: 'a-refresh-token-that-never-was' });
  await login(auth, { username: 'alice', password: 'a-wrong-password' });
  await login(auth, { username: 'alice', password: 'an-invalid-body', secret: 'an-extra-member' });
  const own = await token(auth, { grant_type: 'client_credentials' }, basic('demo-service', 'waybill-demo'));
  await token(auth, { grant_type: 'client_credentials' }, basic('demo-service', 'a-wrong-secret'));
  await fetch(`${auth.url}/token?client_secret=a-secret-in-the-query`, { method: 'POST' });

  const lines = log.join('');
  expect(lines).toMatch(/"path":"\/login"/);
  expect(lines).toMatch(/was used again: the session is ended/);
  const secrets = [
    ...[first, second].flatMap((answer) => [answer.access_token, answer.refresh_token]),
    own.body.access_token,
    'waybill-demo',
    'a-refresh-token-that-never-was',
    'a-wrong-password',
    'an-invalid-body',
    'an-extra-member',
    'a-wrong-secret',
    'a-secret-in-the-query',
    basic('demo-service', 'waybill-demo').Authorization,
    '"d":',
  ];
  for (const secret of secrets) expect(lines).not.toContain(secret);
});
