import { createDpopKey, createDpopProof } from '@waybill/auth';
import { Audience, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';

const redisUrl = inject('redisUrl');
const key = createDpopKey();
/** What callers call the service is not where it listens, as behind a proxy. */
const publicUrl = 'https://shop.example/order';

describe.each(testDatabases())('a token that is bound to a key, at order on the $kind database,', (kind) => {
  let service: OrderServiceFixture;

  beforeAll(async () => {
    service = await startOrderService(kind, environment);
    return () => service.close();
  });

  const environment = { PAYMENT_URL: 'http://127.0.0.1:9', PUBLIC_URL: publicUrl, REDIS_URL: redisUrl ?? '' };

  const boundToken = () =>
    service.issuer.token({
      subject: 'alice',
      scopes: [Scope.OrderRead],
      audience: Audience.Order,
      claims: { cnf: { jkt: key.thumbprint } },
    });

  test('is refused as Bearer', async () => {
    const headers = { Authorization: `Bearer ${boundToken()}` };
    const { status, headers: answered } = await fetch(`${service.url}/orders`, { headers });
    expect([status, answered.get('WWW-Authenticate')]).toEqual([
      401,
      'Bearer realm="order.service", error="invalid_token"',
    ]);
  });

  test('passes with a proof for the public address, and with none for where the service listens', async () => {
    const accessToken = boundToken();
    const ask = async (url: string) => {
      const proof = createDpopProof({ key, method: 'GET', url: `${url}/orders`, accessToken });
      const headers = { Authorization: `DPoP ${accessToken}`, DPoP: proof };
      return (await fetch(`${service.url}/orders`, { headers })).status;
    };
    expect([await ask(publicUrl), await ask(service.url)]).toEqual([200, 401]);
  });

  test.skipIf(redisUrl === null)('passes once at two replicas that share Redis, of 64 at the same time', async () => {
    const other = await startOrderService(kind, environment, service.issuer);
    onTestFinished(() => other.close());
    const accessToken = boundToken();
    const proven = () => {
      const proof = createDpopProof({ key, method: 'GET', url: `${publicUrl}/orders`, accessToken });
      return { Authorization: `DPoP ${accessToken}`, DPoP: proof };
    };
    // Until a replica has reached Redis it can tell nothing, and answers 503.
    for (const { url } of [service, other])
      await vi.waitUntil(async () => (await fetch(`${url}/orders`, { headers: proven() })).status === 200, 10_000);
    const headers = proven();
    const replicas = Array.from({ length: 64 }, (_, index) => (index % 2 === 0 ? service : other));
    const statuses = await Promise.all(
      replicas.map(async ({ url }) => (await fetch(`${url}/orders`, { headers })).status),
    );
    expect(statuses.toSorted()).toEqual([200, ...Array<number>(63).fill(401)]);
  });
});
