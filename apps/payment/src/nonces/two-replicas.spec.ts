import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';
import { createTestIssuer } from '@waybill/auth/testing';
import { Audience, Scope } from '@waybill/contracts';
import { testDatabases } from '@waybill/database/testing';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startOrderStandIn } from '../order-stand-in.fixture.js';
import { freePort, startPaymentProcess } from '../payment-process.fixture.js';

const redisUrl = inject('redisUrl');
const signatureKey = { caller: 'order', id: 'k1', secret: 'a-secret-of-thirty-two-bytes-or-more' };

/** A signed request as it went over the wire. */
interface Captured {
  readonly fields: string[];
  readonly body: Buffer;
}

/** Listens in payment's place and keeps the one request that it gets. */
async function listenIn(): Promise<{ url: string; captured: Promise<Captured> }> {
  const { promise: captured, resolve } = Promise.withResolvers<Captured>();
  const server = createServer(async (heard, answer) => {
    resolve({ fields: heard.rawHeaders, body: await buffer(heard) });
    answer.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, captured };
}

async function replay(port: number, { fields, body }: Captured): Promise<{ status?: number; code?: unknown }> {
  const again = request({ port, host: '127.0.0.1', path: '/payments', method: 'POST', headers: fields, agent: false });
  again.end(body);
  const [answer] = (await once(again, 'response')) as [IncomingMessage];
  const { code } = (await json(answer)) as { code?: unknown };
  return { ...(answer.statusCode && { status: answer.statusCode }), code };
}

describe.skipIf(redisUrl === null)('with Redis', () => {
  test.each(testDatabases().filter(({ kind }) => kind === 'postgres'))(
    'two processes take one signed request once between them, of 64 at the same time',
    async ({ create }) => {
      const [issuer, place, wire] = await Promise.all([createTestIssuer(), create(), listenIn()]);
      onTestFinished(async () => {
        await issuer.close();
        await place.drop();
      });
      const environment = {
        TOKEN_ISSUER: issuer.url,
        SIGNATURE_KEYS: `order/k1:${signatureKey.secret}`,
        WAYBILL_DATA_DIR: place.folder,
        DATABASE_URL: place.url,
        REDIS_URL: redisUrl ?? '',
        LOG_LEVEL: 'silent',
      };
      const ports = [await freePort(), await freePort()];
      const replicas = await Promise.all(ports.map((port) => startPaymentProcess(port, environment)));
      for (const replica of replicas) onTestFinished(() => replica.stop());
      const order = await startOrderStandIn({
        issuer: issuer.url,
        paymentUrl: wire.url,
        signatureKeys: [signatureKey],
      });
      onTestFinished(() => order.close());
      const token = issuer.token({ scopes: [Scope.PaymentCreate], audience: [Audience.Order, Audience.Payment] });
      const body = { orderId: randomUUID(), amount: { amount: 300, currency: 'EUR' }, paymentMethod: 'pm_card_visa' };
      await fetch(await order.getUrl(), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ method: 'POST', path: '/payments', body }),
      });
      const captured = await wire.captured;
      const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => replay(ports[n % 2] ?? 0, captured)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status, code }) => status === 401 && code === 'signature_invalid')).toHaveLength(63);
    },
    120_000,
  );
});
