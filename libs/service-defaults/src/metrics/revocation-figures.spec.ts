import { createTestEventFeed, createTestIssuer } from '@waybill/auth/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runSample } from '../sample/running-sample.js';

const reader = { id: 'order', secret: 'a-client-secret-of-thirty-two-bytes', audience: 'auth.service' };

test('tells how fresh the news of revocations is, and how many are live, by kind', async () => {
  const issuer = await createTestIssuer({ clients: [reader] });
  const feed = await createTestEventFeed(issuer.url);
  const sample = await runSample({
    TOKEN_ISSUER: issuer.url,
    SECURITY_EVENTS_URL: feed.url,
    SERVICE_TOKEN_URL: issuer.tokenUrl,
    SERVICE_CLIENT_ID: reader.id,
    SERVICE_CLIENT_SECRET: reader.secret,
  });
  onTestFinished(async () => {
    await sample.close();
    await feed.close();
    await issuer.close();
  });
  const figures = async () => (await fetch(`${sample.url}/metrics`)).text();
  const labels = (kind: string) => `waybill_revocations_live{issuer="${issuer.url}",kind="${kind}"}`;
  const staleness = async () =>
    Number(/^waybill_revocation_staleness_seconds\{issuer="[^"]+"\} (\S+)$/m.exec(await figures())?.[1]);

  await vi.waitFor(async () => expect(await staleness()).toBeLessThan(5), { timeout: 15_000 });
  expect(await figures()).toContain(`${labels('token')} 0`);
  for (const jti of ['t1', 't2', 't3']) feed.revokeToken(jti);
  feed.revokeSessions('s1', 's2');
  feed.withdrawScopes('s3', 'order.read');
  feed.withdrawKey('another-key');
  await vi.waitFor(async () => expect(await figures()).toContain(`${labels('key')} 1`), { timeout: 15_000 });
  for (const [kind, count] of Object.entries({ token: 3, session: 2, scopes: 1 }))
    expect(await figures()).toContain(`${labels(kind)} ${count}`);

  feed.fail('away');
  feed.cut();
  await vi.waitFor(async () => expect(await staleness()).toBeGreaterThan(2), { timeout: 15_000 });
});
