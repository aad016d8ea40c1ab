import { createDpopKey, createDpopProof } from '@waybill/auth';
import { Audience, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type OrderServiceFixture, startOrderService } from '../order-service.fixture.js';

const key = createDpopKey();
/** What callers call the service is not where it listens, as behind a proxy. */
const publicUrl = 'https://shop.example/order';

describe.each(testDatabases())('a token that is bound to a key, at order on the $kind database,', (kind) => {
  let service: OrderServiceFixture;

  beforeAll(async () => {
    service = await startOrderService(kind, { PAYMENT_URL: 'http://127.0.0.1:9', PUBLIC_URL: publicUrl });
    return () => service.close();
  });

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
});
