import { type TestDatabase, testDatabases } from '@waybill/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessToken, auditTrail, isActive, loggedEvents, send, sidOf } from '../testing/administration.js';
import { type RunningAuth, signIn, startAuth, token } from '../testing/auth-service.js';
import { addAuditEntry } from './audit-trail.js';

describe.each(testDatabases())('GET /audit on $kind', ({ create }) => {
  let database: TestDatabase;
  let auth: RunningAuth;
  let auditor: string;

  beforeAll(async () => {
    database = await create();
    auth = await startAuth(database);
    auditor = await accessToken(auth, 'admin', 'audit.read');
  });

  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const list = (query = '', bearer = auditor) => send(auth, 'GET', `/audit${query}`, { token: bearer });

  test('lists who did what to whom, newest first, page by page', async () => {
    const actor = { issuer: 'https://a.example', subject: 'admin', clientId: 'shop', requestId: 'r-1' };
    await auth.db.transaction(async (tx) => {
      await addAuditEntry(tx, { action: 'key-rotated', subject: 'k-1' });
      const [before, after] = [{ scopes: [] }, { scopes: ['order.read'] }];
      await addAuditEntry(tx, { action: 'scopes-changed', actor, subject: 'bob', before, after });
    });
    const first = await list('?limit=1');
    expect(first.body).toEqual({
      items: [
        {
          id: expect.any(Number),
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/),
          action: 'scopes-changed',
          actor: { issuer: 'https://a.example', subject: 'admin', clientId: 'shop' },
          subject: 'bob',
          before: { scopes: [] },
          after: { scopes: ['order.read'] },
          requestId: 'r-1',
        },
      ],
      nextCursor: expect.any(String),
    });
    const second = await list(`?limit=1&cursor=${first.body?.nextCursor}`);
    expect(second.body).toMatchObject({
      items: [{ action: 'key-rotated', actor: null, subject: 'k-1', before: null, after: null, requestId: null }],
      nextCursor: null,
    });
  });

  test.each(['?limit=0', '?limit=201', '?cursor=', '?cursor=MA', '?cursor=LTE', '?cursor=~', '?subject=bob'])(
    'refuses %s with 400',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    },
  );

  test('is for auditors', async () => {
    const refused = await list('', await accessToken(auth, 'admin', 'grants.read'));
    expect([refused.status, refused.body?.scope]).toEqual([403, 'audit.read']);
  });

  test('tells of a refresh token that was used again, of which the guards are told too', async () => {
    const first = await signIn(auth, 'alice');
    const form = { grant_type: 'refresh_token', client_id: 'shop', refresh_token: first.refresh_token ?? '' };
    const { body: second } = await token(auth, form);
    const reuse = await Promise.all([token(auth, form), token(auth, form)]);
    expect(reuse.map(({ body }) => body.error)).toEqual(['invalid_grant', 'invalid_grant']);
    for (const dead of [first, second]) expect(await isActive(auth, dead.access_token)).toBe(false);
    const [entry] = (await auditTrail(auth)).slice(-1);
    expect(entry).toMatchObject({
      action: 'refresh-token-reused',
      actorSubject: 'shop',
      subject: 'alice',
      after: { session: sidOf(first.access_token) },
    });
    expect(await loggedEvents(auth)).toMatchObject([
      {
        sub: 'alice',
        type: 'session-revoked',
        event: { sids: [sidOf(first.access_token)], initiating_entity: 'policy' },
      },
    ]);
    expect(JSON.stringify(await auditTrail(auth))).not.toContain(first.refresh_token);
  });
});
